"""Back matter: directory, calendar, glossary, permissions, who made it, index; and codes for links."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from fastapi import FastAPI

from app.exporting import codes, gathering, numbering, pdf, typst_back
from app.exporting.assemble import assemble
from app.exporting.back_matter import BackMatter, Directory, Entry, Event, GlossaryTerm, IndexTerm
from app.exporting.book import Book, ChapterText
from app.exporting.design import Design, Name, Setting, in_print, on_screen
from app.guides import queries as guide_queries
from app.manuscript.tree import Text, doc
from tests.exporting import generated, pages
from tests.exporting.conftest import MadeBook, needs, silent
from tests.manuscript.trees import mark, node, p
from tests.people_at_work import People

DESIGNS: tuple[Name, ...] = get_args(Name)


async def made(book: Book, folder: Path, setting: Setting | None = None) -> Path:
    """The book as PDF, with nothing to object to."""
    needs("pdftotext")
    whole = assemble(book)
    work = folder / "work"
    work.mkdir()
    target = folder / "made.pdf"
    await pdf.make_pdf(whole, work, target, silent, setting=setting)
    assert whole.findings == []
    return target


def words(pdf_file: Path) -> list[list[tuple[float, float, float, float, str]]]:
    """Of each page the words and where they are: left, top, right, bottom, in points."""
    word = r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>'
    listed = "".join(pages.text_of(pdf_file, "-bbox")).split("<page ")[1:]
    return [
        [(*(float(side) for side in sides), text) for *sides, text in re.findall(word, page)]  # type: ignore[misc]
        for page in listed
    ]


@pytest.mark.parametrize("name", DESIGNS)
async def test_everything_is_there_in_its_order(
    name: Name, sample: MadeBook, tmp_path: Path
) -> None:
    book = replace(sample.book, design=Design(name=name))
    back = generated.back_matter(book, 40)
    target = await made(replace(book, back=back), tmp_path, on_screen(book.design))
    assert pages.against_accessibility(target) == []
    text = pages.letters("\n".join(pages.text_of(target, "-raw")))
    lines = [entry.name for entry in back.directories[0].entries]
    lines += [event.title for event in back.events]
    lines += [one.meaning for one in back.glossary]
    lines += [one.line for one in back.permissions]
    lines += [one.name for one in back.credits]
    at = text.index("thatisnotminetotell")
    for line in lines:
        at = text.index(pages.letters(line), at)
    found = [page for page in words(target) if any("solidarity" in text for *_, text in page)]
    # Nothing lies over anything else.
    for page in (*found, *words(target)[-4:]):
        for index, (left, top, right, bottom, one) in enumerate(page):
            for other in page[index + 1 :]:
                across = min(right, other[2]) - max(left, other[0])
                down = min(bottom, other[3]) - max(top, other[1])
                assert across < 0.5 or down < (bottom - top) * 0.55, (one, other[4])


@pytest.mark.parametrize("count", [2, 9, 31, 64])
async def test_the_columns_of_the_last_page_end_at_one_height(count: int, tmp_path: Path) -> None:
    book = Book(
        title="x", language="en", licence="x", identifier="x", made=date(2026, 1, 1),
        chapters=[ChapterText("c", "One", doc(p("Words.")))],
        back=BackMatter(directories=(Directory("Addresses", [
            Entry(f"Number{at}", facts=(("Telephone", "212"),)) for at in range(count)
        ]),)),
    )  # fmt: skip
    listed = words(await made(book, tmp_path))
    places = [
        (number, left, top, int(text.removeprefix("Number")))
        for number, page in enumerate(listed)
        for left, top, _, _, text in page
        if text.startswith("Number")
    ]
    places.sort(key=lambda place: (place[0], round(place[1]), place[2]))
    assert [number for *_, number in places] == list(range(count))
    last = [place for place in places if place[0] == places[-1][0]]
    sides = sorted({left for _, left, *_ in last})
    columns = [[top for _, left, top, _ in last if left == side] for side in sides]
    assert len(columns) == 2
    # All entries are of one height: the columns differ by one entry at most.
    assert 0 <= len(columns[0]) - len(columns[1]) <= 1
    assert columns[0][0] == pytest.approx(columns[1][0], abs=0.5)


async def test_pages_of_the_index_are_merged_and_true(tmp_path: Path) -> None:
    long = doc(*[p("Words and more words. " * 40)] * 12)
    chapters = [ChapterText(f"c{at}", f"Chapter {at}", long) for at in range(3)]
    sections = doc(
        *(part for at in range(3) for part in (node("heading", Text(f"S{at}"), level=2), p("x")))
    )
    book = Book(
        title="x", language="en", licence="x", identifier="x", made=date(2026, 1, 1),
        chapters=[*chapters, ChapterText("last", "Last", sections)],
        back=BackMatter(index=[
            IndexTerm("zebra", ("c4-s0-1", "c4-s1-2", "c4", "nowhere")), IndexTerm("Ärger", ("c1", "c2", "c1")),
            IndexTerm("apple", see="zebra"), IndexTerm("bell", under=[IndexTerm("small", ("c3",))]),
        ]),
    )  # fmt: skip
    target = await made(book, tmp_path)
    text = " ".join(pages.text_of(target)[-2].split())
    order = [text.index(word) for word in ("apple", "Ärger", "bell", "zebra,")]
    assert order == sorted(order), "by letters, without their accents"
    assert "apple see zebra" in text
    starts = [
        1 + sum("words" in page.lower() for page in pages.text_of(target)[4:]) // 3 * at
        for at in range(4)
    ]
    assert f"Ärger, {starts[0]}, {starts[1]} " in text
    # Three places on one page are one number, and what leads nowhere is none.
    assert text.endswith(f"zebra, {starts[3]} {starts[3] + 1}")


def test_the_index_is_in_order_under_its_initials() -> None:
    letters = typst_back.back_matter(
        Book(title="x", language="en", licence="x", identifier="x", made=date(2026, 1, 1), chapters=[],
             back=BackMatter(index=[IndexTerm("élan"), IndexTerm("Eel"), IndexTerm("9 to 5")]))
    )["index"]  # fmt: skip
    assert [(one["letter"], [term["term"] for term in one["terms"]]) for one in letters] == [
        ("0–9", ["9 to 5"]), ("E", ["Eel", "élan"]),
    ]  # fmt: skip


async def test_hostile_words_stay_words(tmp_path: Path) -> None:
    bad = '#panic("owned") $x$ <b> `raw` *bold* \\ " \u0000 @ref'
    book = Book(
        title="x", language="en", licence="x", identifier="x", made=date(2026, 1, 1),
        chapters=[ChapterText("c", "One", doc(p("Words.")))],
        back=BackMatter(
            directories=[Directory(bad, [Entry(bad, bad, [(bad, bad)], bad)])],
            events=[Event(bad, date(2026, 2, 1), None, bad, bad)],
            glossary=[GlossaryTerm(bad, bad)],
            index=[IndexTerm(bad, ("c1", bad), see=bad)],
        ),
    )  # fmt: skip
    text = "\n".join(pages.text_of(await made(book, tmp_path)))
    assert text.count("#panic") >= 10


def linked(*addresses: str) -> Book:
    """A chapter that names these addresses."""
    runs = [Text(f"here {at}", (mark("link", href=it),)) for at, it in enumerate(addresses)]
    return Book(
        title="x", language="en", licence="x", identifier="x", made=date(2026, 1, 1),
        chapters=[ChapterText("c", "One", doc(p("See ", *runs, ".")))],
    )  # fmt: skip


ADDRESSES = (
    "https://example.org/one",
    "https://www.example.com/two?x=1",
    "https://example.org/one",
)


async def test_a_printed_link_says_its_address_once(tmp_path: Path) -> None:
    book = linked(*ADDRESSES)
    text = " ".join(pages.text_of(await made(book, tmp_path, in_print(Design()))))
    assert re.sub(r"\s", "", text).count("example.org/one") == 1
    assert "example.com/two?x=1" in re.sub(r"\s", "", text)
    (tmp_path / "screen").mkdir()
    screen = " ".join(pages.text_of(await made(book, tmp_path / "screen")))
    assert "example.org/one" not in screen


async def test_a_code_leads_to_its_address(tmp_path: Path) -> None:
    design = Design(qr=True)
    without = await made(linked(*ADDRESSES), tmp_path, in_print(design))
    plain = without.stat().st_size
    (tmp_path / "codes").mkdir()
    book = replace(linked(*ADDRESSES), design=design)
    target = await made(book, tmp_path / "codes", in_print(design))
    assert target.stat().st_size > plain
    assert numbering.addresses(assemble(book).chapters) == list(ADDRESSES[:2])
    rows = codes.rows(ADDRESSES[0])
    assert rows is not None
    assert len(rows) == len(rows[0]) == 25
    # The three corners that every telephone looks for.
    for corner in (rows[0][:7], rows[0][-7:], rows[-1][:7]):
        assert corner == "1111111"
    assert codes.rows("https://example.org/" + "x" * 400) is None


async def test_the_book_says_who_made_it(people: People, app: FastAPI) -> None:
    fay = await people.start_guide("Ours")
    ana = await people.join("writer", "Ana Ruiz")
    await people.join("reader", "Silent Sam")
    chapter = await fay.chapter("One")
    await fay.chapter("Two")
    await fay.yes("PUT", f"chapters/{chapter['id']}/assignees/{ana.id}")
    async with app.state.database.read() as session:
        guide = await guide_queries.guide_by_slug(session, fay.slug)
        assert guide is not None
    book = await gathering.gather(
        app.state.database, app.state.sync, app.state.settings.data_dir, guide.id, silent
    )
    assert [(one.name, list(one.chapters)) for one in book.back.credits] == [
        ("Fay", []), ("Ana Ruiz", [1]),
    ]  # fmt: skip
    assert book.back.sprint is not None
    assert (book.back.sprint.days, book.back.sprint.people) == (5, 2)
