"""Two servers of one installation, and people who are with one or the other."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.sync import stored
from tests.cluster.redis_server import Redis
from tests.people_at_work import Browser
from tests.sync.clients import Client
from tests.sync.stage import Stage
from tests.waiting import until


@dataclass
class Pair:
    """Two servers; the guide was begun at `one`."""

    one: Stage
    two: Stage
    redis: Redis

    @property
    def both(self) -> tuple[Stage, Stage]:
        return self.one, self.two

    async def connected(self, within: float = 10) -> None:
        """Wait until both hear each other."""
        buses = [stage.app.state.broadcast._bus for stage in self.both]
        await until(lambda: all(bus.is_up and bus._heard for bus in buses), within)

    async def apart(self, within: float = 10) -> None:
        """Wait until both know that Redis is away."""
        buses = [stage.app.state.broadcast._bus for stage in self.both]
        await until(lambda: not any(bus.is_up for bus in buses), within)

    @asynccontextmanager
    async def couple(
        self, *, durable: bool = True
    ) -> AsyncGenerator[tuple[Client, Client, Browser, Browser]]:
        """Ana at the first server and Ben at the second, in the same chapter."""
        ana, ben = await self.one.join("writer", "Ana"), await self.one.join("writer", "Ben")
        async with (
            self.one.client(ana, durable=durable) as a,
            self.two.client(ben, durable=durable) as b,
        ):
            await a.until(lambda: a.synced)
            await b.until(lambda: b.synced)
            yield a, b, ana, ben

    async def log(self) -> stored.Stored:
        """The stored document; raises when its chain has a hole."""
        found = await stored.read(self.one.sync._database, self.one.document, below=0)
        assert found is not None
        return found

    async def reread(self) -> str:
        """The words as a fresh server would load them from the whole log."""
        reader = Client("")
        for data in (await self.log()).updates:
            reader.doc.apply_update(data)
        return reader.text()
