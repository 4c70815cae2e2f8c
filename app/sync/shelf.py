"""The shelf: a long first state that was just given to somebody, kept for the next who ask for it.

When a hundred people open a long chapter at once, the engine encodes it once and everybody gets
the same bytes; what was typed since then follows from the log.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from app.kit.frames import encoded
from app.sync import protocol

KEPT: Final = 10.0
"""Seconds for which a state is kept."""
MOST_ROWS: Final = 500
MOST_BYTES: Final = 64 << 10
"""What may have come since: it is read from the log for everybody who gets the state."""


@dataclass(frozen=True, slots=True)
class State:
    """What everybody lacks whose state vector is `vector`, as it was after row `seq`, when
    `shown` bytes of updates had been shown."""

    vector: bytes
    seq: int
    shown: int
    diff: bytes
    frame: bytes
    ready: bytes


class Shelf:
    """At most one state of one document."""

    def __init__(self) -> None:
        self._state: State | None = None
        self._timer: asyncio.TimerHandle | None = None

    def put(self, vector: bytes, seq: int, shown: int, diff: bytes) -> State:
        """Keep a state; the same as before when it is the same answer."""
        state = self._state
        if state is None or state.diff is not diff:
            frame = protocol.step_2(diff)
            self.clear()
            state = self._state = State(vector, seq, shown, diff, frame, encoded(frame))
            self._timer = asyncio.get_running_loop().call_later(KEPT, self.clear)
        return state

    def get(self, vector: bytes, seq: int, shown: int) -> State | None:
        """A state for somebody with this vector, if little has come since."""
        state = self._state
        if (
            state is None
            or state.vector != vector
            or seq - state.seq > MOST_ROWS
            or shown - state.shown > MOST_BYTES
        ):
            return None
        return state

    def clear(self) -> None:
        """Keep nothing."""
        self._state = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
