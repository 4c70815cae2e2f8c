"""Every state a chapter had within the last 30 days can be rebuilt, whatever was deleted and tidied up.

The model is a list: after each edit, what the words were. Days go by between the edits, and
snapshots are made at any moment, which lets go of old rows.
"""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kit import clock, migrations
from app.kit.config import Settings
from app.manuscript.tree import Node
from app.sync import history, letting_go
from app.sync.engine import Engine
from tests.conftest import HeldClock, free_port
from tests.long import LONG
from tests.manuscript.trees import p
from tests.sync.bare import Bare

Step = tuple[str, int]

WRITE = st.tuples(st.just("write"), st.integers(1, 4))
DELETE = st.tuples(st.just("delete"), st.integers(0, 3))
SNAPSHOT = st.tuples(st.just("snapshot"), st.just(0))
WAIT = st.tuples(st.just("wait"), st.sampled_from([1, 24 * 3, 24 * 8, 24 * 16, 24 * 31]))
STEPS = st.lists(st.one_of(WRITE, DELETE, SNAPSHOT, WAIT), min_size=4, max_size=40)


class Chapter:
    """A chapter, the clock beside it, and what its words were when."""

    def __init__(self, bare: Bare, document: str, time: HeldClock) -> None:
        self.bare = bare
        self.document = document
        self.time = time
        self.states: list[tuple[int, datetime, Node]] = []
        self.person = bare.person("ana")
        self.written = 0

    async def edit(self, step: Step) -> None:
        sync, (kind, size) = self.bare.sync, step
        if kind == "wait":
            self.time.forward(timedelta(hours=size))
        elif kind == "snapshot":
            async with sync.rooms.use(self.document) as room:
                await sync.rooms._snapshot(room)
        elif kind == "write":
            self.written += 1
            blocks = [p(f"{self.written}.{at}") for at in range(size)]
            await sync.append(self.document, blocks, self.person)
            await self.note()
        else:
            now = await sync.read_tree(self.document)
            await sync.cut(self.document, min(size, len(now.content)), self.person)
            await self.note()

    async def note(self) -> None:
        """Write down what the words are now."""
        async with self.bare.sync.rooms.use(self.document) as room:
            state = await self.bare.sync.read_tree(self.document)
            if not self.states or self.states[-1][0] != room.seq:
                self.states.append((room.seq, self.time.at, state))

    def promised(self) -> list[tuple[int, datetime, Node]]:
        """The states of the last 30 days: the first is the one the chapter was in back then."""
        edge = self.time.at - letting_go.KEEP
        ends = [at for _, at, _ in self.states[1:]] + [datetime.max.replace(tzinfo=UTC)]
        return [state for state, end in zip(self.states, ends, strict=True) if end > edge]

    async def check(self) -> None:
        wanted = self.promised()
        found = await history.trees(self.bare.database, self.document, [s for s, _, _ in wanted])
        assert found == [tree for _, _, tree in wanted]
        async with self.bare.database.read() as session:
            for seq, at, _ in wanted:
                last = max(other for other, when, _ in self.states if when == at)
                assert await history.seq_at(session, self.document, at) == last, seq


async def live(steps: list[Step]) -> None:
    time = HeldClock(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    with tempfile.TemporaryDirectory() as folder, clock.held(time):
        made = Settings(data_dir=Path(folder), host="127.0.0.1", port=free_port(), create="anyone")
        migrations.upgrade(made)
        async with Bare(made) as bare:
            chapter = Chapter(bare, await bare.document(), time)
            await chapter.note()
            for step in steps:
                await chapter.edit(step)
                if step[0] == "snapshot":
                    await chapter.check()
            await chapter.check()


async def at_once(verb: str, *rest: object) -> object:
    """The same engine, in this process: starting one takes longer than all it does here."""
    _, good, answer = Engine(lambda _number, _index: None, frozenset()).answer((1, verb, "", *rest))
    assert good, answer
    return answer


@settings(
    max_examples=100 if LONG else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_every_state_of_the_last_thirty_days(steps: list[Step]) -> None:
    ask, history.aside.ask = history.aside.ask, at_once  # type: ignore[assignment]
    try:
        asyncio.run(live(steps))
    finally:
        history.aside.ask = ask
