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
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.kit import migrations
from app.kit.config import Settings
from tests.conftest import free_port
from tests.faults import checks
from tests.faults.typist import Typist
from tests.long import LONG
from tests.sync.bare import Bare

NAMES = ("ana", "ben", "cem")
WHO = st.sampled_from(range(len(NAMES)))


WHERE = st.integers(0, 1)


class Room(RuleBasedStateMachine):
    """One chapter, three people, one server that is restarted now and then.

    `tests/cluster` lets the same people loose on two servers.
    """

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.roles = ["writer"] * len(NAMES)
        self.where = [0] * len(NAMES)
        self.servers: list[Bare] = []
        self.people: list[Typist | None] = [None] * len(NAMES)
        self.gone: list[Typist] = []
        self.shown: set[str] = set()
        self.refusing = [0]
        self.closed: str | None = None
        """What the log held when the chapter was closed for changes; None while it is open."""

    def do(self, work: Any) -> Any:
        """Let something happen, within a bound."""

        async def bounded() -> Any:
            async with asyncio.timeout(30):
                return await work

        return self.loop.run(bounded())

    @initialize()
    def begin(self) -> None:
        """A new chapter."""
        people: dict[str, str] = {}
        for made in self.make_settings():
            bare = Bare(made)
            bare.people = people
            self._refusable(bare)
            self.do(bare.__aenter__())
            self.servers.append(bare)
        self.document = self.do(self.servers[0].document())

    def make_settings(self) -> list[Settings]:
        """What the servers are to be started with."""
        made = Settings(
            data_dir=Path(self.folder.name), host="127.0.0.1", port=free_port(), create="anyone"
        )
        migrations.upgrade(made)
        return [made]

    def address(self, who: int) -> str:
        """Where a person is connected to."""
        bare = self.servers[self.where[who] % len(self.servers)]
        return bare.address(self.document, NAMES[who], self.roles[who], durable=True)

    # ---- people

    @rule(who=WHO)
    def join(self, who: int) -> None:
        if self.people[who] is None:
            one = self.people[who] = Typist(len(self.gone) * 10 + who, self.address(who), "")
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

    @rule(who=WHO, words=st.integers(0, 2), where=WHERE)
    def lose_the_socket(self, who: int, words: int, where: int) -> None:
        """And type on without one, and come back, perhaps to another server."""
        self.where[who] = where
        if (one := self.people[who]) is not None:
            one.abort()
            one.address = self.address(who)
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

    def _refusable(self, bare: Bare) -> None:
        def trouble() -> None:
            if self.refusing[0]:
                self.refusing[0] -= 1
                raise OSError("no space left on device")

        bare.before_commits(trouble)

    @rule(where=WHERE)
    def the_engine_dies(self, where: int) -> None:
        if pid := self.servers[where % len(self.servers)].sync.engine.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @rule(where=WHERE)
    def restart(self, where: int) -> None:
        self.do(self._restart(where % len(self.servers)))

    async def _restart(self, where: int) -> None:
        here = [
            one
            for who, one in enumerate(self.people)
            if one is not None and self.where[who] % len(self.servers) == where
        ]
        old = self.servers[where]
        await old.__aexit__()
        new = self.servers[where] = Bare(old.settings)
        new.people, new.frozen = old.people, old.frozen
        self._refusable(new)
        await new.__aenter__()
        for one in here:
            await self._back(one)

    @rule(where=WHERE)
    def make_a_snapshot(self, where: int) -> None:
        self.do(self._snapshot(self.servers[where % len(self.servers)]))

    async def _snapshot(self, bare: Bare) -> None:
        async with bare.sync.rooms.use(self.document) as room:
            await bare.sync.rooms._snapshot(room)

    @rule(who=WHO)
    def change_the_role(self, who: int) -> None:
        """A writer becomes a reader, or the other way round, in the middle of a session."""
        self.roles[who] = "reader" if self.roles[who] == "writer" else "writer"
        for bare in self.servers:
            for access in bare.accesses:
                if access.person_id == bare.person(NAMES[who]):
                    access.role = self.roles[who]
        if (one := self.people[who]) is not None:
            one.address = self.address(who)

    @rule(who=WHO)
    def revoke(self, who: int) -> None:
        """The person is put out; what was acknowledged stays, and they may come back anew."""
        if (one := self.people[who]) is not None:
            self.do(self._revoke(one, who))

    async def _revoke(self, one: Typist, who: int) -> None:
        for bare in self.servers:
            await bare.sync.close_person(bare.person(NAMES[who]))
        await one.until(lambda: one.closed_with is not None)
        assert one.closed_with == 4401
        await one.close()
        self.people[who] = None

    @rule()
    def freeze(self) -> None:
        """The chapter is closed for changes: what was on its way is stored, and nothing after it."""
        if self.closed is None:
            self.closed = self.do(self._freeze())

    async def _freeze(self) -> str:
        for bare in self.servers:
            bare.freeze(self.document, True)
        for bare in self.servers:
            async with bare.sync.rooms.use(self.document) as room:
                await room.quiet()
        return self.stored()[0]

    @rule()
    def thaw(self) -> None:
        """It is opened again, and everybody simply goes on."""
        if self.closed is not None:
            assert self.stored()[0] == self.closed, "somebody wrote in a closed chapter"
            self.closed = None
            self.do(self._thaw())

    async def _thaw(self) -> None:
        for bare in self.servers:
            bare.freeze(self.document, False)
        await asyncio.sleep(0.005)

    # ---- what has to hold

    @rule()
    def newcomers_get_every_acknowledged_word(self) -> None:
        for bare in self.servers:
            self.check(self.do(self._newcomer(bare)))

    async def _newcomer(self, bare: Bare) -> str:
        async with bare.client(self.document, "eve", "reader") as eve:
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
            for bare in self.servers:
                self.do(bare.__aexit__())
            self.loop.close()
            self.folder.cleanup()

    def _last(self) -> None:
        """Everybody may write again and comes back; then all have the same, and so has the log."""
        self.thaw()
        for who in range(len(NAMES)):
            if self.roles[who] == "reader":
                self.change_the_role(who)
        self.refusing[0] = 0
        self.do(self._together())
        for bare in self.servers:
            text = self.do(self._newcomer(bare))
            self.check(text)
            stored, faults = self.stored()
            assert not faults, faults
            assert stored == text

    def stored(self) -> tuple[str, list[str]]:
        """The text that the log holds, and what is wrong with it."""
        return checks.log(self.servers[0].settings.data_dir / "chapterhouse.db", self.document)

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
