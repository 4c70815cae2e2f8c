"""Clients that others wrote connect, write, lose the network, write on, return, and agree.

y-websocket's provider alone, under y-prosemirror and under TipTap, frames made by hand with the
encoders of lib0 and y-protocols, and pycrdt's own Provider; against a real server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from tests.interop.peers import Somebody, node, until
from tests.interop.provider_of_pycrdt import pycrdt_peer
from tests.people_at_work import Browser, People
from tests.servers import Server
from tests.sync.stage import cookie

KINDS = ["plain", "prosemirror", "tiptap", "frames", "pycrdt"]


class Desk:
    """A chapter on a real server, and clients of people who write in it."""

    def __init__(self, server: Server, people: People, document: str) -> None:
        self.server = server
        self._people = people
        self._document = document

    @asynccontextmanager
    async def client(
        self, kind: str, name: str = "", role: str = "writer"
    ) -> AsyncGenerator[Somebody]:
        """A client of a newcomer, synced."""
        browser: Browser = await self._people.join(role, name or kind)
        make = pycrdt_peer if kind == "pycrdt" else node
        more = [] if kind == "pycrdt" else [kind]
        place = (self.server.socket_base, self._document, cookie(browser))
        async with make(*place, *more) as made:
            await until(made, lambda state: state["synced"])
            yield made


@asynccontextmanager
async def desk(server: Server) -> AsyncGenerator[Desk]:
    async with People(server.base) as people:
        fay = await people.start_guide()
        chapter = await fay.chapter("One")
        yield Desk(server, people, chapter["document_id"])


def same(*states: dict[str, Any]) -> None:
    """Everybody has the same words and structs, and every editor shows what is shared."""
    first = states[0]
    for state in states:
        assert state["lines"] == first["lines"]
        assert state["vector"] == first["vector"]
        assert not state.get("pending")
        assert not [code for code in state["closes"] if 4400 <= code < 4500]
        if "xml" in state and "xml" in first:
            assert state["xml"] == first["xml"]
        if state["shown"] is not None:
            assert state["shown"] == state["lines"]


async def agreed(*clients: Somebody, lines: list[str]) -> dict[str, Any]:
    """Wait until all have exactly these lines in some order, and the same state."""
    states = [
        await until(one, lambda state: sorted(state["lines"]) == sorted(lines)) for one in clients
    ]
    vector = states[0]["vector"]
    # An edit that changes no word, such as tidying up a mark, may still be on its way.
    states = [await until(one, lambda state: state["vector"] == vector) for one in clients]
    same(*states)
    return states[0]


@pytest.mark.parametrize("kind", KINDS)
async def test_both_sides_keep_their_words_and_deletions(kind: str, shared_server: Server) -> None:
    async with desk(shared_server) as place, place.client("plain", "Ben") as ben:
        async with place.client(kind) as ana:
            for words in ("Alpha", "Beta", "Gamma", "Delta"):
                await ana.do("paragraph", words=words)
            start = ["", "Alpha", "Beta", "Gamma", "Delta"]
            await until(ben, lambda state: state["lines"] == start)

            await ana.do("offline")
            await until(ana, lambda state: not state["connected"])
            await ana.do("type", line=1, at=5, words=" lost")
            await ana.do("remove", line=3)
            await ana.do("type", line=3, at=5, words=" of Ana")
            await ana.do("paragraph", words="Written on the train")
            await ana.do("paragraph", words="Thrown away on the train")
            await ana.do("remove", line=5)

            # Ana wrote in the paragraph that goes here, and Ben in the one that she removed.
            await ben.do("type", line=3, at=0, words="Unseen ")
            await ben.do("remove", line=1)
            await ben.do("type", line=3, at=0, words="Ben and ")
            await ben.do("paragraph", words="Written in the room")

            await ana.do("online")
            # What is stored while she shakes hands.
            for number in range(8):
                await ben.do("type", line=1, at=4 + number, words=str(number))
            end = ["", "Beta01234567", "Ben and Delta of Ana"]
            end += ["Written on the train", "Written in the room"]
            await agreed(ana, ben, lines=end)

            # And she goes on, both ways.
            await ana.do("type", line=2, at=0, words="> ")
            end[2] = "> Ben and Delta of Ana"
            await agreed(ana, ben, lines=end)
        async with place.client("plain", "Cleo") as cleo:
            await agreed(cleo, ben, lines=end)


async def test_all_of_them_outlive_the_power_cut_of_the_server(server: Server) -> None:
    """They are cut off by SIGKILL while they write, write on, and return by themselves."""
    async with desk(server) as place, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(place.client(kind)) for kind in KINDS]
        await clients[0].do("paragraph", words="Common ground")
        end = ["", "Common ground"]
        for one in clients:
            await until(one, lambda state: state["lines"] == end)
        await asyncio.gather(
            *(one.do("paragraph", words=f"{kind} before")
              for kind, one in zip(KINDS, clients, strict=True))
        )  # fmt: skip
        await asyncio.to_thread(server.kill)
        for kind, one in zip(KINDS, clients, strict=True):
            await until(one, lambda state: not state["connected"])
            await one.do("paragraph", words=f"{kind} meanwhile")
        await clients[2].do("remove", line=1)
        await asyncio.to_thread(server.start)
        # pycrdt's Provider leaves it to the program to connect again.
        await clients[-1].do("online")
        end = ["", *(f"{kind} {when}" for kind in KINDS for when in ("before", "meanwhile"))]
        await agreed(*clients, lines=end)
        fresh = await stack.enter_async_context(place.client("plain", "Fresh"))
        await agreed(fresh, clients[0], lines=end)


@pytest.mark.parametrize("kind", ["prosemirror", "tiptap"])
async def test_an_editors_splits_and_marks_meet_anothers(kind: str, shared_server: Server) -> None:
    """Both editors of the same kind, in the same line, one of them without network."""
    async with (
        desk(shared_server) as place,
        place.client(kind, "Ana") as ana,
        place.client(kind, "Ben") as ben,
    ):
        await ana.do("paragraph", words="The quick brown fox")
        await until(ben, lambda state: state["shown"] == ["", "The quick brown fox"])
        await ana.do("offline")
        await until(ana, lambda state: not state["connected"])
        await ana.do("mark", line=1, at=4, length=5, marks={"bold": {}})
        await ana.do("split", line=1, at=9)
        await ben.do("mark", line=1, at=0, length=9, marks={"italic": {}})
        await ben.do("type", line=1, at=3, words=" very")
        await ana.do("online")
        state = await agreed(ana, ben, lines=["", "The very quick", " brown fox"])
        assert "<bold>" in state["xml"]
        assert "<italic>" in state["xml"]
        async with place.client("plain", "Cleo") as cleo:
            await agreed(ana, ben, cleo, lines=["", "The very quick", " brown fox"])


async def test_a_reader_is_refused_in_the_protocols_own_words(shared_server: Server) -> None:
    async with desk(shared_server) as place, place.client("frames", "Rea", "reader") as rea:
        assert (await rea.do("state"))["heard"]["1"], "query awareness was not answered"
        await rea.do("paragraph", words="Not mine to write")
        state = await until(rea, lambda state: state["closes"])
        assert state["denied"]
        assert state["closes"] == [4403]
        async with place.client("plain", "Ben") as ben:
            assert (await ben.do("state"))["lines"] == [""]
