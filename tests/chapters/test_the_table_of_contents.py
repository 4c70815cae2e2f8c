"""Chapters are made, renamed, described, moved within and between parts; the order is one for all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people_at_work import Browser, People


@pytest.fixture
async def fay(people: People) -> Browser:
    return await people.start_guide()


async def part(fay: Browser, title: str) -> str:
    made: dict[str, Any] = await fay.yes("POST", "parts", json={"title": title})
    return made["id"]


async def contents(fay: Browser) -> list[tuple[str, str | None]]:
    """What a reader sees: titles with the title of their part."""
    told = await fay.yes("GET", "chapters")
    parts = {one["id"]: one["title"] for one in told["parts"]}
    assert [one["position"] for one in told["items"]] == list(range(len(told["items"])))
    return [(one["title"], parts.get(one["part_id"])) for one in told["items"]]


async def test_a_new_chapter_is_planned_and_nobodys(fay: Browser) -> None:
    made = await fay.chapter("Meeting", brief="Why we meet", target_words=1200)
    said = {
        "title": "Meeting", "brief": "Why we meet", "target_words": 1200, "words": 0,
        "status": "planned", "lead": None, "assignees": [], "position": 0, "part_id": None,
        "version": 1, "updated_by": fay.id,
    }  # fmt: skip
    assert {key: made[key] for key in said} == said
    assert made["document_id"] != made["id"]
    assert (await fay.yes("GET", "chapters"))["items"] == [made]


async def test_a_guide_without_chapters_has_an_empty_table_of_contents(fay: Browser) -> None:
    assert await fay.yes("GET", "chapters") == {"items": [], "parts": []}


async def test_everything_about_a_chapter_can_be_changed(fay: Browser) -> None:
    made = await fay.chapter("Old", brief="Old", target_words=1)
    wish = {"title": "New", "brief": "Newer\n\nbrief", "target_words": None, "status": "review"}
    changed = await fay.yes("PATCH", f"chapters/{made['id']}", json=wish)
    assert {key: changed[key] for key in wish} == wish
    assert changed["version"] == 2
    same = await fay.yes("PATCH", f"chapters/{made['id']}", json=wish)
    assert same["version"] == 2


@pytest.mark.parametrize(
    "wish",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"title": "\n"},
        {"brief": "x" * 10_001},
        {"target_words": -1},
        {"target_words": 10**7},
        {"target_words": "many"},
        {"status": "finished"},
    ],
)
async def test_what_no_chapter_can_be_is_refused(fay: Browser, wish: dict[str, Any]) -> None:
    made = await fay.chapter("Old")
    await fay.no(422, "PATCH", f"chapters/{made['id']}", json=wish)
    if "status" not in wish:
        await fay.no(422, "POST", "chapters", json={"title": "x"} | wish)
    assert await fay.titles() == ["Old"]


async def test_a_chapter_moves_before_another_or_to_the_end(fay: Browser) -> None:
    ids = {title: (await fay.chapter(title))["id"] for title in "ABCD"}

    async def move(title: str, before: str | None) -> list[str]:
        told = await fay.yes(
            "POST",
            f"chapters/{ids[title]}/move",
            json={"part_id": None, "before_id": ids[before] if before else None},
        )
        return [one["title"] for one in told["items"]]

    assert await move("D", "A") == ["D", "A", "B", "C"]
    assert await move("D", "C") == ["A", "B", "D", "C"]
    assert await move("A", None) == ["B", "D", "C", "A"]
    assert await move("A", "A") == ["B", "D", "C", "A"]
    assert await move("B", "B") == ["B", "D", "C", "A"]
    assert await fay.titles() == ["B", "D", "C", "A"]


async def test_chapters_move_between_parts(fay: Browser) -> None:
    one, two = await part(fay, "One"), await part(fay, "Two")
    a = await fay.chapter("A", part_id=one)
    b = await fay.chapter("B", part_id=two)
    await fay.chapter("C", part_id=one)
    loose = await fay.chapter("Loose")
    assert await contents(fay) == [("Loose", None), ("A", "One"), ("C", "One"), ("B", "Two")]
    await fay.yes("POST", f"chapters/{a['id']}/move", json={"part_id": two, "before_id": b["id"]})
    await fay.yes("POST", f"chapters/{loose['id']}/move", json={"part_id": one})
    assert await contents(fay) == [
        ("C", "One"), ("Loose", "One"), ("A", "Two"), ("B", "Two"),
    ]  # fmt: skip


async def test_a_part_moves_with_its_chapters(fay: Browser) -> None:
    one, two, three = [await part(fay, title) for title in ("One", "Two", "Three")]
    for title, where in (("A", one), ("B", two), ("C", three)):
        await fay.chapter(title, part_id=where)
    await fay.yes("POST", f"parts/{three}/move", json={"before_id": one})
    assert await contents(fay) == [("C", "Three"), ("A", "One"), ("B", "Two")]
    await fay.yes("POST", f"parts/{three}/move", json={"before_id": None})
    await fay.yes("POST", f"parts/{one}/move", json={"before_id": one})
    assert [title for title, _ in await contents(fay)][-1] == "A"
    renamed = await fay.yes("PATCH", f"parts/{two}", json={"title": "Second"})
    assert (renamed["title"], renamed["version"]) == ("Second", 2)


async def test_the_chapters_of_a_part_that_is_taken_away_stay_behind_the_loose_ones(
    fay: Browser,
) -> None:
    one = await part(fay, "One")
    await fay.chapter("A", part_id=one)
    await fay.chapter("B", part_id=one)
    await fay.chapter("Loose, made last")
    await fay.yes("DELETE", f"parts/{one}")
    assert await contents(fay) == [("Loose, made last", None), ("A", None), ("B", None)]


async def test_where_a_chapter_cannot_go_it_does_not_go(fay: Browser, people: People) -> None:
    one = await part(fay, "One")
    a = await fay.chapter("A", part_id=one)
    b = await fay.chapter("B")
    move = f"chapters/{b['id']}/move"
    # Before a chapter that is in another part by now, or in none.
    problem = await fay.no(409, "POST", move, json={"part_id": None, "before_id": a["id"]})
    assert problem["code"] == "moved"
    await fay.no(409, "POST", move, json={"part_id": None, "before_id": "0" * 26})
    await fay.no(404, "POST", move, json={"part_id": "0" * 26})
    other = await people.start_guide("Other", name="Gil")
    await fay.no(404, "POST", move, json={"part_id": await part(other, "Theirs")})
    await fay.no(404, "POST", "chapters", json={"title": "x", "part_id": "nowhere\u0000"})
    assert await contents(fay) == [("B", None), ("A", "One")]
