"""The database: one place that opens transactions and ends them.

On SQLite exactly one connection writes (`app.kit.sqlite`). PostgreSQL has one pool for reading and
writing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import DateTime, Dialect, MetaData, String, TypeDecorator, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.kit import clock, events, sqlite
from app.kit.config import Settings
from app.kit.errors import AppError, Conflict
from app.kit.ids import ID_LENGTH

if TYPE_CHECKING:
    from app.kit.one_trip import OneTrip

T = TypeVar("T")
PK = String(ID_LENGTH)
_SERVER_LOCK = 0x6368_6170_7465_7201  # “chapter” and a version

# Names for every constraint: Alembic cannot alter on SQLite what has no name.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware time; kept in UTC, also where the database knows no time zones (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware time → what is stored."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is stored → aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The tables of all nouns."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment()}


class Heartbeat(Base):
    """The last time a write was tried for its own sake (`GET /api/ready`)."""

    __tablename__ = "heartbeats"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Database:
    """Opens reading sessions and short writing transactions."""

    def __init__(self, settings: Settings, broadcast: events.Broadcast) -> None:
        self.is_sqlite = settings.is_sqlite
        self.is_shared = settings.redis_url is not None
        """Whether other servers may use the database, too."""
        self.broadcast = broadcast
        if self.is_sqlite:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            self._writer = sqlite.engine(settings.database, size=1, query_only=False)
            self._reader = sqlite.engine(settings.database, size=8, query_only=True)
            self._at_once: Any = sqlite.AtOnce(self._writer)
            self.one_trip: OneTrip | None = None
            """The shortest way, where the database has one."""
        else:
            # Its driver takes 6 MB, which a server on SQLite has no use for.
            from app.kit import one_trip, postgres

            self._at_once = postgres.AtOnce(settings.database)
            self.one_trip = one_trip.OneTrip(settings.database)
            self._writer = self._reader = create_async_engine(
                settings.database,
                pool_size=20,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"options": postgres.OPTIONS},
            )

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession]:
        """One writing transaction: committed at the end of the block, undone on an error.

        On SQLite there is one at a time, so keep it under 50 ms and never wait for the network
        or a process in it: keystrokes are stored through the same connection. The events queued
        on the session are published after the commit.
        """
        try:
            async with AsyncSession(
                self._writer, expire_on_commit=False, info={"writes": True}
            ) as session:
                async with session.begin():
                    yield session
                waiting = events.queued(session)
        except AppError as error:
            for one in error.notices:
                await self.broadcast.publish(one)
            raise
        for one in waiting:
            await self.broadcast.publish(one)

    async def write_at_once(self, work: Callable[[Any], T]) -> T:
        """One writing transaction in one go: `work` runs with the driver's connection in a thread of
        its own. Committed when it returns, undone when it raises; no events are published.

        On SQLite it takes the same connection as `write`, and the two never meet.
        """
        result: T = await self._at_once.run(work)
        return result

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """A session that reads a consistent state and cannot change it."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            if not self.is_sqlite:
                await session.execute(
                    text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                )
            yield session

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[None]:
        """Be the only server on a PostgreSQL database until the block ends, or one of several
        that talk to each other over Redis.

        On SQLite the data folder's lock does that (`app.kit.lock`).

        Raises:
            Conflict: another server uses the database, and one of the two has no Redis.
        """
        shared = "_shared" if self.is_shared else ""
        if self.is_sqlite:
            yield
            return
        async with self._writer.connect() as connection:
            # Held by the session, so it ends with the connection even when the process is killed.
            got = await connection.scalar(
                text(f"SELECT pg_try_advisory_lock{shared}({_SERVER_LOCK})")
            )
            await connection.commit()
            if not got:
                raise Conflict(
                    "Another Chapterhouse server already uses this database. Stop it first, give "
                    "this one its own database, or give both the same CHAPTERHOUSE_REDIS_URL.",
                    code="database_in_use",
                )
            try:
                yield
            finally:
                await connection.execute(text(f"SELECT pg_advisory_unlock{shared}({_SERVER_LOCK})"))

    async def ping(self) -> None:
        """Write something: proves that the disk takes it. Raises what the driver raises."""
        async with self.write() as session:
            if (row := await session.get(Heartbeat, 1)) is None:
                session.add(row := Heartbeat(id=1, at=clock.now()))
            row.at = clock.now()

    async def close(self) -> None:
        """Close every connection."""
        if not self.is_sqlite:
            await self._at_once.close()
        if self.one_trip is not None:
            self.one_trip.close()
        await self._reader.dispose()
        if self._writer is not self._reader:
            await self._writer.dispose()
