"""Pace: how long updates are collected before they are worked through, in all rooms together.

While little is typed each update goes its way at once. The more is typed, the longer is waited, so
that one question to the engine, one commit and one frame serve all that came: the cost of a
delivery falls as the load grows, and nobody sees a delay of a few hundredths of a second.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from typing import Final, Protocol

from app.kit import clock

log = logging.getLogger(__name__)

STEPS: Final = ((60, 0.0), (90, 0.005), (180, 0.01), (300, 0.02))
"""Up to so many updates a second in this process, seconds of waiting."""
LONGEST: Final = 0.04
_MEMORY: Final = 0.5
"""Seconds over which the updates are counted."""
_GRAIN: Final = 0.01
"""Seconds within which updates count as having come at once."""
COLLECTING: Final = 0.02
"""Seconds between beats from which on those who type are read at the beats."""
PATIENCE: Final = 8
"""Beats at which somebody has nothing to say before they are listened to as before."""


class Source(Protocol):
    """Somebody who types, as `kit.frames.Frames` lets us hear them."""

    def collect(self) -> bool:
        """Let what comes lie until `poll`; False when that cannot be."""
        ...

    def poll(self) -> bool:
        """Take what has come; whether there was anything."""
        ...

    def release(self) -> None:
        """Take what comes when it comes."""
        ...


class Pace:
    """One for all rooms of a process."""

    def __init__(self) -> None:
        self._rate = 0.0
        self._at = 0.0
        self._fresh = 0
        self._calls: list[Callable[[], None]] = []
        self._is_coming = False
        """Whether a beat is on its way."""
        self._is_long = False
        self._sources: dict[Source, int] = {}
        """Who is read at the beats, and at how many there was nothing."""

    def count(self, updates: int = 1) -> None:
        """Updates came in, from people here or from another process."""
        self._fresh += updates
        now = clock.monotonic()
        if now - self._at > _GRAIN:
            self._weigh(now)

    def wait(self) -> float:
        """Seconds until the next beat; all rooms wait for the same one and share its commit."""
        step = self.step
        self._is_long = step >= COLLECTING
        # By the clock on the wall: processes with the same rooms beat together, and what each of
        # them has stored goes out in one frame. Where clocks differ, it takes a little longer.
        return step - time.time() % step if step else 0.0

    @property
    def step(self) -> float:
        """Seconds from one beat to the next; 0 while there is nothing to wait for."""
        self._weigh(clock.monotonic())
        return next((wait for most, wait in STEPS if self._rate <= most), LONGEST)

    def at_beat(self, call: Callable[[], None]) -> bool:
        """Call at the next beat; False when there is nothing to wait for.

        One timer for all rooms: what they do then meets in one question to the engine and in one
        commit.
        """
        if not self._is_coming and not self._await():
            return False
        self._calls.append(call)
        return True

    def collect(self, source: Source) -> None:
        """Somebody types: while beats are long, they are read at the beats.

        Twenty people woke the process as often as all of the rest together did.
        """
        if self._is_long and source not in self._sources and source.collect():
            self._sources[source] = 0

    def _await(self) -> bool:
        pause = self.wait()
        self._is_coming = pause > 0
        if self._is_coming:
            asyncio.get_running_loop().call_later(pause, self._beat)
        return self._is_coming

    def _beat(self) -> None:
        for source, misses in list(self._sources.items()):
            if _safely(source.poll):
                self._sources[source] = 0
            elif misses < PATIENCE and self._is_long:
                self._sources[source] = misses + 1
            else:
                del self._sources[source]
                _safely(source.release)
        calls, self._calls = self._calls, []
        self._is_coming = False
        for call in calls:
            _safely(call)
        if self._sources and not self._is_coming and not self._await():
            # It has become quiet at once: a clock was set, or the loop stood still.
            for source in self._sources:
                _safely(source.release)
            self._sources.clear()

    def _weigh(self, now: float) -> None:
        self._rate = self._rate * math.exp((self._at - now) / _MEMORY) + self._fresh / _MEMORY
        self._at = now
        self._fresh = 0


def _safely(call: Callable[[], bool | None]) -> bool:
    """Call; that one fails must not keep all others from their beat, now and for ever."""
    try:
        return bool(call())
    except Exception:
        log.exception("Something failed at a beat.")
        return False
