"""Under fire: writers type in one chapter of a real server, something breaks, and all is counted.

Every fault is one test; the long form (`make faults`) has more of everything.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from app.kit.failpoints import VARIABLE
from tests.faults import checks
from tests.faults.typist import Typist
from tests.long import LONG
from tests.people_at_work import token_of
from tests.servers import Server, complaint
from tests.sync.clients import Client

longer = pytest.mark.skipif(not LONG, reason="takes long: part of `make faults`")


class Fragile(Server):
    """A server in which something is broken on purpose; see `tests.faults.entry`."""

    def breaks(self, **wish: Any) -> None:
        """What is broken from the next start on."""
        self.command = [sys.executable, "-m", "tests.faults.entry", json.dumps(wish)]

    def arm(self, failpoint: str | None, count: int = 1) -> None:
        """The next start ends there when it comes by for the `count`th time."""
        self.environment.pop(VARIABLE, None)
        if failpoint:
            self.environment[VARIABLE] = f"{failpoint}:{count}"

    @property
    def database(self) -> Path:
        """Its SQLite file."""
        return self.settings.data_dir / "chapterhouse.db"

    async def ended(self, within: float = 20) -> int:
        """Wait until it has ended by itself; how."""
        assert self.process is not None
        deadline = time.monotonic() + within
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "the server did not end"
            await asyncio.sleep(0.02)
        return self.process.returncode


class Writers:
    """The people at one chapter, and what they were told."""

    def __init__(self, server: Any, document: str, cookies: list[str], base: str = "") -> None:
        self.server = server
        self.document = document
        self.cookies = cookies
        self.base = base or server.socket_base
        self.people = [Typist(n, self.address, cookie) for n, cookie in enumerate(cookies)]
        self.shown: set[str] = set()
        self._typing: list[asyncio.Task[None]] = []

    @property
    def address(self) -> str:
        """Where the chapter is."""
        return f"{self.base}/api/sync/{self.document}?durable=1"

    @asynccontextmanager
    async def at_work(self, rate: float) -> AsyncGenerator[Self]:
        """Everybody comes in and types; at the end everybody goes."""
        async with asyncio.timeout(900 if LONG else 120):
            try:
                await asyncio.gather(*(one.begin() for one in self.people))
                self.type(rate)
                yield self
            finally:
                await self.leave()

    def type(self, rate: float = 10) -> None:
        """Everybody begins to type."""
        self._typing = [asyncio.create_task(one.keep_typing(rate)) for one in self.people]

    async def pause(self) -> None:
        """Everybody stops typing."""
        for task in self._typing:
            task.cancel()
        for done in await asyncio.gather(*self._typing, return_exceptions=True):
            if not isinstance(done, asyncio.CancelledError) and done is not None:
                raise done
        self._typing = []

    def remember(self) -> None:
        """What anybody was shown until now has to be there for ever."""
        self.shown |= {word for one in self.people for word in one.shown()}

    def kept(self) -> int:
        """How many changes have been acknowledged."""
        return sum(c.acknowledged is not None for one in self.people for c in one.changes)

    async def more(self, count: int, within: float = 20) -> None:
        """Wait until so many changes more have been acknowledged."""
        wanted = self.kept() + count
        async with asyncio.timeout(within):
            while self.kept() < wanted:
                await asyncio.sleep(0.02)

    async def all_here(self, within: float = 20) -> None:
        """Wait until nobody is between two connections."""
        async with asyncio.timeout(within):
            while not all(one.synced and one.closed_with is None for one in self.people):
                await asyncio.sleep(0.02)

    async def together(self, within: float = 20) -> float:
        """Everybody is back, nothing waits, and all have the same; the seconds that took."""
        await self.pause()
        began = time.monotonic()
        try:
            async with asyncio.timeout(within):
                while not self._same():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(
                f"They do not come together: {[len(p.pending) for p in self.people]} changes wait, "
                f"{len({p.text() for p in self.people})} texts, refused "
                f"{[p.refused[-1:] for p in self.people]}. {self.server.said()[-2000:]}"
            ) from None
        return time.monotonic() - began

    def _same(self) -> bool:
        first = self.people[0]
        return all(
            not one.pending
            and one.closed_with is None
            and checks.state(one.doc) == checks.state(first.doc)
            and one.text() == first.text()
            for one in self.people
        )

    async def newcomer(self) -> str:
        """The text that somebody gets who comes now."""
        address = f"{self.server.socket_base}/api/sync/{self.document}?durable=1"
        eve = Client(address, self.cookies[0])
        await eve.open()
        await eve.until(lambda: eve.synced, 20)
        await eve.close()
        return eve.text()

    async def leave(self) -> None:
        """Everybody goes."""
        await self.pause()
        await asyncio.gather(*(one.leave() for one in self.people))

    async def on_disk(self, folder: Path | None = None) -> checks.Verdict:
        """What was acknowledged and shown, against the file of a server that has ended.

        Browsers have their words still and bring them back: only here is seen what was lost.
        """
        await asyncio.sleep(0.1)
        self.remember()
        text, faults = checks.log(
            (folder or self.server.settings.data_dir) / "chapterhouse.db", self.document
        )
        verdict = checks.words(text, self.people, self.shown)
        verdict.faults += faults
        return verdict

    async def judge(self, *, quiet: bool = True) -> checks.Verdict:
        """Live, loaded and stored words against what was acknowledged; the server is stopped."""
        self.remember()
        live = self.people[0].text()
        loaded = await self.newcomer()
        await self.leave()
        await asyncio.to_thread(self.server.stop)
        text, faults = checks.log(self.server.database, self.document)
        verdict = checks.words(text, self.people, self.shown)
        verdict.faults += faults
        if loaded != live:
            verdict.faults.append("a newcomer gets another text than those who were there")
        if text != live:
            verdict.faults.append("the log holds another text than those who are there")
        if quiet and (found := complaint(self.server.said())):
            verdict.faults.append(f"the server complained: {found}")
        return verdict


@asynccontextmanager
async def writing(
    server: Server, writers: int = 8, *, rate: float = 10, base: str = ""
) -> AsyncGenerator[Writers]:
    """Writers of one chapter of a running server, typing."""
    document, cookies = await joined(server, writers)
    async with Writers(server, document, cookies, base).at_work(rate) as made:
        yield made


async def joined(server: Server, writers: int) -> tuple[str, list[str]]:
    """A guide with one chapter: its document, and the cookies of its writers."""
    async with httpx.AsyncClient(base_url=server.base, timeout=20) as fay:
        made = await _yes(fay, "/api/guides", title="Under fire", name="Fay")
        slug = made["slug"]
        chapter = await _yes(fay, f"/api/guides/{slug}/chapters", title="One")
        link = (await _yes(fay, f"/api/guides/{slug}/invitations", role="writer"))["link"]
    cookies: list[str] = []
    for number in range(writers):
        async with httpx.AsyncClient(base_url=server.base, timeout=20) as browser:
            await _yes(browser, "/api/join", token=token_of(link), name=f"Writer {number}")
            cookies.append("; ".join(f"{k}={v}" for k, v in browser.cookies.items()))
    document: str = chapter["document_id"]
    return document, cookies


async def _yes(browser: httpx.AsyncClient, path: str, **body: Any) -> Any:
    return (await browser.post(path, json=body)).raise_for_status().json()
