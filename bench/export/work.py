"""One export in a process of its own, as a server makes it: seconds, megabytes, files.

`python -m bench.export.work '{…}'` is that process; `export` starts it and watches.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from app.exporting import making
from app.exporting.designs.preview import Previews
from bench.export import material
from bench.figures import Peak, memory

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Done:
    """What it took. `web_mb` is what the process itself grew by, `worker_mb` the peak of all that it
    started, one beside the other."""

    seconds: float
    web_mb: float
    worker_mb: float
    pages: int | None
    bytes: dict[str, int]
    hashes: dict[str, str]


def export(
    folder: Path, formats: Sequence[str], *, times: int = 1, cache: Path | None = None
) -> Done:
    """Make the generated guide in these formats, in a new process."""
    target = folder / f"out-{time.monotonic_ns()}"
    target.mkdir(parents=True)
    wish = {
        "formats": list(formats),
        "target": str(target),
        "pictures": str(folder),
        "times": times,
        "cache": str(cache) if cache else None,
    }
    said = _run(wish)
    files = [path for path in sorted(target.iterdir()) if path.is_file()]
    return Done(
        said["seconds"],
        said["web_mb"],
        said["worker_mb"],
        said["pages"],
        {path.suffix: path.stat().st_size for path in files},
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    )


def pages_after_a_change(folder: Path) -> float:
    """Seconds from a sentence more in one chapter to pictures of the book's pages."""
    wish = {"pictures": str(folder), "preview": True, "target": str(folder)}
    seconds: float = _run(wish)["seconds"]
    return seconds


def _run(wish: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.export.work", json.dumps(wish)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=900,
    )
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


class _Children(Peak):
    """The peak of what this process starts, without itself."""

    def watched(self) -> list[psutil.Process]:
        return psutil.Process().children(recursive=True)


async def _export(wish: dict[str, Any]) -> dict[str, Any]:
    book = material.book(Path(wish["pictures"]), wish["times"])
    own = [psutil.Process()]
    before = memory(own)
    target = Path(wish["target"])
    with _Children(own) as children, _Alone(own) as alone:
        began = time.monotonic()
        cache = Path(wish["cache"]) if wish["cache"] else None
        result = await making.make(book, wish["formats"], target, "guide", _silent, cache)
        seconds = time.monotonic() - began
    return {
        "seconds": round(seconds, 2),
        "web_mb": round(alone.mb - before),
        "worker_mb": round(children.mb),
        "pages": next((made.pages for made in result.files if made.pages), None),
    }


class _Alone(Peak):
    """The peak of this process without what it starts."""

    def watched(self) -> list[psutil.Process]:
        return [psutil.Process()]


async def _preview(wish: dict[str, Any]) -> dict[str, Any]:
    folder = Path(wish["target"])
    book = material.book(Path(wish["pictures"]))
    previews = Previews(folder / "data")
    await previews.of("guide", book, "screen")
    began = time.monotonic()
    await previews.of("guide", material.changed(book), "screen")
    return {"seconds": round(time.monotonic() - began, 2)}


async def _silent(_part: float, _step: str) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    print(json.dumps(asyncio.run(_preview(asked) if asked.get("preview") else _export(asked))))
