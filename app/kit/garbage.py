"""Garbage: looking for it while nobody types, soon after much of it was made.

What is closed here hangs together in circles, which only Python's collector finds. Left to itself
it looks through everything at some moment of its own, mostly while people type, and until then
memory grows by all that was closed.
"""

from __future__ import annotations

import gc
import time
from typing import Final

_MUCH: Final = 40
"""So many closed things are worth looking for."""
_LONG: Final = 60.0
"""Seconds after which fewer are worth it, too."""
_RARELY: Final = 100
"""Looking takes at most such a part of the time."""


class Garbage:
    """What was closed since the collector looked last."""

    def __init__(self) -> None:
        self._closed = 0
        self._not_before = 0.0
        self._last = time.monotonic()

    def closed(self) -> None:
        """Something was closed that hangs together in circles."""
        self._closed += 1

    def sweep(self) -> None:
        """Collect if it is worth it. To be called while there is little to do."""
        now = time.monotonic()
        wait = 0.0 if self._closed >= _MUCH else _LONG
        if not self._closed or now < max(self._not_before, self._last + wait):
            return
        gc.collect()
        self._closed = 0
        self._last = time.monotonic()
        self._not_before = self._last + _RARELY * (self._last - now)
