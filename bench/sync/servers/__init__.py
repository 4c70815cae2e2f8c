"""The servers that are measured: ours, and those of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import psutil

from bench.sync.framing import Place


class Served(Protocol):
    """A running server."""

    name: str

    @property
    def processes(self) -> Sequence[psutil.Process]:
        """The processes that serve; their children belong to them."""
        ...

    async def places(self, count: int) -> list[Place]:
        """New rooms."""
        ...
