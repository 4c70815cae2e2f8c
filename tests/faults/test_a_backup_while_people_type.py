"""A backup made while people type holds every word that was acknowledged before it began."""

from __future__ import annotations

import asyncio
import io
import time
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy
from PIL import Image
from websockets.exceptions import InvalidStatus

from app.kit.config import Settings
from tests.faults import checks
from tests.faults.under_fire import writing
from tests.people_at_work import People
from tests.servers import Server
from tests.sync.clients import Client
from tests.sync.stage import cookie


@pytest.fixture
def elsewhere(databases: Any, tmp_path: Path) -> Server:
    """A server on an empty database of its own, not started."""
    settings: Settings = databases.empty(tmp_path / "elsewhere")
    return Server(settings, log=tmp_path / "elsewhere.log")


async def read(server: Server, document: str, cookie: str) -> str:
    newcomer = Client(f"{server.socket_base}/api/sync/{document}?durable=1", cookie)
    await newcomer.open()
    await newcomer.until(lambda: newcomer.synced, within=30)
    await newcomer.close()
    return newcomer.text()


async def restored_document(server: Server, cookie: str) -> str:
    """The id that the one chapter's document has."""
    async with httpx.AsyncClient(base_url=server.base, headers={"cookie": cookie}) as browser:
        slug = (await browser.get("/api/me")).json()["guides"][0]["slug"]
        [chapter] = (await browser.get(f"/api/guides/{slug}/chapters")).json()["items"]
    document: str = chapter["document_id"]
    return document


async def upload(server: Server, cookie: str) -> str:
    async with httpx.AsyncClient(base_url=server.base, headers={"cookie": cookie}) as browser:
        slug = (await browser.get("/api/me")).json()["guides"][0]["slug"]
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
        uploaded = await browser.post(
            f"/api/guides/{slug}/assets", files={"file": ("a.png", picture.getvalue())}
        )
    url: str = uploaded.raise_for_status().json()["url"]
    return url


async def test_restored_elsewhere_it_has_words_people_and_pictures(
    server: Server, elsewhere: Server, tmp_path: Path
) -> None:
    async with writing(server, 5) as them:
        await them.more(20)
        url = await upload(server, them.cookies[0])
        began = time.monotonic()
        file = tmp_path / "backup.zip"
        before = them.kept()
        done = await asyncio.to_thread(server.run, "backup", str(file))
        assert done.returncode == 0, done.stderr
        assert them.kept() > before, "people could not type during the backup"
    restored = elsewhere.run("restore", str(file))
    assert restored.returncode == 0, restored.stderr
    elsewhere.start()
    try:
        document = await restored_document(elsewhere, them.cookies[1])
        assert document != them.document
        with pytest.raises(InvalidStatus) as refused:
            await read(elsewhere, them.document, them.cookies[1])
        assert refused.value.response.status_code == 404
        text = await read(elsewhere, document, them.cookies[1])
        verdict = checks.words(text, them.people, set(), before=began)
        assert verdict, verdict.faults
        assert verdict.acknowledged >= 20
        async with httpx.AsyncClient(base_url=elsewhere.base) as browser:
            answer = await browser.get(url, headers={"cookie": them.cookies[0]})
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "image/png"
    finally:
        elsewhere.stop()


async def test_a_restored_document_has_another_id_and_epoch_wherever_it_is_named(
    server: Server, elsewhere: Server, tmp_path: Path
) -> None:
    async with writing(server, 3) as them:
        await them.more(150)
        await them.together()
        file = tmp_path / "backup.zip"
    # The room closes and a snapshot is made.
    await asyncio.to_thread(server.stop)
    with opened(server) as connection:
        old = connection.execute(sqlalchemy.text("SELECT id, epoch FROM documents")).one()
        head = connection.execute(sqlalchemy.text("SELECT seq, chain FROM documents")).one()
        now = connection.execute(sqlalchemy.text("SELECT max(at) FROM updates")).scalar_one()
        add = (
            "INSERT INTO snapshots VALUES (:id, :seq, :epoch, :now, :some, :some, :some, :chain)",
            "INSERT INTO quarantined_updates VALUES ('q', :id, NULL, :now, 'why', :some)",
        )
        values = {"id": old[0], "seq": head[0], "epoch": old[1], "now": now, "chain": head[1]}
        for statement in add:
            connection.execute(sqlalchemy.text(statement), values | {"some": b"some"})
    assert server.run("backup", str(file)).returncode == 0
    assert elsewhere.run("restore", str(file)).returncode == 0
    found = 0
    with opened(elsewhere) as connection:
        new = connection.execute(sqlalchemy.text("SELECT id, epoch FROM documents")).one()
        tables = sqlalchemy.MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            for row in connection.execute(sqlalchemy.select(table)):
                said = repr(tuple(row))
                assert not [one for one in old if one in said], table.name
                found += any(one in said for one in new)
    # The chapter, the document, its snapshot, its client ids, what is in quarantine, the rows.
    assert found >= 150 + 5


async def test_what_was_closed_for_changes_is_closed_after_a_restore(
    server: Server, elsewhere: Server, tmp_path: Path
) -> None:
    async with People(server.base) as people:
        fay = await people.start_guide()
        chapter = await fay.chapter("One")
        await fay.chapter("Two")
        frozen = await fay.yes("PUT", f"chapters/{chapter['id']}/freeze")
        ours = cookie(fay)
    file = tmp_path / "backup.zip"
    assert (await asyncio.to_thread(server.run, "backup", str(file))).returncode == 0
    assert (await asyncio.to_thread(elsewhere.run, "restore", str(file))).returncode == 0
    await asyncio.to_thread(elsewhere.start)
    try:
        async with httpx.AsyncClient(base_url=elsewhere.base, headers={"cookie": ours}) as browser:
            found = await browser.get(f"/api/guides/{fay.slug}/chapters")
            one, two = found.json()["items"]
        assert (one["frozen_at"], one["frozen_by"]) == (frozen["frozen_at"], fay.id)
        assert two["frozen_at"] is None
    finally:
        await asyncio.to_thread(elsewhere.stop)


@contextmanager
def opened(server: Server) -> Generator[sqlalchemy.Connection]:
    """The tables of a server that does not run, in a transaction."""
    address = server.settings.database.replace("+aiosqlite", "")
    # Without a pool nothing stays open behind it.
    engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        yield connection


def test_a_damaged_backup_is_refused_and_nothing_is_written(
    server: Server, elsewhere: Server, tmp_path: Path
) -> None:
    server.json("new", "Kept")
    file, damaged = tmp_path / "whole.zip", tmp_path / "damaged.zip"
    assert server.run("backup", str(file)).returncode == 0
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(damaged, "w") as out:
        for name in whole.namelist():
            data = whole.read(name)
            out.writestr(name, data.replace(b"Kept", b"Lost") if "guides" in name else data)

    refused = elsewhere.run("restore", str(damaged))
    assert refused.returncode == 2
    assert "not a backup" in refused.stderr
    assert "Traceback" not in refused.stderr

    assert elsewhere.run("restore", str(file)).returncode == 0
    again = elsewhere.run("restore", str(file))
    assert again.returncode == 2
    assert "already" in again.stderr


def test_a_backup_does_not_overwrite_a_file_and_a_restore_waits_for_the_server(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    assert server.run("backup", str(file)).returncode == 0
    assert "already" in server.run("backup", str(file)).stderr
    running = server.run("restore", str(file))
    assert running.returncode == 2
    assert "already uses the data folder" in running.stderr
