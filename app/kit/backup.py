"""Backup and restore: the whole database and all files in one zip, while people type.

Every table is written as lines of JSON out of one reading transaction, so a backup does not depend
on the database it came from: what was written on a laptop's SQLite can be restored into
PostgreSQL. Files are named by their content and never change, so those that belong to the rows of
the transaction are on disk when it begins.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, func, select, text

from app.kit import clock, migrations
from app.kit.config import Settings
from app.kit.errors import BadInput, Conflict
from app.kit.lock import DataFolderLock

Change = Callable[[str, dict[str, Any]], dict[str, Any]]
"""(table, row) → the row as it is to be restored."""

FORMAT = 1
FOLDERS = ("assets", "exports", "published")
_BATCH = 500
_NOT_OURS = "“{name}” is not a backup of Chapterhouse, or only a part of one ({why})."


def write(settings: Settings, target: Path) -> dict[str, Any]:
    """Write a backup to `target` and say what is in it.

    Returns:
        The manifest: time, revision, rows per table, files.
    Raises:
        Conflict: there is such a file already.
    """
    if target.exists():
        raise Conflict(f"There is a file {target} already. Choose another name.", code="exists")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    try:
        with (
            _reading(settings) as connection,
            zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        ):
            manifest = _write_tables(connection, archive)
            manifest["files"] = _write_files(settings.data_dir, archive)
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def restore(settings: Settings, source: Path, change: Change) -> dict[str, Any]:
    """Bring a backup back into an empty database and data folder; each row as `change` makes it.

    Returns:
        The manifest of the backup.
    Raises:
        BadInput: it is no whole backup. Conflict: a server runs, or there are guides already.
    """
    lock = DataFolderLock(settings.data_dir)
    lock.take()
    try:
        with _opened(source) as archive:
            manifest = _manifest(archive, source)
            _check_whole(archive, manifest, source)
            engine = migrations.sync_engine(settings)
            try:
                _restore_tables(engine, archive, manifest, change)
            finally:
                engine.dispose()
            _restore_files(settings.data_dir, archive, manifest)
        migrations.upgrade(settings)
    finally:
        lock.release()
    return manifest


# --- Writing --------------------------------------------------------------------------------


@contextmanager
def _reading(settings: Settings) -> Generator[Connection]:
    """One reading transaction over everything, next to a server that goes on writing."""
    engine = _reading_engine(settings)
    try:
        with engine.connect() as connection:
            if not settings.is_sqlite:
                connection.execute(
                    text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                )
            yield connection
    finally:
        engine.dispose()


def _reading_engine(settings: Settings) -> Engine:
    if not settings.is_sqlite:
        return create_engine(settings.database)
    file = settings.data_dir.resolve() / "chapterhouse.db"
    if not file.exists():
        raise Conflict(f"There is no database in {settings.data_dir} yet.", code="no_database")
    engine = create_engine(f"sqlite:///file:{file}?mode=rw&uri=true")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None
        # The server alone may write or checkpoint this file, see `app.kit.db`.
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("PRAGMA query_only=1")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.exec_driver_sql("BEGIN")

    return engine


def _write_tables(connection: Connection, archive: zipfile.ZipFile) -> dict[str, Any]:
    metadata = _tables(connection)
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    tables: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        digest, rows = hashlib.sha256(), 0
        with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as out:
            for row in connection.execution_options(yield_per=_BATCH).execute(select(table)):
                line = json.dumps([_encode(value) for value in row], ensure_ascii=False)
                data = line.encode() + b"\n"
                digest.update(data)
                out.write(data)
                rows += 1
        tables[table.name] = {
            "columns": [column.name for column in table.columns],
            "rows": rows,
            "sha256": digest.hexdigest(),
        }
    return {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        "revision": revision,
        "tables": tables,
    }


def _write_files(data_dir: Path, archive: zipfile.ZipFile) -> dict[str, str]:
    written: dict[str, str] = {}
    for folder in FOLDERS:
        for file in sorted((data_dir / folder).rglob("*")):
            if not file.is_file() or file.suffix == ".part" or file.is_symlink():
                continue
            name = f"files/{file.relative_to(data_dir).as_posix()}"
            try:
                data = file.read_bytes()
            except FileNotFoundError:
                continue  # an export that was just deleted
            archive.writestr(name, data, compress_type=zipfile.ZIP_STORED)
            written[name] = hashlib.sha256(data).hexdigest()
    return written


def _encode(value: Any) -> Any:
    match value:
        case bytes():
            return {"$b": base64.b64encode(value).decode()}
        case datetime():
            aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return {"$t": aware.isoformat()}
        case date():
            return {"$d": value.isoformat()}
        case str() | int() | float() | None:
            return value
        case _:
            return {"$j": value}


def _tables(connection: Connection) -> MetaData:
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: name != "alembic_version")
    return metadata


# --- Restoring ------------------------------------------------------------------------------


@contextmanager
def _opened(source: Path) -> Generator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except FileNotFoundError:
        raise BadInput(f"There is no file {source}.", code="no_backup") from None
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise BadInput(_NOT_OURS.format(name=source, why=error), code="bad_backup") from error


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(archive.read("manifest.json"))
        if manifest["format"] > FORMAT:
            raise BadInput(
                "This backup was made by a newer Chapterhouse. Restore it with that version.",
                code="newer_backup",
            )
    except (KeyError, ValueError, TypeError) as error:
        raise BadInput(_NOT_OURS.format(name=source, why=error), code="bad_backup") from error
    return manifest


def _check_whole(archive: zipfile.ZipFile, manifest: dict[str, Any], source: Path) -> None:
    """Re-hash everything before anything is written."""
    expected = {
        f"tables/{name}.jsonl": table["sha256"] for name, table in manifest["tables"].items()
    } | manifest["files"]
    for name, sha256 in expected.items():
        digest = hashlib.sha256()
        try:
            with archive.open(name) as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        except KeyError as error:
            raise BadInput(_NOT_OURS.format(name=source, why=error), code="bad_backup") from error
        if digest.hexdigest() != sha256:
            raise BadInput(
                _NOT_OURS.format(name=source, why=f"{name} was changed"), code="bad_backup"
            )


def _restore_tables(
    engine: Engine, archive: zipfile.ZipFile, manifest: dict[str, Any], change: Change
) -> None:
    with engine.connect() as connection:
        if _has_guides(connection):
            raise Conflict(
                "There are guides in this database already, and a restore would mix two states. "
                "Restore into an empty CHAPTERHOUSE_DATA_DIR or an empty database.",
                code="not_empty",
            )
        connection.rollback()
        config = migrations.alembic_config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, manifest["revision"])
        except Exception as error:
            raise Conflict(
                "This backup was made by a newer Chapterhouse. Restore it with that version.",
                code="newer_backup",
            ) from error
        metadata = _tables(connection)
        for table in metadata.sorted_tables:
            _restore_table(connection, archive, table, manifest["tables"].get(table.name), change)
        connection.commit()


def _restore_table(
    connection: Connection,
    archive: zipfile.ZipFile,
    table: Table,
    about: dict[str, Any] | None,
    change: Change,
) -> None:
    connection.execute(table.delete())
    if about is None:
        return
    naive = connection.dialect.name == "sqlite"
    with archive.open(f"tables/{table.name}.jsonl") as lines:
        for batch in _batches(lines):
            decoded = ([_decode(value, naive=naive) for value in values] for values in batch)
            rows = [
                change(table.name, dict(zip(about["columns"], values, strict=True)))
                for values in decoded
            ]
            connection.execute(table.insert(), rows)


def _batches(lines: Iterable[bytes]) -> Generator[list[list[Any]]]:
    batch: list[list[Any]] = []
    for line in lines:
        batch.append(json.loads(line))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _decode(value: Any, *, naive: bool) -> Any:
    match value:
        case {"$b": str(data)}:
            return base64.b64decode(data)
        case {"$t": str(moment)}:
            aware = datetime.fromisoformat(moment)
            return aware.replace(tzinfo=None) if naive else aware
        case {"$d": str(day)}:
            return date.fromisoformat(day)
        case {"$j": inner}:
            return inner
        case _:
            return value


def _has_guides(connection: Connection) -> bool:
    tables = _tables(connection).tables
    if "guides" not in tables:
        return False
    return bool(connection.scalar(select(func.count()).select_from(tables["guides"])))


def _restore_files(data_dir: Path, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    root = data_dir.resolve()
    for name in manifest["files"]:
        target = (root / name.removeprefix("files/")).resolve()
        if not any(target.is_relative_to(root / folder) for folder in FOLDERS):
            raise BadInput(f"This backup names a file outside its folders: {name}.")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive.read(name))
