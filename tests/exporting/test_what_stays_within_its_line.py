"""Lines of the PDF: no word runs off the page, and what is copied is what was written."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from app.exporting.book import Book, ChapterText
from app.manuscript.tree import Node, Text, doc
from tests.exporting import pages
from tests.exporting.conftest import make, needs
from tests.manuscript.trees import mark, node, p

LONG = "Long" + "organizing" * 20
HOST = "averylonghostname" * 6 + ".example.org"
ADDRESS = f"https://{HOST}/path?query=value&other=another_value-with-hyphens"
COMPOUND = "Betriebsratsvorsitzendenstellvertretung"
MARGIN = 21.5 / 25.4 * 72
WIDTH = 6 * 72


async def book(folder: Path, *chapters: tuple[str, Node], **about: str) -> Path:
    """The PDF of these chapters."""
    needs("pdftotext")
    known = {"title": "A guide", "subtitle": "", "region": "", "language": "en"} | about
    written = [ChapterText(f"c{at}", title, tree) for at, (title, tree) in enumerate(chapters)]
    whole = Book(
        chapters=written, pictures={}, licence="x", identifier="x", made=date(2026, 1, 1), **known
    )
    result = await make(whole, folder, "pdf")
    assert [finding.code for finding in result.findings] == []
    return result.files[0].path


def in_thumb(left: float, right: float) -> bool:
    """Whether a word is the chapter's number in the mark at the edge of the page, 7 mm wide."""
    return right < 7 / 25.4 * 72 or left > WIDTH - 7 / 25.4 * 72


def page_boxes(pdf: Path) -> list[list[tuple[float, float, str]]]:
    """Of each page but the cover the words, and where they begin and end on their line, in points."""
    word = r'<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)" yMax="[\d.-]+">(.*?)</word>'
    listed = "".join(pages.text_of(pdf, "-bbox", "-f", "2")).split("<page ")[1:]
    return [
        [
            (float(left), float(right), text)
            for left, right, text in re.findall(word, page)
            if not in_thumb(float(left), float(right))
        ]
        for page in listed
    ]


def boxes(pdf: Path) -> list[tuple[float, float, str]]:
    """The words of all pages but the cover."""
    return [word for page in page_boxes(pdf) for word in page]


PLACES = {
    "a title": [p("words")],
    "a heading": [node("heading", Text(LONG), level=2), node("heading", Text(ADDRESS), level=3)],
    "text": [p("Here ", LONG, " and ", Text(ADDRESS, (mark("link", href=ADDRESS),)), ".")],
    "code": [p("The ", Text("x" * 200, (mark("code",),))), node("codeBlock", Text("y" * 200))],
    "a note": [p("See", node("footnote", Text(ADDRESS)), ".")],
    "boxes": [node("callout", p(LONG), kind="tip"), node("blockquote", p(ADDRESS))],
    "lists": [node("bulletList", node("listItem", p(LONG), p(ADDRESS)))],
    "a table": [node("table", node("tableRow", node("tableCell", p(LONG)), node("tableCell", p("b"))))],
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
async def test_a_word_longer_than_a_line_stays_on_the_page(place: str, tmp_path: Path) -> None:
    titles = [f"On {LONG}", f"On {ADDRESS}", COMPOUND] if place == "a title" else ["One"]
    about = {"title": f"On {LONG}", "subtitle": ADDRESS} if place == "a title" else {}
    pdf = await book(tmp_path, *((title, doc(*PLACES[place])) for title in titles), **about)
    for left, right, word in boxes(pdf):
        assert left > MARGIN - 3, word
        assert right < WIDTH - MARGIN + 3, word
    text = "".join(pages.text_of(pdf))
    # Nothing was put in between that copying or searching would find.
    assert not re.search("[\u200b\u00ad]", text)
    written = pages.letters(text)
    expected = [*titles, *about.values(), *(line for line, _ in pages.lines(doc(*PLACES[place])))]
    for line in expected:
        assert pages.letters(line) in written


async def test_an_address_breaks_behind_its_signs_first(tmp_path: Path) -> None:
    address = "https://example.org/" + "/".join(["organizers"] * 30) + "?day=1&night=2"
    pdf = await book(tmp_path, ("One", doc(p("Some words before it: ", address))))
    lines = [word for _, _, word in boxes(pdf) if "organizers" in word]
    assert len(lines) > 3
    assert all(line.endswith("/") for line in lines[:-1])


async def test_a_long_compound_in_a_title_is_set_smaller_and_whole(tmp_path: Path) -> None:
    pdf = await book(tmp_path, (COMPOUND, doc(p("x"))), title=COMPOUND)
    # The title page, the imprint, the contents, the chapter.
    assert [word for _, _, word in boxes(pdf)].count(COMPOUND) == 4


@pytest.mark.parametrize(
    ("language", "other"), [("en", "الاجتماع الأول"), ("ar", "The first meeting")]
)
async def test_a_title_in_the_other_direction_keeps_its_page_at_the_end_of_the_line(
    language: str, other: str, tmp_path: Path
) -> None:
    here = "One" if language == "en" else "واحد"
    chapters = [(title, doc(p("x"))) for title in (here, other)]
    pdf = await book(tmp_path, *chapters, language=language)
    [contents] = [page for page in page_boxes(pdf) if {"1", "2"} <= {word for *_, word in page}]
    # The chapters' own numbers stand where the lines begin.
    digits = [(left, right) for left, right, word in contents if word in ("1", "2")]
    assert len(digits) == 4
    numbers = [place for place in digits if (place[0] > WIDTH / 2) == (language == "en")]
    titles = [(left, right) for left, right, word in contents if word in (here, *other.split())]
    assert len(numbers) == 2
    if language == "en":
        assert all(right == pytest.approx(WIDTH - MARGIN, abs=3) for _, right in numbers)
        assert max(right for _, right in titles) < 200
    else:
        assert all(left == pytest.approx(MARGIN, abs=3) for left, _ in numbers)
        assert min(left for left, _ in titles) > 200


def row(*cells: str, kind: str = "tableCell") -> Node:
    return node("tableRow", *(node(kind, p(text)) for text in cells))


async def test_a_cell_taller_than_a_page_goes_on_over_the_next_ones(tmp_path: Path) -> None:
    long = " ".join(f"word{number} of a very long cell" for number in range(500))
    first, head = row("A", "B", kind="tableHeader"), row("A", long, kind="tableHeader")
    trees = [doc(node("table", first, row("short", long))), doc(node("table", head, row("a", "b")))]
    for tree in trees:
        text = "".join(pages.text_of(await book(tmp_path, ("One", tree))))
        assert {int(number) for number in re.findall(r"word(\d+)", text)} == set(range(500))


@pytest.mark.parametrize("columns", [7, 9, 12])
async def test_words_of_a_wide_table_do_not_lie_over_each_other(
    columns: int, tmp_path: Path
) -> None:
    words = ["Responsible", "neighbourhood", "organisation", "accountability"] * 3
    rows = [row(*words[:columns], kind="tableHeader"), *[row(*words[:columns])] * 3]
    pdf = await book(tmp_path, ("One", doc(node("table", *rows))))
    word = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">'
    boxes = re.findall(word, "".join(pages.text_of(pdf, "-bbox", "-f", "5")))
    found = [[float(side) for side in box] for box in boxes]
    found = [box for box in found if not in_thumb(box[0], box[2])]
    assert len(found) > columns * 4
    for at, (left, top, right, bottom) in enumerate(found):
        assert right < WIDTH - MARGIN + 3
        for other in found[at + 1 :]:
            across = min(right, other[2]) - max(left, other[0])
            down = min(bottom, other[3]) - max(top, other[1])
            assert across < 0.5 or down < (bottom - top) / 2


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("title", ["Latin title", "عنوان عربي"])
async def test_the_page_number_stands_outside(language: str, title: str, tmp_path: Path) -> None:
    tree = doc(*[p("Words and more words. " * 60)] * 8)
    pdf = await book(tmp_path, (title, tree), language=language, title=title)
    for page in page_boxes(pdf):
        heads = [(left, text) for left, _, text in page if text in ("2", "3")]
        for left, number in heads[:1]:
            outside_is_left = (number == "2") == (language == "en")
            assert (left < WIDTH / 2) == outside_is_left
    assert sum("2" in [text for *_, text in page] for page in page_boxes(pdf)) >= 1
