"""Pace: how long updates are collected before they are worked through, in all rooms together.

While little is typed each update goes its way at once. The more is typed, the longer is waited, so
that one question to the engine, one commit and one frame serve all that came: the cost of a
delivery falls as the load grows, and nobody sees a delay of a few hundredths of a second.
"""

from __future__ import annotations

import math
from typing import Final

from app.kit import clock

STEPS: Final = ((30, 0.0), (90, 0.005), (180, 0.01), (300, 0.02))
"""Up to so many updates a second in this process, seconds of waiting."""
LONGEST: Final = 0.04
_MEMORY: Final = 0.5
"""Seconds over which the updates are counted."""


class Pace:
    """One for all rooms of a process."""

    def __init__(self) -> None:
        self._rate = 0.0
        self._at = 0.0

    def count(self) -> None:
        """An update came in."""
        now = clock.monotonic()
        self._rate = self._now(now) + 1 / _MEMORY
        self._at = now

    def wait(self) -> float:
        """Seconds until the next beat; all rooms wait for the same one and share its commit."""
        now = clock.monotonic()
        rate = self._now(now)
        step = next((wait for most, wait in STEPS if rate <= most), LONGEST)
        return step - now % step if step else 0.0

    def _now(self, now: float) -> float:
        return self._rate * math.exp((self._at - now) / _MEMORY)
