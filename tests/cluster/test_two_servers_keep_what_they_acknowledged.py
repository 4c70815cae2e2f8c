"""The people and the bad luck of `tests/properties`, on two servers that share a database."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import rule

from app.kit.config import Settings
from tests.cluster.redis_server import Redis
from tests.conftest import Databases, free_port
from tests.faults import checks
from tests.long import LONG
from tests.properties.test_a_room_keeps_what_it_acknowledged import Room


class Rooms(Room):
    """One chapter, three people, two servers, and a Redis that comes and goes."""

    databases: ClassVar[Any] = None
    redis: ClassVar[Any] = None

    def make_settings(self) -> list[Settings]:
        one = self.databases.migrated(Path(self.folder.name))
        one = one.model_copy(update={"redis_url": self.redis.url})
        return [one, one.model_copy(update={"port": free_port()})]

    @rule()
    def redis_goes_or_comes(self) -> None:
        if self.redis.runs:
            self.redis.kill()
        else:
            self.redis.start()

    def teardown(self) -> None:
        super().teardown()
        self.databases.take_back()
        if not self.redis.runs:
            self.redis.start()

    def stored(self) -> tuple[str, list[str]]:
        with checks.connected(self.servers[0].settings) as connection:
            return checks.log_in_postgres(connection, self.document)


@pytest.fixture(autouse=True)
def _somewhere(redis: Redis, databases: Databases) -> Generator[None]:
    Rooms.databases, Rooms.redis = databases, redis
    yield
    Rooms.databases = Rooms.redis = None


TestRooms = Rooms.TestCase
TestRooms.settings = settings(
    max_examples=60 if LONG else 5,
    stateful_step_count=40 if LONG else 25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
