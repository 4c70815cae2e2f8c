"""Pace: a lone keystroke never waits; a busy house shares beats, and never waits long for one."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from app.sync.pace import LONGEST, PATIENCE, STEPS, Pace


class Watch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    held = Watch()
    monkeypatch.setattr("app.kit.clock.monotonic", held)
    monkeypatch.setattr("app.sync.pace.time.time", held)
    return held


def typed(pace: Pace, watch: Watch, per_second: int, seconds: float = 3) -> list[float]:
    """The waits of everybody who typed in the last second."""
    waits: list[float] = []
    for number in range(int(per_second * seconds)):
        watch.now += 1 / per_second
        pace.count()
        if number >= per_second * (seconds - 1):
            waits.append(pace.wait())
    return waits


def test_a_few_people_who_type_never_wait(watch: Watch) -> None:
    assert set(typed(Pace(), watch, 25)) == {0.0}


@pytest.mark.parametrize("per_second", [80, 150, 280, 400, 5000])
def test_the_more_is_typed_the_longer_is_collected_up_to_a_limit(
    watch: Watch, per_second: int
) -> None:
    waits = typed(Pace(), watch, per_second)
    step = next((wait for most, wait in STEPS if per_second <= most), LONGEST)
    assert 0 < max(waits) <= step <= LONGEST


def test_all_rooms_wait_for_the_same_beat(watch: Watch) -> None:
    pace = Pace()
    typed(pace, watch, 400)
    beats: set[int] = set()
    for _ in range(40):
        watch.now += 0.0005
        pace.count()
        beats.add(round((watch.now + pace.wait()) * 1000))
    assert len(beats) <= 2


def test_after_a_quiet_moment_nobody_waits(watch: Watch) -> None:
    pace = Pace()
    typed(pace, watch, 400)
    watch.now += 3
    pace.count()
    assert pace.wait() == 0.0


async def test_who_waits_is_called_once_and_all_together() -> None:
    pace = Pace()
    for _ in range(400):
        pace.count()
    called: list[tuple[int, int]] = []
    beats = 0

    def beat(number: int) -> None:
        called.append((number, beats))
        asyncio.get_running_loop().call_soon(after)

    def after() -> None:
        nonlocal beats
        beats = len(called)

    assert all(pace.at_beat(partial(beat, number)) for number in range(3))
    await asyncio.sleep(2 * LONGEST)
    assert called == [(0, 0), (1, 0), (2, 0)]
    assert pace.at_beat(partial(beat, 3))


async def test_a_lone_keystroke_is_not_kept_for_a_beat() -> None:
    pace = Pace()
    pace.count()
    assert not pace.at_beat(pytest.fail)


class Typist:
    """Says what was put into its mouth, one thing at each beat; "" is nothing."""

    def __init__(self, pace: Pace, *says: str) -> None:
        self.pace = pace
        self.says = list(says)
        self.served: list[str] = []
        self.polls = 0
        self.is_collected = False

    def collect(self) -> bool:
        self.is_collected = True
        return True

    def poll(self) -> bool:
        self.polls += 1
        word = self.says.pop(0) if self.says else ""
        if word:
            self.pace.count()
            assert self.pace.at_beat(lambda: self.served.append(f"{word} at {self.polls}"))
        return bool(word)

    def release(self) -> None:
        self.is_collected = False


async def test_who_types_much_is_read_at_the_beats_until_they_stop() -> None:
    pace = Pace()
    for _ in range(5000):
        pace.count()
    typist = Typist(pace, "a", "", "b")
    assert pace.at_beat(lambda: None)
    pace.collect(typist)
    pace.collect(typist)
    assert typist.is_collected
    async with asyncio.timeout(5):
        while typist.is_collected:
            await asyncio.sleep(LONGEST)
    # What is read at a beat is served at the same one.
    assert typist.served == ["a at 1", "b at 3"]
    assert not typist.is_collected
    assert typist.polls == 3 + PATIENCE + 1


async def test_nobody_is_read_at_beats_while_little_is_typed() -> None:
    pace = Pace()
    typist = Typist(pace)
    pace.count()
    assert not pace.at_beat(pytest.fail)
    pace.collect(typist)
    assert not typist.is_collected


async def test_when_it_becomes_quiet_at_once_everybody_is_heard_again() -> None:
    pace = Pace()
    for _ in range(400):
        pace.count()
    typist = Typist(pace)
    assert pace.at_beat(lambda: None)
    pace.collect(typist)
    pace._rate = 0.0
    async with asyncio.timeout(5):
        while typist.is_collected:
            await asyncio.sleep(LONGEST)
    assert not pace.at_beat(pytest.fail)


async def test_one_that_fails_at_a_beat_does_not_stop_the_others(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    class Torn:
        def collect(self) -> bool:
            return True

        def poll(self) -> bool:
            raise ConnectionError("torn")

        def release(self) -> None:
            raise ConnectionError("torn")

    def fail() -> None:
        raise RuntimeError("a room that is gone")

    pace = Pace()
    typed(pace, watch, 400)
    for _ in range(3):
        pace.wait()
        pace.collect(Torn())
        done = asyncio.Event()
        assert pace.at_beat(fail)
        assert pace.at_beat(done.set)
        async with asyncio.timeout(5):
            await done.wait()
    assert "failed at a beat" in caplog.text
