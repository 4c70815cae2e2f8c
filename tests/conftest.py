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

import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine, make_url, text

from app.kit import clock, migrations
from app.kit.config import Settings
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
    """Makes fresh databases; each but the empty ones is a copy of one the migrations made."""

    def __init__(self, folder: Path, address: str | None) -> None:
        self._address = address
        self._made: list[str] = []
        self._template = self._new(folder / "template")
        migrations.upgrade(self._template)

    def _new(self, data_dir: Path, template: str | None = None) -> Settings:
        data_dir.mkdir(parents=True, exist_ok=True)
        url = None
        if self._address is not None:
            name = f"test_{new_id()}"
            self._sql(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
            self._made.append(name)
            url = make_url(self._address).set(database=name).render_as_string(hide_password=False)
        return Settings(
            data_dir=data_dir, host="127.0.0.1", port=free_port(), database_url=url, create="anyone"
        )

    def empty(self, data_dir: Path) -> Settings:
        """A database without a single table."""
        return self._new(data_dir)

    def migrated(self, data_dir: Path) -> Settings:
        """A database as a new server makes it."""
        if self._address is not None:
            url = self._template.database_url
            assert url is not None
            return self._new(data_dir, template=make_url(url).database)
        settings = self._new(data_dir)
        shutil.copyfile(self._template.data_dir / "chapterhouse.db", data_dir / "chapterhouse.db")
        return settings

    def drop(self) -> None:
        """Take every database away that was made since the template."""
        keep = make_url(self._template.database_url or "sqlite://").database
        for name in [name for name in self._made if name != keep]:
            self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            self._made.remove(name)

    def close(self) -> None:
        """Take the template away too."""
        self.drop()
        for name in self._made:
            self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _sql(self, statement: str) -> None:
        assert self._address is not None
        url = make_url(self._address).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()


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
    _all_databases.drop()


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
    async with People(app) as everyone:
        yield everyone


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Generator[Server]:
    """A real `chapterhouse serve` in a process of its own, already answering."""
    running = Server(settings, log=tmp_path / "server.log")
    running.start()
    yield running
    running.stop()


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
