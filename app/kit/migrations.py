"""Migrations: bring the database to the shape this version needs, before anything else starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from app.kit import failpoints
from app.kit.config import Settings
from app.kit.errors import Conflict, Unavailable

_LOCK = 0x6368_6170_7465_7202  # one server at a time brings a shared database up to date

FOLDER = Path(__file__).parent.parent.parent / "migrations"


def upgrade(settings: Settings) -> None:
    """Bring the database up to date.

    Raises:
        Conflict: it was last used by a newer Chapterhouse. Unavailable: it does not answer.
    """
    engine = sync_engine(settings)
    config = alembic_config()
    script = ScriptDirectory.from_config(config)
    try:
        with engine.connect() as connection:
            if not settings.is_sqlite:
                # Several servers may start at once; the others wait here. Ends with the transaction
                # that it is in: the upgrade's own.
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            current = MigrationContext.configure(connection).get_current_revision()
            if current == script.get_current_head():
                return
            known = {revision.revision for revision in script.walk_revisions()}
            if current is not None and current not in known:
                raise Conflict(
                    "This data was last used by a newer Chapterhouse. Start that version again, "
                    "or restore a backup made with this one.",
                    code="newer_database",
                )
            if settings.is_sqlite:
                connection.rollback()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            failpoints.here(failpoints.MID_MIGRATION)
            connection.commit()
    except OperationalError as error:
        said = str(error.orig).strip().partition("\n")[0]
        raise Unavailable(f"The database cannot be used: {said}.", code="database") from error
    finally:
        engine.dispose()


def alembic_config() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d-%%(slug)s")
    return config


def sync_engine(settings: Settings) -> Engine:
    """An engine without asyncio, for migrations and for the command line."""
    if not settings.is_sqlite:
        return create_engine(settings.database)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = create_engine(settings.database.replace("+aiosqlite", ""))

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        # The driver's own transactions leave out CREATE and ALTER: an upgrade that breaks off
        # would leave half of the tables behind, and no later start could go on from there.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
