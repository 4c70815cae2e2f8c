"""Into the guide and out as a book: `python -m bench.export`.

A real `chapterhouse serve`, the real guide (or the sample where it is absent) in as an upload and
out as EPUB and PDF, each format on its own. Measured are seconds as a person waits for them and the
peak memory of the server with all that it starts, above what it holds when idle.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from app.kit.config import Settings
from bench.sync.figures import Peak, family, memory
from tests.conftest import SHARED, free_port
from tests.servers import Server

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "build" / "bench"


@dataclass(frozen=True, slots=True)
class Measured:
    """One step; seconds of waiting and MB at the peak."""

    step: str
    language: str
    seconds: float
    peak_mb: float
    size: str


def _uploads(language: str) -> tuple[list[tuple[str, tuple[str, bytes]]], str]:
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


async def _finished(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
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
    uploads, said = _uploads(language)
    async with httpx.AsyncClient(base_url=server.base, timeout=120) as client:
        wish = {"title": f"Guide {language}", "language": language, "name": "Bench"}
        made = (await client.post("/api/guides", json=wish)).json()
        at = f"/api/guides/{made['slug']}"
        await asyncio.sleep(1)
        idle = memory(family([process]))
        began = time.monotonic()
        with Peak([process]) as peak:
            started = (await client.post(f"{at}/imports", files=uploads)).json()
            report = await _finished(client, f"{at}/imports/{started['id']}")
        words = sum(chapter["words"] for chapter in report["chapters"])
        size = f"{len(report['chapters'])} chapters, {words:,} words"
        found.append(_measured("import", said, began, peak.mb - idle, size))
        for form in ("epub", "pdf"):
            began = time.monotonic()
            with Peak([process]) as peak:
                started = (await client.post(f"{at}/exports", json={"formats": [form]})).json()
                job = await _finished(client, f"{at}/exports/{started['id']}")
            [file] = job["files"]
            size = f"{file['bytes'] / 1e6:.1f} MB"
            if file["pages"]:
                size += f", {file['pages']} pages"
            found.append(_measured(f"export {form}", said, began, peak.mb - idle, size))
    return found


def _measured(step: str, language: str, began: float, mb: float, size: str) -> Measured:
    return Measured(step, language, round(time.monotonic() - began, 2), round(mb), size)


def measure(languages: list[str]) -> list[Measured]:
    """All steps for all languages, one after the other."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        data = Path(folder)
        settings = Settings(data_dir=data / "data", port=free_port(), create="anyone")
        server = Server(settings, log=data / "server.log")
        server.start()
        try:
            return [row for language in languages for row in asyncio.run(_one(server, language))]
        finally:
            server.stop()


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--languages", nargs="*", default=["en", "ar", "zh-hans"])
    parser.add_argument("--json", type=Path, default=RESULTS / "export.json")
    options = parser.parse_args()
    rows = measure(options.languages)
    print(f"{'step':<14}{'guide':<14}{'seconds':>9}{'peak MB':>9}  result")
    for row in rows:
        print(f"{row.step:<14}{row.language:<14}{row.seconds:>9.2f}{row.peak_mb:>9.0f}  {row.size}")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
