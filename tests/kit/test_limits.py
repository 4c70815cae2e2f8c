"""Limits: failures are counted, per origin and overall, and forgotten after a minute."""

from __future__ import annotations

import pytest

from app.kit import limits
from app.kit.errors import SlowDown
from app.kit.limits import Failures


class Seconds:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = 1000.0
        monkeypatch.setattr(limits.clock, "monotonic", lambda: self.at)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    return Seconds(monkeypatch)


def test_one_origin_is_slowed_down_and_the_others_are_not(seconds: Seconds) -> None:
    failures = Failures(per_origin=3, overall=100)
    for _ in range(3):
        failures.count("a")
    with pytest.raises(SlowDown):
        failures.count("a")
    failures.count("b")


def test_many_origins_together_are_slowed_down_too(seconds: Seconds) -> None:
    failures = Failures(per_origin=3, overall=10)
    for number in range(10):
        failures.count(str(number))
    with pytest.raises(SlowDown):
        failures.count("one more")


def test_after_a_minute_all_is_forgotten(seconds: Seconds) -> None:
    failures = Failures(per_origin=1, overall=10)
    failures.count("a")
    seconds.at += 59
    with pytest.raises(SlowDown):
        failures.count("a")
    seconds.at += 2
    failures.count("a")


def test_origins_do_not_pile_up(seconds: Seconds) -> None:
    failures = Failures(per_origin=1, overall=1_000_000)
    for number in range(1000):
        failures.count(str(number))
    seconds.at += 61
    failures.count("last")
    assert len(failures._by_origin) == 1
    assert len(failures._all) == 1
