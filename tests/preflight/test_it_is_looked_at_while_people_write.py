"""What is written is looked at soon, screens hear of it, and nobody has to ask for it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI

from app.kit.events import Event
from app.preflight import looking
from tests.people_at_work import Browser, People
from tests.preflight.finding import a_guide, check, link, p, write


@pytest.fixture
async def fay(people: People) -> Browser:
    return await a_guide(people)


async def counts(who: Browser) -> dict[str, Any]:
    found: dict[str, Any] = await who.yes("GET", "findings/counts")
    return found


async def heard(line: asyncio.Queue[Event | None], topic: str) -> Event:
    """The next event of a topic."""
    async with asyncio.timeout(30):
        while True:
            event = await line.get()
            if event is not None and event.topic == topic:
                return event


async def test_a_screen_hears_of_what_somebody_wrote(app: FastAPI, fay: Browser) -> None:
    chapter = await fay.chapter("Rights")
    guide = (await fay.yes("GET", ""))["id"]
    async with app.state.broadcast.subscribe(guide) as line:
        await write(app, chapter, p("See ", link("your duties", "#duties")))
        await heard(line, "findings")
    found = await counts(fay)
    assert found["waiting"] == 0
    assert found["counts"] == {"must": 1, "should": 1, "waved": 0}
    assert found["chapters"][chapter["id"]] == {"must": 1, "should": 1, "waved": 0}


async def test_whoever_asks_has_the_waiting_chapters_looked_at(app: FastAPI, fay: Browser) -> None:
    for title in ("One", "Two", "Three"):
        await fay.chapter(title)
    guide = (await fay.yes("GET", ""))["id"]
    async with app.state.broadcast.subscribe(guide) as line:
        assert (await counts(fay))["waiting"] == 3
        while (await counts(fay))["waiting"]:
            await heard(line, "findings")
    assert (await counts(fay))["counts"]["must"] == 3


async def test_a_chapter_that_did_not_change_is_not_looked_at_again(
    app: FastAPI, fay: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapter = await fay.chapter()
    await write(app, chapter, p("Words."))
    await app.state.preflight.watch.now([chapter["id"]])
    seen: list[str] = []
    monkeypatch.setattr(app.state.preflight.watch, "look_at", seen.extend)
    for _ in range(3):
        await counts(fay)
    assert seen == []
    await write(app, chapter, p("More."))
    await counts(fay)
    assert seen == [chapter["id"]]


async def test_new_rules_have_every_chapter_looked_at_again(
    app: FastAPI, fay: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.preflight import counting

    chapter = await fay.chapter()
    await app.state.preflight.watch.now([chapter["id"]])
    assert (await counts(fay))["waiting"] == 0
    monkeypatch.setattr(counting, "EDITION", looking.EDITION + 1)
    assert (await counts(fay))["waiting"] == 1


async def test_a_chapter_that_cannot_be_read_is_something_to_fix(
    app: FastAPI, fay: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.kit.errors import Unavailable

    async def refuse(_document: str) -> None:
        raise Unavailable("It cannot be read right now.")

    chapter = await fay.chapter("Rights")
    with monkeypatch.context() as broken:
        broken.setattr(app.state.sync, "read_tree", refuse)
        await app.state.preflight.watch.now([chapter["id"]])
    found = (await fay.yes("GET", "findings"))["items"]
    assert [one["code"] for one in found if one["severity"] == "must"] == ["chapter_unreadable"]
    assert found[0]["waivable"] is False


async def test_a_complete_check_tells_how_far_it_is_and_can_be_cancelled(
    app: FastAPI, fay: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fay.chapter()
    begun, go = asyncio.Event(), asyncio.Event()

    async def wait(_chapters: object) -> None:
        begun.set()
        await go.wait()

    monkeypatch.setattr(app.state.preflight.watch, "now", wait)
    started = await fay.yes("POST", "checks", json={"files": False})
    await begun.wait()
    run = await fay.yes("GET", f"checks/{started['id']}")
    assert run["status"] == "running"
    again = await fay.yes("POST", "checks", json={"files": False})
    assert again["id"] == started["id"]
    await fay.yes("DELETE", f"checks/{started['id']}")
    assert (await fay.yes("GET", f"checks/{started['id']}"))["status"] == "cancelled"


async def test_a_guide_without_chapters_is_told_so(fay: Browser) -> None:
    problem = await fay.no(422, "POST", "checks", json={"files": False})
    assert problem["code"] == "no_chapters"


async def test_checks_that_are_over_stay_for_the_burn_down(
    app: FastAPI, fay: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.preflight import service

    monkeypatch.setattr(service, "KEPT", 3)
    await write(app, await fay.chapter(), p("Words."))
    for _ in range(5):
        await check(fay)
    assert len((await fay.yes("GET", "checks"))["items"]) == 3


async def test_many_screens_ask_and_one_counts(
    app: FastAPI, fay: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.preflight import listing

    chapter = await fay.chapter()
    await app.state.preflight.watch.now([chapter["id"]])
    counted: list[str] = []
    honest = listing.of_guide

    async def count(session: Any, guide: Any) -> Any:
        counted.append(guide.id)
        return await honest(session, guide)

    monkeypatch.setattr(listing, "of_guide", count)
    for _ in range(5):
        assert (await counts(fay))["counts"]["must"] == 1
    assert len(counted) == 1
    await write(app, chapter, p("Words."))
    await app.state.preflight.watch.now([chapter["id"]])
    for _ in range(5):
        assert (await counts(fay))["counts"]["must"] == 0
    assert len(counted) == 2
