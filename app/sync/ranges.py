"""Ranges: which ids of a document are deleted, as sorted, disjoint intervals per client id."""

from __future__ import annotations

from bisect import bisect_left, bisect_right


class Ranges:
    """A set of clocks of one client id."""

    __slots__ = ("_ends", "_starts")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def __eq__(self, other: object) -> bool:
        """Whether both hold the same clocks."""
        return isinstance(other, Ranges) and self.pairs() == other.pairs()

    __hash__ = None  # pyright: ignore[reportAssignmentType, reportUnannotatedClassAttribute]

    def pairs(self) -> list[tuple[int, int]]:
        """The intervals as (start, end), the end not included."""
        return list(zip(self._starts, self._ends, strict=True))

    def covers(self, start: int, end: int) -> bool:
        """Whether every clock from `start` up to `end` is in the set."""
        at = bisect_right(self._starts, start) - 1
        return at >= 0 and self._ends[at] >= end

    def lacks(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of an interval that are not in the set."""
        gaps: list[tuple[int, int]] = []
        at = max(bisect_right(self._starts, start) - 1, 0)
        while start < end and at < len(self._starts) and self._starts[at] < end:
            if self._starts[at] > start:
                gaps.append((start, self._starts[at]))
            start = max(start, self._ends[at])
            at += 1
        if start < end:
            gaps.append((start, end))
        return gaps

    def add(self, start: int, end: int) -> None:
        """Put an interval in, joining it with what it touches."""
        ends = self._ends
        if ends and ends[-1] == start:
            # Typing, and rubbing out forwards: it goes on where it ended.
            ends[-1] = end
            return
        first = bisect_left(ends, start)
        last = bisect_right(self._starts, end)
        if first < last:
            start = min(start, self._starts[first])
            end = max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]
