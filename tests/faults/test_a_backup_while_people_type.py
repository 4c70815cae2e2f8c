"""A backup made while people type holds every word that was acknowledged before it began."""

from __future__ import annotations

import asyncio
import io
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from app.kit.config import Settings
from tests.faults import checks
from tests.faults.under_fire import writing
from tests.servers import Server
from tests.sync.clients import Client


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
        text = await read(elsewhere, them.document, them.cookies[1])
        verdict = checks.words(text, them.people, set(), before=began)
        assert verdict, verdict.faults
        assert verdict.acknowledged >= 20
        async with httpx.AsyncClient(base_url=elsewhere.base) as browser:
            answer = await browser.get(url, headers={"cookie": them.cookies[0]})
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "image/png"
    finally:
        elsewhere.stop()


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
