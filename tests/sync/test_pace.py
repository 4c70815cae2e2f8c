"""Pace: a lone keystroke never waits; a busy house shares beats, and never waits long for one."""

from __future__ import annotations

import pytest

from app.sync.pace import LONGEST, STEPS, Pace


class Watch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    held = Watch()
    monkeypatch.setattr("app.kit.clock.monotonic", held)
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


@pytest.mark.parametrize("per_second", [60, 150, 280, 400, 5000])
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
