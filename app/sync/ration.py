"""The ration: how many bytes of large answers are on their way at the same time.

A hundred people who open a large chapter at once would otherwise cost its size a hundred times.
"""

from __future__ import annotations

import asyncio


class Ration:
    """A limit on the bytes of large answers that are on their way at the same time."""

    def __init__(self, most: int = 32 << 20) -> None:
        self._most = most
        self._taken = 0
        self._free = asyncio.Condition()

    def share(self, size: int) -> _Share:
        """A share of `size` bytes for the length of an `async with` block."""
        return _Share(self, size)

    async def take(self, size: int) -> None:
        """Wait until there is room; one that is larger than all goes alone."""
        async with self._free:
            await self._free.wait_for(lambda: not self._taken or self._taken + size <= self._most)
            self._taken += size

    async def give_back(self, size: int) -> None:
        """Let the next ones go."""
        async with self._free:
            self._taken -= size
            self._free.notify_all()


class _Share:
    def __init__(self, ration: Ration, size: int) -> None:
        self._ration = ration
        self._size = size

    async def __aenter__(self) -> None:
        await self._ration.take(self._size)

    async def __aexit__(self, *_: object) -> None:
        await self._ration.give_back(self._size)
