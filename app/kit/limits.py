"""Limits: how often something may be tried, counted in memory."""

from __future__ import annotations

from collections import defaultdict, deque

from app.kit import clock
from app.kit.errors import SlowDown


class Failures:
    """Counts failed tries per origin and overall within a minute.

    A whole conference sits behind one address, so only failures count, never successes, and
    what is right is let in however much has failed: a secret of 256 bits is not guessed.
    """

    def __init__(
        self,
        per_origin: int,
        overall: int,
        seconds: float = 60,
        sentence: str = "Too many wrong links in a row. Please wait a minute and try again.",
    ) -> None:
        self._sentence = sentence
        self._per_origin = per_origin
        self._overall = overall
        self._seconds = seconds
        self._all: deque[float] = deque()
        self._by_origin: dict[str, deque[float]] = defaultdict(deque)

    def count(self, origin: str) -> None:
        """Note a failure.

        Raises:
            SlowDown: too much has failed lately; wait a minute.
        """
        now = clock.monotonic()
        since = now - self._seconds
        for key in [key for key, line in self._by_origin.items() if not _recent(line, since)]:
            del self._by_origin[key]
        mine = self._by_origin[origin]
        if len(mine) >= self._per_origin or len(_recent(self._all, since)) >= self._overall:
            raise SlowDown(self._sentence)
        self._all.append(now)
        mine.append(now)


def _recent(line: deque[float], since: float) -> deque[float]:
    while line and line[0] < since:
        line.popleft()
    return line
