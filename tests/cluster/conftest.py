"""What the tests of several servers share: one PostgreSQL database, one Redis, two servers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.kit.config import Settings
from tests.cluster.pair import Pair
from tests.cluster.redis_server import PROGRAM, Redis
from tests.conftest import free_port
from tests.sync.stage import Stage


@pytest.fixture
def redis(on_postgres: bool, tmp_path: Path) -> Generator[Redis]:
    """A running Redis of one's own."""
    if not on_postgres:
        pytest.skip("several servers need PostgreSQL: part of `make test-postgres`")
    if PROGRAM is None:
        pytest.skip("redis-server is not installed")
    made = Redis(tmp_path)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def cluster_settings(settings: Settings, redis: Redis) -> tuple[Settings, Settings]:
    """The settings of two servers on one database, one data folder and one Redis."""
    first = settings.model_copy(update={"redis_url": redis.url})
    return first, first.model_copy(update={"port": free_port()})


@pytest.fixture
async def pair(cluster_settings: tuple[Settings, Settings], redis: Redis) -> AsyncGenerator[Pair]:
    """Two servers with one chapter."""
    async with AsyncExitStack() as open_:
        one, two = [await open_.enter_async_context(Stage(each)) for each in cluster_settings]
        await one.begin()
        two.document, two.chapter, two.fay = one.document, one.chapter, one.fay
        made = Pair(one, two, redis)
        await made.connected()
        yield made
