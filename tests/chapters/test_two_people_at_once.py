"""Two people change the same thing at once: both learn what happened, and nothing is lost."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import FastAPI

from tests.people_at_work import Browser, People, notices


@pytest.fixture
async def fay(people: People) -> Browser:
    return await people.start_guide()


@pytest.fixture
async def ana(people: People, fay: Browser) -> Browser:
    return await people.join("writer", "Ana")


async def test_two_titles_at_once_and_both_know(app: FastAPI, fay: Browser, ana: Browser) -> None:
    seen = await fay.chapter("Old")
    path = f"chapters/{seen['id']}"
    await ana.yes("PATCH", path, json={"title": "Ana’s", "seen_version": seen["version"]})

    async def late() -> None:
        problem = await fay.no(
            409, "PATCH", path, json={"title": "Fay’s", "seen_version": seen["version"]}
        )
        assert problem["code"] == "changed"
        assert (problem["field"], problem["current"], problem["wanted"], problem["by"]) == (
            "title", "Ana’s", "Fay’s", "Ana",
        )  # fmt: skip
        assert problem["detail"] == (
            "Ana changed the title of this chapter to “Ana’s” a moment ago."
        )
        assert problem["version"] == 2

    [notice] = await notices(app, fay, late())
    assert notice.to == ana.id
    assert "Fay wanted another title" in notice.payload["text"]
    assert "“Fay’s”" in notice.payload["text"]
    assert await fay.titles() == ["Ana’s"]
    # Having seen it, she may.
    await fay.yes("PATCH", path, json={"title": "Fay’s", "seen_version": 2})


async def test_different_fields_at_once_are_no_conflict(fay: Browser, ana: Browser) -> None:
    seen = await fay.chapter("Old")
    path = f"chapters/{seen['id']}"
    await ana.yes("PATCH", path, json={"title": "New", "seen_version": 1})
    await ana.yes("PATCH", path, json={"target_words": 10, "seen_version": 1})
    await fay.yes("PATCH", path, json={"status": "drafting", "seen_version": 1})
    now = await fay.yes("PATCH", path, json={"brief": "Why", "seen_version": 1})
    assert (now["title"], now["brief"], now["status"], now["target_words"]) == (
        "New", "Why", "drafting", 10,
    )  # fmt: skip


async def test_the_same_wish_at_once_is_no_conflict(fay: Browser, ana: Browser) -> None:
    seen = await fay.chapter("Old")
    path = f"chapters/{seen['id']}"
    for one in (ana, fay):
        await one.yes("PATCH", path, json={"status": "done", "seen_version": 1})


async def test_ones_own_two_devices_are_no_conflict(fay: Browser, ana: Browser) -> None:
    seen = await fay.chapter("Old")
    path = f"chapters/{seen['id']}"
    await ana.yes("PATCH", path, json={"title": "One", "seen_version": 1})
    await ana.yes("PATCH", path, json={"title": "Two", "seen_version": 1})


async def test_two_moves_at_once_and_both_know(app: FastAPI, fay: Browser, ana: Browser) -> None:
    a, b, c = [await fay.chapter(title) for title in "ABC"]
    path = f"chapters/{c['id']}/move"
    await ana.yes("POST", path, json={"before_id": a["id"], "seen_version": 1})

    async def late() -> None:
        problem = await fay.no(409, "POST", path, json={"before_id": b["id"], "seen_version": 1})
        assert problem["code"] == "moved"
        assert problem["detail"].startswith("Ana moved “C” a moment ago.")

    [notice] = await notices(app, fay, late())
    assert notice.to == ana.id
    assert "Fay wanted to move “C”" in notice.payload["text"]
    assert await fay.titles() == ["C", "A", "B"]


async def test_of_two_renames_at_the_same_instant_one_wins_and_one_is_told(
    fay: Browser, ana: Browser
) -> None:
    for attempt in range(8):
        made = await fay.chapter(f"Chapter {attempt}")
        path = f"chapters/{made['id']}"
        answers = await asyncio.gather(
            fay.patch(fay.at(path), json={"title": f"F{attempt}", "seen_version": 1}),
            ana.patch(ana.at(path), json={"title": f"A{attempt}", "seen_version": 1}),
        )
        assert sorted(one.status_code for one in answers) == [200, 409]
        won = next(one for one in answers if one.status_code == 200).json()["title"]
        assert (await fay.titles())[-1] == won


async def test_of_two_moves_at_the_same_instant_one_wins_and_one_is_told(
    fay: Browser, ana: Browser
) -> None:
    a, b, c = [(await fay.chapter(title))["id"] for title in "ABC"]
    for _ in range(8):
        seen = {o["id"]: o["version"] for o in (await fay.yes("GET", "chapters"))["items"]}
        path = f"chapters/{c}/move"
        answers = await asyncio.gather(
            fay.post(fay.at(path), json={"before_id": a, "seen_version": seen[c]}),
            ana.post(ana.at(path), json={"before_id": b, "seen_version": seen[c]}),
        )
        assert sorted(one.status_code for one in answers) == [200, 409]
        assert sorted(await fay.titles()) == ["A", "B", "C"]


async def test_many_people_reordering_at_once_lose_no_chapter(
    people: People, fay: Browser, ana: Browser
) -> None:
    ids = [(await fay.chapter(str(number)))["id"] for number in range(6)]
    part = (await fay.yes("POST", "parts", json={"title": "Part"}))["id"]
    work = [
        browser.post(
            browser.at(f"chapters/{ids[step % 6]}/move"),
            json={"part_id": part if step % 3 else None},
        )
        for step in range(12)
        for browser in (fay, ana)
    ]
    work += [fay.post(fay.at("chapters"), json={"title": f"new {n}"}) for n in range(4)]
    answers = await asyncio.gather(*work)
    assert {one.status_code for one in answers} <= {200, 201}
    items = (await fay.yes("GET", "chapters"))["items"]
    assert [one["position"] for one in items] == list(range(10))
    assert {one["title"] for one in items} == {*"012345", *(f"new {n}" for n in range(4))}
