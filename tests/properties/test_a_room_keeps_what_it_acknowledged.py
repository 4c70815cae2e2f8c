"""A room keeps what it acknowledged, whatever happens in whatever order.

Hypothesis plays people and bad luck; the model is the set of words whose frames were acknowledged
and the set of those whose deletion was.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.kit import migrations
from app.kit.config import Settings
from tests.conftest import free_port
from tests.faults import checks
from tests.faults.typist import Typist
from tests.sync.bare import Bare

NAMES = ("ana", "ben", "cem")
WHO = st.sampled_from(range(len(NAMES)))
LONG = os.environ.get("FAULTS") == "long"


class Room(RuleBasedStateMachine):
    """One chapter, three people, one server that is restarted now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.roles = ["writer"] * len(NAMES)
        self.people: list[Typist | None] = [None] * len(NAMES)
        self.gone: list[Typist] = []
        self.shown: set[str] = set()
        self.refusing = [0]

    def do(self, work: Any) -> Any:
        """Let something happen, within a bound."""

        async def bounded() -> Any:
            async with asyncio.timeout(30):
                return await work

        return self.loop.run(bounded())

    @initialize()
    def begin(self) -> None:
        """A new chapter."""
        self.settings = Settings(
            data_dir=Path(self.folder.name), host="127.0.0.1", port=free_port(), create="anyone"
        )
        migrations.upgrade(self.settings)
        self.bare = Bare(self.settings)
        self._refusable()
        self.do(self.bare.__aenter__())
        self.document = self.do(self.bare.document())

    # ---- people

    @rule(who=WHO)
    def join(self, who: int) -> None:
        if self.people[who] is None:
            address = self.bare.address(self.document, NAMES[who], self.roles[who], durable=True)
            one = self.people[who] = Typist(len(self.gone) * 10 + who, address, "")
            self.gone.append(one)
            self.do(self._enter(one))

    async def _enter(self, one: Typist) -> None:
        await one.open()
        await one.until(lambda: one.synced)
        one._own = one.paragraph()
        await asyncio.sleep(0.005)

    @rule(who=WHO, words=st.integers(1, 4))
    def type(self, who: int, words: int) -> None:
        if (one := self.people[who]) is not None:
            self.do(self._type(one, words))

    async def _type(self, one: Typist, words: int) -> None:
        for _ in range(words):
            one.type()
        await asyncio.sleep(0.005)

    @rule(who=WHO)
    def delete(self, who: int) -> None:
        if (one := self.people[who]) is not None:
            self.do(self._delete(one))

    async def _delete(self, one: Typist) -> None:
        if str(one._own).split():
            one.delete()
        await asyncio.sleep(0.005)

    @rule(who=WHO)
    def lose_a_frame(self, who: int) -> None:
        """An update that never leaves the browser."""
        if (one := self.people[who]) is not None:
            self.do(self._lose(one))

    async def _lose(self, one: Typist) -> None:
        one.auto = False
        one.type()
        one.pending[-1].frame = None
        one.auto = True
        await asyncio.sleep(0)

    @rule(who=WHO)
    def repeat_everything(self, who: int) -> None:
        if (one := self.people[who]) is not None:
            self.do(self._repeat(one))

    async def _repeat(self, one: Typist) -> None:
        # Only behind what waits already, whose numbers are fixed.
        while one.waiting() and one.closed_with is None:
            await asyncio.sleep(0.001)
        await one.everything()

    # ---- bad luck

    @rule(who=WHO, words=st.integers(0, 2))
    def lose_the_socket(self, who: int, words: int) -> None:
        """And type on without one, and come back."""
        if (one := self.people[who]) is not None:
            one.abort()
            self.do(self._back(one, words))

    async def _back(self, one: Typist, words: int = 0) -> None:
        await one.until(lambda: one.closed_with is not None)
        for _ in range(words):
            one.type()
        await one.close()
        await one.open()
        await asyncio.sleep(0.005)

    @rule(times=st.integers(1, 2))
    def the_disk_refuses(self, times: int) -> None:
        """The next commits fail at their end."""
        self.refusing[0] = times

    def _refusable(self) -> None:
        honest = self.bare.database.write

        @asynccontextmanager
        async def write() -> AsyncGenerator[Any]:
            async with honest() as session:
                yield session
                if self.refusing[0]:
                    self.refusing[0] -= 1
                    raise OSError("no space left on device")

        # Sync alone: what the test prepares by itself is not refused.
        self.bare.sync._log._database = cast(
            Any, SimpleNamespace(write=write, is_sqlite=True, read=self.bare.database.read)
        )

    @rule()
    def the_engine_dies(self) -> None:
        if pid := self.bare.sync.engine.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @rule()
    def restart(self) -> None:
        self.do(self._restart())

    async def _restart(self) -> None:
        here = [one for one in self.people if one is not None]
        await self.bare.__aexit__()
        people = self.bare.people
        self.bare = Bare(self.settings)
        self.bare.people = people
        self._refusable()
        await self.bare.__aenter__()
        for one in here:
            await self._back(one)

    @rule()
    def make_a_snapshot(self) -> None:
        self.do(self._snapshot())

    async def _snapshot(self) -> None:
        async with self.bare.sync.rooms.use(self.document) as room:
            await self.bare.sync.rooms._snapshot(room)

    @rule(who=WHO)
    def change_the_role(self, who: int) -> None:
        """A writer becomes a reader, or the other way round, in the middle of a session."""
        self.roles[who] = "reader" if self.roles[who] == "writer" else "writer"
        person = self.bare.person(NAMES[who])
        for access in self.bare.accesses:
            if access.person_id == person:
                access.role = self.roles[who]
        if (one := self.people[who]) is not None:
            one.address = self.bare.address(
                self.document, NAMES[who], self.roles[who], durable=True
            )

    @rule(who=WHO)
    def revoke(self, who: int) -> None:
        """The person is put out; what was acknowledged stays, and they may come back anew."""
        if (one := self.people[who]) is not None:
            self.do(self._revoke(one, who))

    async def _revoke(self, one: Typist, who: int) -> None:
        await self.bare.sync.close_person(self.bare.person(NAMES[who]))
        await one.until(lambda: one.closed_with is not None)
        assert one.closed_with == 4401
        await one.close()
        self.people[who] = None

    # ---- what has to hold

    @rule()
    def newcomers_get_every_acknowledged_word(self) -> None:
        self.check(self.do(self._newcomer()))

    async def _newcomer(self) -> str:
        async with self.bare.client(self.document, "eve", "reader") as eve:
            await eve.until(lambda: eve.synced)
            return eve.text()

    def check(self, text: str) -> None:
        """A text against the model."""
        verdict = checks.words(text, self.gone, self.shown)
        assert verdict, verdict.faults

    @invariant()
    def nothing_is_doubled_anywhere(self) -> None:
        for one in self.people:
            if one is not None:
                self.shown |= one.shown()
                assert max(Counter(one.text().split()).values(), default=1) == 1

    def teardown(self) -> None:
        try:
            if hasattr(self, "document"):
                self._last()
        finally:
            for one in self.people:
                if one is not None:
                    self.do(one.close())
            if hasattr(self, "bare"):
                self.do(self.bare.__aexit__())
            self.loop.close()
            self.folder.cleanup()

    def _last(self) -> None:
        """Everybody may write again and comes back; then all have the same, and so has the log."""
        for who in range(len(NAMES)):
            if self.roles[who] == "reader":
                self.change_the_role(who)
        self.refusing[0] = 0
        self.do(self._together())
        text = self.do(self._newcomer())
        self.check(text)
        stored, faults = checks.log(self.settings.data_dir / "chapterhouse.db", self.document)
        assert not faults, faults
        assert stored == text

    async def _together(self) -> None:
        here = [one for one in self.people if one is not None]
        for one in here:
            one.abort()
            await self._back(one)
        for one in here:
            await one.until(lambda one=one: not one.pending, 20)
        while len({one.text() for one in here}) > 1:
            await asyncio.sleep(0.01)


TestRoom = Room.TestCase
TestRoom.settings = settings(
    max_examples=150 if LONG else 8,
    stateful_step_count=40 if LONG else 25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
