"""Runs: what a document remembers of the ids of one client, many ids in a row at once.

A run is what somebody typed in one go: every id of it stands behind the one before, in the same
place, and was put before the same right neighbour. Yjs keeps them in the same way, as one item.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import Final

from app.sync.places import NOWHERE, Place
from app.sync.structs import Id

Run = tuple[int, int, Place, Id | None, Id | None]
"""(first clock, clock after the last, place, left neighbour, right neighbour)."""

_NOBODY: Final = -1


class Runs:
    """The runs of one client id, from clock 0 on without a gap."""

    __slots__ = ("_client", "_neighbours", "_places", "_right", "_starts", "end")

    def __init__(self, client: int) -> None:
        self._client = client
        self._starts: list[int] = []
        self._places: list[Place] = []
        # Four numbers a run: the ids of its left and of its right neighbour when it was written.
        self._neighbours = array("q")
        self._right: Id | None = None
        self.end = 0

    def add(self, start: int, end: int, place: Place, left: Id | None, right: Id | None) -> None:
        """Append ids; they go on with the last run if they can."""
        if self.goes_on(start, left, right) is place or (
            place is NOWHERE and self._places and self._places[-1] is NOWHERE
        ):
            self.end = end
            return
        self.end = end
        self._right = right
        self._starts.append(start)
        self._places.append(place)
        self._neighbours.extend((*(left or (_NOBODY, 0)), *(right or (_NOBODY, 0))))

    def goes_on(self, start: int, left: Id | None, right: Id | None) -> Place | None:
        """The place of ids with which the last run goes on, as when somebody types; None when
        they do not."""
        if left is None or left[1] != start - 1 or left[0] != self._client or start != self.end:
            return None
        return self._places[-1] if right == self._right else None

    def place(self, clock: int) -> Place:
        """Where an id stands."""
        return self._places[bisect_right(self._starts, clock) - 1]

    def left(self, clock: int) -> Id | None:
        """What an id was put behind."""
        at = bisect_right(self._starts, clock) - 1
        return (self._client, clock - 1) if clock > self._starts[at] else self._neighbour(4 * at)

    def right(self, clock: int) -> Id | None:
        """What an id was put before."""
        return self._neighbour(4 * bisect_right(self._starts, clock) - 2)

    def run(self, clock: int) -> Run:
        """The run that an id is in."""
        at = bisect_right(self._starts, clock) - 1
        end = self._starts[at + 1] if at + 1 < len(self._starts) else self.end
        left, right = self._neighbour(4 * at), self._neighbour(4 * at + 2)
        return self._starts[at], end, self._places[at], left, right

    def _neighbour(self, at: int) -> Id | None:
        client = self._neighbours[at]
        return None if client == _NOBODY else (client, self._neighbours[at + 1])
