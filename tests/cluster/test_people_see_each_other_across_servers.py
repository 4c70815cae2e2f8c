"""People see each other and what happens, whichever server they are with."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from httpx_ws import aconnect_ws

from app.kit import bus
from app.sync import presence, protocol
from tests.cluster.pair import Pair
from tests.people_at_work import Browser
from tests.sync.clients import Client
from tests.sync.stage import Stage, cookie


def caret(client: Client, clock: int, at: int | None = 1) -> bytes:
    """A frame that says where a client's caret is."""
    state = b"null" if at is None else json.dumps({"cursor": {"anchor": at}}).encode()
    return protocol.awareness([(client.doc.client_id, clock, state)])


def names(client: Client) -> set[str]:
    """Whose carets a client shows."""
    bodies = [json.loads(body) for _, body in client.states.values()]
    return {body["user"]["name"] for body in bodies if body}


async def test_a_caret_is_seen_moved_and_gone_at_the_other_server(pair: Pair) -> None:
    async with pair.couple() as (a, b, _, _):
        await a.raw(caret(a, 1))
        await b.until(lambda: names(b) == {"Ana"})
        await a.raw(caret(a, 2, 7))
        mine = a.doc.client_id
        await b.until(lambda: json.loads(b.states[mine][1])["cursor"]["anchor"] == 7)
        # Standard clients send back what they receive: it does not become Ben's.
        await b.raw(protocol.awareness([(mine, *b.states[mine])]))
        await a.close()
        await b.until(lambda: names(b) == set(), within=5)


async def test_who_comes_later_sees_the_carets_of_all_servers(pair: Pair) -> None:
    async with pair.one.client(pair.one.fay) as first:
        await first.raw(caret(first, 1))
        await first.until(lambda: names(first) == {"Fay"})
        ben = await pair.one.join("writer", "Ben")
        async with pair.two.client(ben) as late:
            await late.until(lambda: names(late) == {"Fay"}, within=3)


async def test_a_caret_that_moves_to_the_other_server_stays(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "GRACE", 0.2)
    async with pair.couple() as (a, b, ana, _):
        await a.raw(caret(a, 1))
        await b.until(lambda: names(b) == {"Ana"})
        a.abort()
        async with pair.two.client(ana, doc=a.doc) as again:
            await again.raw(caret(again, 2, 9))
            await b.until(lambda: json.loads(b.states[a.doc.client_id][1])["cursor"]["anchor"] == 9)
            # The first server's farewell is not believed.
            await asyncio.sleep(4 * presence.GRACE)
            assert names(b) == {"Ana"}


async def test_carets_of_a_server_that_was_killed_go(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus, "ALIVE_EVERY", 0.2)
    monkeypatch.setattr(bus, "GONE_AFTER", 1.0)
    async with pair.couple() as (a, b, _, _):
        await a.raw(caret(a, 1))
        await b.until(lambda: names(b) == {"Ana"})
        # Nothing is heard of it any more, not even a farewell.
        monkeypatch.setattr(pair.one.app.state.broadcast._bus, "send", lambda *_: None)
        await b.until(lambda: names(b) == set(), within=8)


async def test_a_screen_hears_what_happened_at_the_other_server(pair: Pair) -> None:
    ana = await pair.one.join("writer", "Ana")
    async with screen(pair.two, ana) as heard:
        await heard("hello")
        await pair.one.fay.chapter("Another")
        await heard("chapters")


async def test_everybody_is_listed_whichever_server_they_are_with(pair: Pair) -> None:
    ana = await pair.one.join("writer", "Ana")
    mine, theirs = (await ana.get("/api/me")).json()["person"]["id"], pair.one.fay
    faye = (await theirs.get("/api/me")).json()["person"]["id"]
    async with screen(pair.one, theirs) as at_one:
        await at_one("presence")
        async with screen(pair.two, ana) as at_two, pair.two.client(ana):
            here = {mine, faye}
            await at_two("presence", lambda said: set(said["online"]) == here)
            await at_one("presence", lambda said: set(said["online"]) == here)
            where = {pair.one.chapter: [mine]}
            await at_one("presence", lambda said: said["chapters"] == where)
        await at_one("presence", lambda said: said["online"] == [faye] and not said["chapters"])


async def test_who_is_removed_at_one_server_is_out_at_the_other(pair: Pair) -> None:
    async with pair.couple() as (_, b, _, ben):
        person = (await ben.get("/api/me")).json()["person"]["id"]
        await pair.one.fay.yes("DELETE", f"people/{person}")
        await b.until(lambda: b.closed_with == 4401, within=3)


async def test_without_redis_screens_look_at_everything_now_and_then(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await pair.one.join("writer", "Ana")
    async with screen(pair.two, ana) as heard:
        await heard("hello")
        pair.redis.kill()
        await heard("everything", within=15)


class screen:  # noqa: N801 - reads as a verb
    """A screen's live socket; call it to wait for a message of a topic."""

    def __init__(self, stage: Stage, browser: Browser) -> None:
        self._url = f"{stage.settings.base}/api/guides/{browser.slug}/live"
        self._headers = {"Cookie": cookie(browser), "Origin": stage.settings.base}

    async def __aenter__(self) -> Any:
        self._connection = aconnect_ws(self._url, headers=self._headers)
        socket = await self._connection.__aenter__()

        async def heard(topic: str, what: Any = lambda _: True, within: float = 10) -> None:
            async with asyncio.timeout(within):
                while True:
                    said = await socket.receive_json()
                    if said["topic"] == topic and what(said):
                        return

        return heard

    async def __aexit__(self, *error: Any) -> None:
        await self._connection.__aexit__(*error)
