"""A run: where its files are, how long its loads last, and who is measured."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.sync.load import Figures, Shape, measure
from bench.sync.servers import Served, node, ours
from bench.sync.servers.ours import Ours, Wish

ROOT = Path(__file__).parents[2]
AS_IT_IS = Wish()


@dataclass(slots=True)
class Bench:
    """`seconds` each load lasts; `installed` is where the other servers are, None without them."""

    seconds: float
    folder: Path
    installed: Path | None
    kept: dict[str, Any] = field(default_factory=dict[str, Any])
    """What is made once for several scenarios."""

    @property
    def names(self) -> list[str]:
        """Who is measured, ours first."""
        return [Ours.name, *(node.PEERS if self.installed else ())]

    def new_folder(self) -> Path:
        """A folder of its own for a server."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def ours(self, wish: Wish = AS_IT_IS) -> AbstractAsyncContextManager[Ours]:
        """Our server, freshly started."""
        return ours.ours(self.new_folder(), wish)

    @asynccontextmanager
    async def server(self, name: str) -> AsyncGenerator[Served]:
        """One of `names`, freshly started."""
        if name == Ours.name:
            async with self.ours() as own:
                yield own
        else:
            assert self.installed is not None
            async with node.node(name, self.installed, self.new_folder()) as other:
                yield other

    async def under_load(self, rooms: int, shape: Shape, rounds: int = 1) -> list[Figures]:
        """The same typing load on every server, one after the other; ours first. Several rounds share
        the seconds, and the middle one counts."""
        found: list[Figures] = []
        for name in self.names:
            async with self.server(name) as server:
                places, seconds = await server.places(rooms), self.seconds / rounds
                found.append(await measure(name, places, shape, server.processes, seconds, rounds))
        return found
