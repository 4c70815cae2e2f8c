"""Progress: which rows of a document's log a room has, when several processes write it.

Our own commits and what the others tell come in any order. `seq` is the row up to which everything
has been shown to the room's members; what lies beyond is kept as ranges until the gap is filled.
"""

from __future__ import annotations


class Progress:
    """The rows of one document, from 1 on."""

    def __init__(self) -> None:
        self.seq = 0
        self._shown: dict[int, int] = {}
        self._taken: dict[int, int] = {}

    def reset(self, seq: int) -> None:
        """Everything up to `seq` is there, and nothing beyond."""
        self.seq = seq
        self._shown.clear()
        self._taken.clear()

    @property
    def upto(self) -> int:
        """The row up to which the engine has everything, shown or not."""
        known = self._shown | self._taken
        at = self.seq
        while at + 1 in known:
            at = known[at + 1]
        return at

    @property
    def has_gap(self) -> bool:
        """Whether rows beyond `seq` were shown already."""
        return bool(self._shown)

    def take(self, first: int, last: int) -> None:
        """The engine has these rows; they are shown later."""
        self._taken[first] = last

    def show(self, first: int, last: int) -> None:
        """These rows have been shown, or are about to be."""
        self._taken.pop(first, None)
        if last > self.seq:
            self._shown[first] = last
        while (end := self._shown.pop(self.seq + 1, None)) is not None:
            self.seq = end

    def has(self, seq: int) -> bool:
        """Whether a row is there."""
        return seq <= self.seq or any(
            first <= seq <= last
            for known in (self._shown, self._taken)
            for first, last in known.items()
        )
