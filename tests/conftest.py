"""What every test may ask for: a database, an application, people who joined, a clock that stands still.

The schema is made once per run by the migrations, as a template that each test gets a copy of.
`--db=postgres` runs the same tests on the PostgreSQL cluster named by CHAPTERHOUSE_TEST_DB
(`python -m scripts.postgres` starts a throw-away one).
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import make_url

from app.kit import clock, migrations
from app.kit.config import Settings
from app.kit.db import Base
from app.kit.ids import new_id
from app.main import create_app
from tests.people_at_work import People
from tests.servers import Server

SHARED = Path(os.environ.get("CHAPTERHOUSE_SHARED_DATA", Path(__file__).parents[2] / "shared"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=["sqlite", "postgres"], default="sqlite")


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The loop the server runs on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def on_postgres(request: pytest.FixtureRequest) -> bool:
    return request.config.getoption("--db") == "postgres"


class Databases:
    """Hands out databases of their own to tests, as the migrations made them, and takes them back.

    On SQLite each is a copy of one file. On PostgreSQL making and dropping a database syncs the
    whole cluster, so one that was given back is emptied and handed out again.
    """

    def __init__(self, folder: Path, address: str | None) -> None:
        self._address = address
        self._lent: list[str] = []
        self._other: list[str] = []
        self._clean: list[str] = []
        self._folder = folder / "template"
        self._template = self._create() if address else ""
        settings = self._settings(self._folder, self._template)
        migrations.upgrade(settings)
        self._tables = [table.name for table in Base.metadata.sorted_tables]

    def empty(self, data_dir: Path) -> Settings:
        """A database without a single table."""
        name = self._create() if self._address else ""
        self._other.append(name)
        return self._settings(data_dir, name)

    def migrated(self, data_dir: Path) -> Settings:
        """A database as a new server makes it."""
        name = ""
        if self._address:
            name = self._clean.pop() if self._clean else self._create(self._template)
            self._lent.append(name)
        settings = self._settings(data_dir, name)
        if not self._address:
            shutil.copyfile(self._folder / "chapterhouse.db", data_dir / "chapterhouse.db")
        return settings

    def take_back(self) -> None:
        """The test is over: whatever it was given is made ready for the next one."""
        if not self._address:
            return
        for name in self._lent:
            self._sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{name}' AND pid <> pg_backend_pid()"
            )
            self._sql(
                # No foreign key is in the way of a superuser's replica.
                "SET session_replication_role = replica; "
                + "; ".join(f'DELETE FROM "{table}"' for table in self._tables),
                database=name,
            )
            self._clean.append(name)
        self._lent.clear()
        self._drop(self._other)

    def close(self) -> None:
        """The run is over: nothing stays behind."""
        if self._address:
            self._drop([*self._lent, *self._other, *self._clean, self._template])

    def _settings(self, data_dir: Path, database: str) -> Settings:
        data_dir.mkdir(parents=True, exist_ok=True)
        return Settings(
            data_dir=data_dir,
            host="127.0.0.1",
            port=free_port(),
            database_url=self._url(database) if self._address else None,
            create="anyone",
        )

    def _create(self, template: str = "template0") -> str:
        name = f"test_{new_id()}"
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def _drop(self, names: list[str]) -> None:
        for name in filter(None, names):
            self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        names.clear()

    def _url(self, database: str) -> str:
        assert self._address is not None
        return make_url(self._address).set(database=database).render_as_string(False)

    def _sql(self, statement: str, database: str | None = None) -> None:
        assert self._address is not None
        address = self._url(database) if database else self._address
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def _all_databases(
    tmp_path_factory: pytest.TempPathFactory, on_postgres: bool
) -> Generator[Databases]:
    address = None
    if on_postgres:
        address = os.environ.get("CHAPTERHOUSE_TEST_DB")
        if not address:
            pytest.exit("--db=postgres needs CHAPTERHOUSE_TEST_DB; use `make test-postgres`.", 2)
    made = Databases(tmp_path_factory.mktemp("databases"), address)
    yield made
    made.close()


@pytest.fixture
def databases(_all_databases: Databases) -> Generator[Databases]:
    """Makes databases for one test and takes them away after it."""
    yield _all_databases
    _all_databases.take_back()


@pytest.fixture
def settings(databases: Databases, tmp_path: Path) -> Settings:
    """Settings with a data folder, a migrated database and a port of their own."""
    return databases.migrated(tmp_path / "data")


@pytest.fixture
async def app(settings: Settings) -> AsyncGenerator[FastAPI]:
    """The whole application, started."""
    made = create_app(settings)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def people(app: FastAPI) -> AsyncGenerator[People]:
    """Lets people start guides and join them, each with a browser of their own."""
    async with People(app.state.settings.base, app) as everyone:
        yield everyone


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Generator[Server]:
    """A real `chapterhouse serve` in a process of its own, already answering."""
    running = Server(settings, log=tmp_path / "server.log")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shared_server(
    _all_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Server]:
    """One real server for all tests of a file; they start guides of their own on it."""
    folder = tmp_path_factory.mktemp("server")
    running = Server(_all_databases.migrated(folder / "data"), log=folder / "server.log")
    running.start()
    yield running
    running.stop()
    _all_databases.take_back()


@pytest.fixture
async def visitors(shared_server: Server) -> AsyncGenerator[People]:
    """People who use the shared server over the network."""
    async with People(shared_server.base) as everyone:
        yield everyone


class HeldClock:
    """A clock that moves only when it is told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, by: timedelta) -> None:
        """Let time pass."""
        self.at += by


@pytest.fixture
def held_clock() -> Generator[HeldClock]:
    """Time stands still at nine in the morning of a sprint's first day."""
    source = HeldClock(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    with clock.held(source):
        yield source


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material (hostile files, the real guide)."""
    if not SHARED.is_dir():
        pytest.skip(f"no shared material at {SHARED} (CHAPTERHOUSE_SHARED_DATA)")
    return SHARED


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
