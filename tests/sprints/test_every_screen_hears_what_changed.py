"""Live: whatever changes is on the other screens within a second, and only who may hear it does."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.kit import clock
from tests.people_at_work import Browser, People
from tests.servers import Server

WITHIN = 1.0


class Screen:
    """An open live connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def next(self, within: float = WITHIN) -> dict[str, Any]:
        async with asyncio.timeout(within):
            return json.loads(await self._socket.recv())

    async def hears(self, topic: str, within: float = WITHIN) -> dict[str, Any]:
        """The next message of a topic; it must come in time."""
        async with asyncio.timeout(within):
            while (message := json.loads(await self._socket.recv()))["topic"] != topic:
                pass
            return message

    async def all_until(self, seconds: float) -> list[dict[str, Any]]:
        """Everything that comes within some time."""
        heard: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    heard.append(json.loads(await self._socket.recv()))
        except TimeoutError:
            return heard

    async def closes(self, within: float = WITHIN) -> int:
        """The code it is closed with."""
        async with asyncio.timeout(within):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await self._socket.recv()
        return self._socket.close_code or 0

    async def say(self, text: str) -> None:
        await self._socket.send(text)


Look = Callable[[Browser], Any]


@pytest.fixture
def look(shared_server: Server) -> Look:
    @asynccontextmanager
    async def opened(browser: Browser, **headers: str) -> AsyncGenerator[Screen]:
        cookies = "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)
        async with connect(
            f"{shared_server.socket_base}/api/guides/{browser.slug}/live",
            additional_headers={"Cookie": cookies, **headers},
        ) as socket:
            yield Screen(socket)

    return opened


@pytest.fixture
async def fay(visitors: People) -> Browser:
    return await visitors.start_guide()


@pytest.fixture
async def ana(visitors: People, fay: Browser) -> Browser:
    return await visitors.join("writer", "Ana")


async def test_a_screen_is_greeted_with_the_clock_and_who_is_here(
    look: Look, fay: Browser, ana: Browser
) -> None:
    async with look(fay) as screen:
        hello = await screen.next()
        assert hello["topic"] == "hello"
        at = datetime.fromisoformat(hello["now"])
        assert abs((clock.now() - at).total_seconds()) < 5
        assert (await screen.hears("presence"))["online"] == [fay.id]
        async with look(ana):
            while (await screen.hears("presence"))["online"] != sorted([fay.id, ana.id]):
                pass
        while (await screen.hears("presence"))["online"] != [fay.id]:
            pass


Change = tuple[str, Callable[[Browser, dict[str, Any]], Awaitable[Any]]]

CHANGES: dict[str, Change] = {
    "a chapter is made": ("chapters", lambda f, _: f.chapter("New")),
    "a chapter is renamed": (
        "chapters",
        lambda f, at: f.yes("PATCH", f"chapters/{at['chapter']}", json={"title": "N"}),
    ),
    "a chapter is moved": (
        "chapters",
        lambda f, at: f.yes("POST", f"chapters/{at['chapter']}/move", json={}),
    ),
    "a chapter is given": (
        "chapters",
        lambda f, at: f.yes("PUT", f"chapters/{at['chapter']}/assignees/{f.id}"),
    ),
    "nobody is in charge": (
        "chapters",
        lambda f, at: f.yes("PUT", f"chapters/{at['chapter']}/lead", json={"person_id": None}),
    ),
    "a chapter is closed for changes": (
        "chapters",
        lambda f, at: f.yes("PUT", f"chapters/{at['chapter']}/freeze"),
    ),
    "all chapters are closed": ("chapters", lambda f, _: f.yes("PUT", "freeze")),
    "all chapters are opened": ("chapters", lambda f, _: f.yes("DELETE", "freeze")),
    "a chapter is thrown away": (
        "bin",
        lambda f, at: f.yes("DELETE", f"chapters/{at['chapter']}"),
    ),
    "a part is made": ("chapters", lambda f, _: f.yes("POST", "parts", json={"title": "P"})),
    "a part is renamed": (
        "chapters",
        lambda f, at: f.yes("PATCH", f"parts/{at['part']}", json={"title": "Q"}),
    ),
    "a part is moved": (
        "chapters",
        lambda f, at: f.yes("POST", f"parts/{at['part']}/move", json={}),
    ),
    "a part is taken away": ("chapters", lambda f, at: f.yes("DELETE", f"parts/{at['part']}")),
    "a task is made": ("tasks", lambda f, _: f.yes("POST", "tasks", json={"title": "T"})),
    "a task is done": (
        "tasks",
        lambda f, at: f.yes("PATCH", f"tasks/{at['task']}", json={"status": "done"}),
    ),
    "a task is taken away": ("tasks", lambda f, at: f.yes("DELETE", f"tasks/{at['task']}")),
    "a task is brought back": ("tasks", lambda f, at: f.yes("POST", f"tasks/{at['task']}/restore")),
    "the guide is renamed": ("guide", lambda f, _: f.yes("PATCH", "", json={"title": "G"})),
    "the countdown is set": (
        "guide",
        lambda f, _: f.yes(
            "PUT", "countdown", json={"label": "W", "until": "2027-01-01T00:00:00Z"}
        ),
    ),
    "the countdown is ended": ("guide", lambda f, _: f.yes("DELETE", "countdown")),
    "a link is made": ("invitations", lambda f, _: f.invite("reader")),
    "somebody has another role": (
        "people",
        lambda f, at: f.yes("PATCH", f"people/{at['ben']}", json={"role": "reader"}),
    ),
    "somebody is taken out": ("people", lambda f, at: f.yes("DELETE", f"people/{at['ben']}")),
    "somebody has another name": ("people", lambda f, _: f.patch("/api/me", json={"name": "Fee"})),
    "somebody has another colour": (
        "people",
        lambda f, _: f.patch("/api/me", json={"colour": "#123456"}),
    ),
}


async def test_every_change_is_on_the_other_screens_within_a_second(
    visitors: People, look: Look, fay: Browser, ana: Browser
) -> None:
    at = {
        "chapter": (await fay.chapter())["id"],
        "part": (await fay.yes("POST", "parts", json={"title": "Part"}))["id"],
        "task": (await fay.yes("POST", "tasks", json={"title": "Task"}))["id"],
        "ben": (await visitors.join("writer", "Ben")).id,
    }
    silent: list[str] = []
    async with look(ana) as screen:
        await screen.hears("presence")
        await screen.all_until(0.2)
        for what, (topic, change) in CHANGES.items():
            await change(fay, at)
            try:
                await screen.hears(topic)
            except TimeoutError:
                silent.append(what)
            await screen.all_until(0.01)
    assert silent == []


async def test_who_joins_is_seen_at_once(visitors: People, look: Look, fay: Browser) -> None:
    async with look(fay) as screen:
        await screen.all_until(0.2)
        await visitors.join("writer", "Cem")
        await screen.hears("people")


async def test_a_question_about_a_name_is_on_the_facilitators_screen_at_once(
    visitors: People, look: Look, fay: Browser, ana: Browser
) -> None:
    link = (await fay.invite("writer"))["link"]
    async with look(fay) as facilitator, look(ana) as hers:
        asked = await (await visitors.browser()).join(link, "Ana", claim=ana.id)
        await facilitator.hears("claims")
        await hers.hears("claims")
        await facilitator.all_until(0.1)
        await fay.yes("POST", f"claims/{asked.json()['claim']}", json={"confirm": False})
        await facilitator.hears("claims")


async def test_a_notice_reaches_its_person_and_nobody_else(
    visitors: People, look: Look, fay: Browser, ana: Browser
) -> None:
    ben = await visitors.join("writer", "Ben")
    chapter = await fay.chapter("Meeting")
    async with look(ana) as hers, look(ben) as his, look(fay) as own:
        await fay.yes("PUT", f"chapters/{chapter['id']}/assignees/{ana.id}")
        notice = await hers.hears("notice")
        assert notice["text"] == "“Meeting” is your chapter now."
        assert (notice["to"], notice["chapter_id"]) == (ana.id, chapter["id"])
        for other in (his, own):
            assert "notice" not in {one["topic"] for one in await other.all_until(0.3)}


async def test_a_guide_hears_nothing_of_another(visitors: People, look: Look, fay: Browser) -> None:
    other = await visitors.start_guide("Other", name="Gil")
    async with look(fay) as screen:
        await screen.all_until(0.2)
        await other.chapter("Theirs")
        assert await screen.all_until(0.3) == []


async def test_a_device_that_is_ended_hears_no_more(look: Look, fay: Browser, ana: Browser) -> None:
    [device] = (await ana.get("/api/devices")).json()["items"]
    async with look(ana) as screen, look(fay) as other:
        await screen.hears("presence")
        await ana.delete(f"/api/devices/{device['id']}")
        bye = await screen.hears("bye")
        assert bye["reason"]
        assert await screen.closes() == 4401
        await fay.chapter()
        await other.hears("chapters")


@pytest.mark.parametrize("how", ["leaves", "is taken out", "becomes somebody else"])
async def test_whose_place_ends_hears_no_more(
    visitors: People, look: Look, fay: Browser, ana: Browser, how: str
) -> None:
    ben = await visitors.join("writer", "Ben")
    link = (await ben.post(f"/api/personal-link/{ben.slug}")).json()["link"]
    async with look(ana) as screen:
        await screen.hears("presence")
        if how == "leaves":
            await ana.post("/api/leave")
        elif how == "is taken out":
            await fay.yes("DELETE", f"people/{ana.id}")
        else:
            await ana.join(link)
        await screen.hears("bye")
        assert await screen.closes() == 4401


async def test_another_role_is_told_and_the_screen_stays(
    look: Look, fay: Browser, ana: Browser
) -> None:
    async with look(ana) as screen:
        await screen.hears("presence")
        await fay.yes("PATCH", f"people/{ana.id}", json={"role": "reader"})
        await screen.hears("guide")
        await fay.chapter()
        await screen.hears("chapters")


async def test_who_is_no_member_is_shown_out(visitors: People, look: Look, fay: Browser) -> None:
    other = await visitors.start_guide("Other", name="Gil")
    other.slug = fay.slug
    stranger = await visitors.browser()
    stranger.slug = fay.slug
    for browser in (other, stranger):
        async with look(browser) as screen:
            assert (await screen.next())["topic"] == "bye"
            assert await screen.closes() == 4403


async def test_another_website_cannot_listen(look: Look, fay: Browser) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with look(fay, Origin="https://evil.example"):
            pass
    assert caught.value.response.status_code == 403


async def test_an_address_no_database_takes_is_refused(look: Look, fay: Browser) -> None:
    fay.slug = "a%00"
    with pytest.raises(InvalidStatus) as caught:
        async with look(fay):
            pass
    assert caught.value.response.status_code == 403


async def test_a_screen_knows_that_the_line_is_not_dead(look: Look, fay: Browser) -> None:
    async with look(fay) as screen:
        await screen.say('{"topic":"ping"}')
        await screen.hears("pong")
        for nonsense in ("", "{", "null", "x" * 100_000, '{"topic":"at","chapter_id":null}'):
            await screen.say(nonsense)
        await screen.say('{"topic":"ping"}')
        await screen.hears("pong")


async def test_fifteen_screens_hear_of_fifty_changes(
    visitors: People, look: Look, fay: Browser
) -> None:
    async def watch() -> int:
        async with look(fay) as screen:
            ready.release()
            heard = 0
            async with asyncio.timeout(20):
                while heard < 50:
                    message = await screen.next(20)
                    heard += message["topic"] == "chapters"
            return heard

    ready = asyncio.Semaphore(0)
    watching = [asyncio.create_task(watch()) for _ in range(15)]
    for _ in watching:
        await ready.acquire()
    for number in range(50):
        await fay.chapter(str(number))
    assert await asyncio.gather(*watching) == [50] * 15
