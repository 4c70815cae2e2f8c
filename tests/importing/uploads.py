"""Files going up, as a browser sends them, and waiting for what comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anyio

from tests.people_at_work import Browser

Files = dict[str, bytes]


def folder(path: Path, *patterns: str) -> Files:
    """The files of a folder by their names within it."""
    found: Files = {}
    for pattern in patterns or ("**/*",):
        for file in sorted(path.glob(pattern)):
            if file.is_file():
                found[file.relative_to(path).as_posix()] = file.read_bytes()
    return found


async def bring(who: Browser, files: Files | Iterable[tuple[str, bytes]]) -> dict[str, Any]:
    """Import files and return the finished report."""
    listed = files.items() if isinstance(files, dict) else files
    parts = [("files", (name, data)) for name, data in listed]
    started = await who.yes("POST", "imports", files=parts)
    return await finished(who, f"imports/{started['id']}")


async def finished(who: Browser, path: str, seconds: float = 120) -> dict[str, Any]:
    """The job at `path` once it has ended."""
    with anyio.fail_after(seconds):
        while True:
            job: dict[str, Any] = await who.yes("GET", path)
            if job["status"] not in ("waiting", "running"):
                return job
            await anyio.sleep(0.1)
