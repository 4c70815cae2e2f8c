"""Every kind of fault in a chapter's words is found, and what is right is left alone."""

from __future__ import annotations

import io
from typing import Any

import pytest
from fastapi import FastAPI
from PIL import Image

from app.manuscript.checks import Around
from app.manuscript.tree import Mark, Node, Text, doc
from app.preflight import addresses, looking
from tests.people_at_work import Browser, People
from tests.preflight.finding import (
    check,
    codes,
    figure,
    h,
    link,
    one,
    p,
    table,
    text,
    to_fix,
    write,
)

HERE = "https://example.org/hours"
LONG = "https://example.org/a/very/long/way/to/the/hours/of/the/union"


@pytest.fixture
async def fay(people: People) -> Browser:
    return await people.start_guide()


FAULTS: dict[str, list[Node]] = {
    "empty_heading": [h(2, ""), p("Words.")],
    "heading_skips": [h(2, "One"), h(4, "Two"), p("Words.")],
    "heading_twice": [h(2, "Your rights"), p("Words."), h(2, "Your  rights!"), p("Words.")],
    "note_in_heading": [
        Node("heading", {"level": 2}, (Text("One"), Node("footnote", {}, (Text("Really."),))))
    ],
    "dead_link": [h(2, "Your rights"), p(link("see there", "#your-duties"))],
    "dangling_reference": [p("See ", link("the other chapter", f"chapter:{'0' * 26}"))],
    "broken_address": [p(link("the hours", "https://intranet/hours"))],
    "unclear_link": [p("Read ", link("here", HERE))],
    "picture_empty": [p("Words."), figure(None)],
    "picture_missing": [p("Words."), figure("0" * 26)],
    "table_without_head": [table(("Shop", "Hours"), ("Bank", "9 to 5"))],
    "missing_glyph": [p("Runes: ᚠᚢᚦ.")],
    "long_word": [p("A" + "bcdefghi" * 7)],
    "placeholder": [p("The office is at TODO.")],
}


@pytest.mark.parametrize("code", FAULTS)
async def test_a_fault_is_found(app: FastAPI, fay: Browser, code: str) -> None:
    chapter = await fay.chapter("Rights")
    await write(app, chapter, *FAULTS[code])
    assert set(await codes(app, fay)) == {code}
    found = one(await to_fix(app, fay, chapter=chapter["id"]), code)
    assert found["place"] == "Rights"
    assert found["message"].endswith((".", "”", ")"))
    assert found["how"].endswith(".")
    assert found["url"].startswith(f"/g/{fay.slug}/c/{chapter['id']}#at=")


RIGHT: dict[str, list[Node]] = {
    "headings in order": [h(2, "One"), h(3, "Two"), h(4, "Three"), h(2, "Four"), p("Words.")],
    "a link to a heading": [h(2, "Your rights"), p(link("your rights", "#your-rights"))],
    "a link as another program names the heading": [
        h(2, "Your rights!"),
        p(link("your rights", "#your--rights")),
    ],
    "a link that says where it leads": [p("See ", link("the union’s hours", HERE))],
    "a short address": [p("See ", link("https://example.org/hours", HERE))],
    "a link in two pieces": [
        p(link("the union", HERE), Text(" hours", (Mark("link", {"href": HERE}), Mark("bold"))))
    ],
    "an address of this kind": [
        p(link("write to us", "mailto:a@example.org"), " ", link("call us", "tel:+12125550100"))
    ],
    "a table with a head": [table(("Shop", "Hours"), ("Bank", "9 to 5"), head=True)],
    "a long address is no long word": [p("See www.example.org/" + "abcdefgh" * 8)],
    "words without spaces": [p("人人生而自由,在尊严和权利上一律平等。" * 5)],
    "letters of many languages": [p("ñ ö שלום हिन्दी সমস্ত አማርኛ 한국어")],
    "a word that only looks like a reminder": [p("Todos los trabajadores.")],
}


@pytest.mark.parametrize("what", RIGHT)
async def test_what_is_right_is_left_alone(app: FastAPI, fay: Browser, what: str) -> None:
    chapter = await fay.chapter()
    await write(app, chapter, *RIGHT[what])
    assert await codes(app, fay) == []


async def picture(fay: Browser, width: int, height: int) -> str:
    """A picture of some size, uploaded."""
    data = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(data, "PNG")
    answer = await fay.yes(
        "POST", "assets", files={"file": ("a.png", data.getvalue(), "image/png")}
    )
    return str(answer["id"])


@pytest.mark.parametrize(
    ("size", "about", "expected"),
    [
        ((1600, 1200), {}, set()),
        ((1600, 1200), {"alt": " "}, {"picture_without_description"}),
        ((1600, 1200), {"credit": ""}, {"picture_without_credit"}),
        ((300, 200), {}, {"picture_too_coarse"}),
    ],
)
async def test_pictures(
    app: FastAPI, fay: Browser, size: tuple[int, int], about: dict[str, str], expected: set[str]
) -> None:
    asset = await picture(fay, *size)
    await write(app, await fay.chapter(), p("Words."), figure(asset, **about))
    assert set(await codes(app, fay)) == expected


async def test_decoration_needs_no_description(app: FastAPI, fay: Browser) -> None:
    asset = await picture(fay, 1600, 1200)
    node = figure(asset, alt="").with_attrs(decorative=True)
    await write(app, await fay.chapter(), p("Words."), node)
    assert await codes(app, fay) == []


async def test_an_empty_chapter_is_found_and_says_nothing_else(app: FastAPI, fay: Browser) -> None:
    chapter = await fay.chapter("Later")
    await write(app, chapter, h(4, ""))
    found = await to_fix(app, fay, chapter=chapter["id"])
    assert [one["code"] for one in found] == ["chapter_empty", "chapter_not_done"]
    assert found[0]["severity"] == "must"


async def test_a_link_to_another_chapter_is_followed(app: FastAPI, fay: Browser) -> None:
    one_, two = await fay.chapter("One"), await fay.chapter("Two")
    await write(app, two, h(2, "Hours"), p("Words."))
    await write(
        app,
        one_,
        p(
            link("the hours", f"chapter:{two['id']}#hours"),
            " and ",
            link("all", f"chapter:{two['id']}"),
        ),
    )
    assert await codes(app, fay) == []
    await fay.yes("DELETE", f"chapters/{two['id']}")
    assert await codes(app, fay) == ["dangling_reference", "dangling_reference"]
    await fay.yes("POST", f"bin/{two['id']}/restore")
    assert await codes(app, fay) == []


async def test_a_heading_that_was_renamed_leaves_links_dangling(app: FastAPI, fay: Browser) -> None:
    one_, two = await fay.chapter("One"), await fay.chapter("Two")
    await write(app, two, h(2, "Hours"), p("Words."))
    await write(app, one_, p(link("the hours", f"chapter:{two['id']}#opening-hours")))
    assert await codes(app, fay) == ["dangling_reference"]


PASSAGE = " ".join(f"word{at}" for at in range(60))


async def test_a_passage_in_two_chapters_is_found_by_a_complete_check(
    app: FastAPI, fay: Browser
) -> None:
    for title, before in (("One", "First."), ("Two", "Before it something else.")):
        await write(app, await fay.chapter(title), p(before), p(PASSAGE))
    assert await codes(app, fay) == []
    await check(fay)
    found = one(await to_fix(app, fay), "passage_twice")
    assert (found["place"], found["severity"]) == ("Two", "should")
    assert "60 words in a row are those of “One”" in found["message"]


async def test_two_passages_between_other_words_are_two(app: FastAPI, fay: Browser) -> None:
    other = " ".join(f"other{at}" for at in range(60))
    await write(app, await fay.chapter("One"), p(PASSAGE), p("Between."), p(other))
    await write(app, await fay.chapter("Two"), p(other), p("Quite another thing."), p(PASSAGE))
    await check(fay)
    assert await codes(app, fay) == ["passage_twice", "passage_twice"]


async def test_a_common_sentence_is_no_passage(app: FastAPI, fay: Browser) -> None:
    for title in ("One", "Two"):
        words = " ".join(f"{title}{at}" for at in range(40))
        await write(app, await fay.chapter(title), p(f"{words} {' '.join('abcdefghijklmnop')}"))
    await check(fay)
    assert await codes(app, fay) == []


async def test_many_faults_of_one_kind_are_counted_not_listed(app: FastAPI, fay: Browser) -> None:
    blocks = [p(link("here", f"https://example.org/{at}")) for at in range(300)]
    await write(app, await fay.chapter(), *blocks)
    found = [one for one in await to_fix(app, fay) if one["code"] == "unclear_link"]
    assert len(found) == 40
    assert found[-1]["message"].endswith("And 260 more of this kind here.")


def test_what_a_hostile_client_writes_is_only_data() -> None:
    evil: list[Node] = [
        p(link("<script>alert(1)</script>", "javascript:alert(1)")),
        p(link("x", "https://[::1")),
        Node("figure", {"asset": "../../etc/passwd", "alt": None, "credit": 7}),
        Node("heading", {"level": "x"}, (Text("\u202eturned"),)),
    ]
    found, _ = looking.at_words(doc(*evil), Around("<b>Bold</b>", "c1"))
    assert {one.code for one in found} >= {"broken_address", "picture_empty"}
    assert all(addresses.of("a", one).isascii() for one in found)


async def test_what_the_tables_say_is_found(app: FastAPI, people: People, fay: Browser) -> None:
    ana = await people.join("writer", "Ana")
    done: dict[str, Any] = await fay.chapter("Rights")
    other = await fay.chapter("rights ")
    for chapter in (done, other):
        await write(app, chapter, p(text("Words.")))
    await fay.yes("PATCH", f"chapters/{done['id']}", json={"status": "done"})
    part = await fay.yes("POST", "parts", json={"title": "Nobody’s"})
    await fay.yes("POST", "tasks", json={"title": "Call the union", "assignee_id": ana.id})
    await fay.yes("PATCH", "", json={"licence": ""})
    found = await to_fix(app, fay)
    assert {one["code"] for one in found} == {
        "chapter_not_done",
        "title_twice",
        "part_empty",
        "open_task",
        "licence_missing",
        "region_missing",
        "summary_missing",
    }
    assert one(found, "chapter_not_done")["chapter_id"] == other["id"]
    assert "“Nobody’s”" in one(found, "part_empty")["message"]
    assert one(found, "open_task")["owner_id"] == ana.id
    assert one(found, "licence_missing")["severity"] == "must"
    assert part["id"]


async def test_somebody_who_waits_to_be_recognised_is_found(
    app: FastAPI, people: People, fay: Browser
) -> None:
    ana = await people.join("writer", "Ana")
    again = await people.browser()
    asked = await again.join((await fay.invite("writer"))["link"], "Ana", claim=ana.id)
    assert asked.status_code == 202
    found = [one["code"] for one in await to_fix(app, fay)]
    assert "person_unconfirmed" in found
