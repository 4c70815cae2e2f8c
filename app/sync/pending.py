"""Pending: commits of a room that are on their way to the log, and what waits for them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from app.sync.commits import Lineage


class Pending:
    """Commits are answered by the log in the order in which they were submitted."""

    def __init__(self) -> None:
        self._submitted = self._resolved = 0
        self._later: deque[tuple[int, Lineage, Callable[[bool], None]]] = deque()
        self._none = asyncio.Event()
        self._none.set()

    @property
    def any(self) -> bool:
        """Whether a commit is on its way."""
        return self._submitted != self._resolved

    async def wait(self) -> None:
        """Wait until no commit is on its way."""
        await self._none.wait()

    def submitted(self) -> None:
        """A commit was handed to the log."""
        self._submitted += 1
        self._none.clear()

    def resolved(self) -> None:
        """The log answered the oldest commit: what waited for it goes on."""
        self._resolved += 1
        if not self.any:
            self._none.set()
        while self._later and self._later[0][0] <= self._resolved:
            _, lineage, call = self._later.popleft()
            call(not lineage.broken)

    def after(self, lineage: Lineage, call: Callable[[bool], None]) -> None:
        """Call once all that was submitted so far is answered: with True when it is stored, with
        False when what was built on it has to be done again."""
        if self.any:
            self._later.append((self._submitted, lineage, call))
        else:
            call(not lineage.broken)
