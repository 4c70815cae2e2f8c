"""The real guide, in and out as a book.

A real `chapterhouse serve`, the real guide (or the sample where it is absent) in as an upload and
out as EPUB and PDF, each format on its own. Measured are seconds as a person waits for them and the
peak memory of the server with all that it starts, above what it holds when idle.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from app.kit.config import Settings
from bench.figures import Peak, family, memory
from bench.outcome import Outcome, Row
from tests.conftest import SHARED, free_port
from tests.servers import Server

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Measured:
    """One step; seconds of waiting and MB at the peak."""

    step: str
    language: str
    seconds: float
    peak_mb: float
    size: str

    def row(self) -> Row:
        """As a row of a table."""
        return {
            "server": f"{self.step} {self.language}",
            "seconds": self.seconds,
            "peak_mb": self.peak_mb,
            "result": self.size,
        }


def uploads(language: str) -> tuple[list[tuple[str, tuple[str, bytes]]], str]:
    """The guide's files for an import, and what they are called: the sample where it is absent."""
    guide = SHARED / "data" / "guide"
    if (guide / language).is_dir():
        files = [*sorted((guide / language).glob("*.md")), *sorted((guide / "assets").rglob("*.*"))]
        names = [path.relative_to(guide).as_posix() for path in files]
    else:
        folder = ROOT / "samples" / "guide"
        files = [*sorted(folder.glob("*.md")), *sorted(folder.glob("pictures/*.png"))]
        names = [path.relative_to(folder).as_posix() for path in files]
        language = "en (sample)"
    return [
        ("files", (name, path.read_bytes())) for name, path in zip(names, files, strict=True)
    ], language


async def finished(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """A job once it has ended well."""
    while True:
        job: dict[str, Any] = (await client.get(path)).json()
        if job["status"] not in ("waiting", "running"):
            if job["status"] != "done":
                raise SystemExit(f"{path}: {job['status']} {job['error']}")
            return job
        await asyncio.sleep(0.1)


async def _one(server: Server, language: str) -> list[Measured]:
    found: list[Measured] = []
    process = psutil.Process(server.process.pid if server.process else os.getpid())
    files, said = uploads(language)
    async with httpx.AsyncClient(base_url=server.base, timeout=120) as client:
        wish = {"title": f"Guide {language}", "language": language, "name": "Bench"}
        made = (await client.post("/api/guides", json=wish)).json()
        at = f"/api/guides/{made['slug']}"
        await asyncio.sleep(1)
        idle = memory(family([process]))
        began = time.monotonic()
        with Peak([process]) as peak:
            started = (await client.post(f"{at}/imports", files=files)).json()
            report = await finished(client, f"{at}/imports/{started['id']}")
        words = sum(chapter["words"] for chapter in report["chapters"])
        size = f"{len(report['chapters'])} chapters, {words:,} words"
        found.append(_measured("import", said, began, peak.mb - idle, size))
        for form in ("epub", "pdf"):
            began = time.monotonic()
            with Peak([process]) as peak:
                started = (await client.post(f"{at}/exports", json={"formats": [form]})).json()
                job = await finished(client, f"{at}/exports/{started['id']}")
            [file] = job["files"]
            size = f"{file['bytes'] / 1e6:.1f} MB"
            if file["pages"]:
                size += f", {file['pages']} pages"
            found.append(_measured(f"export {form}", said, began, peak.mb - idle, size))
    return found


def _measured(step: str, language: str, began: float, mb: float, size: str) -> Measured:
    return Measured(step, language, round(time.monotonic() - began, 2), round(mb), size)


def run(languages: Sequence[str]) -> Outcome:
    """All steps for all languages, one after the other."""
    outcome = Outcome("real", "The real guide, as a person waits for it")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        data = Path(folder)
        settings = Settings(data_dir=data / "data", port=free_port(), create="anyone")
        server = Server(settings, log=data / "server.log")
        server.start()
        try:
            for language in languages:
                outcome.rows += [row.row() for row in asyncio.run(_one(server, language))]
        finally:
            server.stop()
    return outcome
