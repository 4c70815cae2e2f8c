"""Two servers under fire: whatever ends them, nothing that was acknowledged or shown is lost or doubled.

People go to whichever server answers, as behind a proxy.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from app.kit import failpoints
from app.kit.config import Settings
from tests.cluster.redis_server import Redis
from tests.faults import checks
from tests.faults.typist import Typist
from tests.faults.under_fire import LONG, Fragile, Writers, joined

KILLS = 12 if LONG else 3


class Wanderer(Typist):
    """Tries another server each time that it connects."""

    def __init__(self, number: int, addresses: list[str], cookie: str) -> None:
        super().__init__(number, addresses[number % len(addresses)], cookie)
        self.addresses = addresses

    async def open(self, *, ask: bool = True) -> None:
        if self.connections:
            self.address = self._dice.choice(self.addresses)
        await super().open(ask=ask)


class Cluster:
    """Two servers that can be killed, and people who write at both."""

    def __init__(self, settings: tuple[Settings, Settings], folder: Path) -> None:
        self.servers = [
            Fragile(one, folder / f"server{number}.log") for number, one in enumerate(settings)
        ]
        self.settings = settings

    def start(self) -> None:
        for server in self.servers:
            server.start()

    def kill(self) -> None:
        for server in self.servers:
            server.kill()

    def said(self) -> str:
        return "\n".join(server.said() for server in self.servers)

    @asynccontextmanager
    async def writing(self, writers: int = 8, rate: float = 10) -> AsyncGenerator[Writers]:
        document, cookies = await joined(self.servers[0], writers)
        made = Writers(self.servers[0], document, cookies)
        bases = [server.socket_base for server in self.servers]
        addresses = [f"{base}/api/sync/{document}?durable=1" for base in bases]
        made.people = [Wanderer(n, addresses, cookie) for n, cookie in enumerate(cookies)]
        async with made.at_work(rate):
            yield made

    def stored(self, them: Writers) -> checks.Verdict:
        """What was acknowledged and shown, against the database."""
        them.remember()
        with self.connection() as connection:
            text, faults = checks.log_in_postgres(connection, them.document)
        verdict = checks.words(text, them.people, them.shown)
        verdict.faults += faults
        return verdict

    def connection(self) -> psycopg.Connection:
        return checks.connected(self.settings[0])


@pytest.fixture
def cluster(cluster_settings: tuple[Settings, Settings], tmp_path: Path) -> Generator[Cluster]:
    """Two servers, not started yet."""
    made = Cluster(cluster_settings, tmp_path)
    yield made
    made.kill()


async def test_one_server_after_the_other_is_killed_while_everybody_types(cluster: Cluster) -> None:
    dice = random.Random(5)
    cluster.start()
    async with cluster.writing() as them:
        for turn in range(KILLS):
            await them.more(20)
            await asyncio.sleep(dice.uniform(0.05, 0.3))
            server = cluster.servers[turn % 2]
            await asyncio.to_thread(server.kill)
            verdict = cluster.stored(them)
            assert verdict, verdict.faults
            # The other one goes on, and takes in those who were with the first.
            await them.more(20)
            await asyncio.to_thread(server.start)
        await them.together()
        verdict = cluster.stored(them)
        assert verdict, verdict.faults
        assert verdict.acknowledged > 50


@pytest.mark.parametrize("moment", [failpoints.AFTER_APPLY, failpoints.AFTER_COMMIT])
async def test_a_server_ends_between_storing_and_telling(cluster: Cluster, moment: str) -> None:
    cluster.servers[0].arm(moment, 30)
    cluster.start()
    async with cluster.writing() as them:
        assert await cluster.servers[0].ended() == -9
        verdict = cluster.stored(them)
        assert verdict, verdict.faults
        cluster.servers[0].arm(None)
        await asyncio.to_thread(cluster.servers[0].start)
        await them.more(20)
        await them.together()
        verdict = cluster.stored(them)
        assert verdict, verdict.faults


async def test_both_are_killed_and_redis_with_them(cluster: Cluster, redis: Redis) -> None:
    cluster.start()
    async with cluster.writing() as them:
        await them.more(40)
        redis.kill()
        await asyncio.to_thread(cluster.kill)
        verdict = cluster.stored(them)
        assert verdict, verdict.faults
        await asyncio.to_thread(cluster.start)
        await them.more(20)
        redis.start()
        await them.more(20)
        await them.together()
        verdict = cluster.stored(them)
        assert verdict, verdict.faults


async def test_the_database_hangs_up_on_everybody(cluster: Cluster) -> None:
    cluster.start()
    async with cluster.writing() as them:
        for _ in range(KILLS):
            await them.more(20)
            with cluster.connection() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        await them.more(20)
        await them.together()
        verdict = cluster.stored(them)
        assert verdict, verdict.faults


async def test_a_server_that_acknowledges_before_it_stores_is_caught(cluster: Cluster) -> None:
    for server in cluster.servers:
        server.breaks(mutant="acknowledge_before_commit")
    cluster.servers[0].arm(failpoints.BEFORE_COMMIT, 30)
    cluster.start()
    async with cluster.writing() as them:
        assert await cluster.servers[0].ended() == -9
        verdict = cluster.stored(them)
    # Words that are not there, or a deletion that is not.
    assert any("acknowledged words" in one or "are back" in one for one in verdict.faults), verdict
