"""The paper trace: 259,778 recorded edits of one writer, typed into the paragraph of a chapter."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.sync.stored import SEED
from bench.sync.bench import ROOT, Bench
from tests.conftest import SHARED

FILE: Final = SHARED / "data" / "traces" / "automerge-paper.json.gz"
PIPED: Final = 20_000
"""So many edits are piped; the sentinel comes after them."""
NODE_MODULES: Final = ROOT / "frontend"

_SCRIPT: Final = Path(__file__).with_name("trace.mjs")


@dataclass(frozen=True, slots=True)
class Trace:
    """The updates of all edits, the same in a few pieces, and what Yjs makes of them."""

    updates: list[bytes]
    chunks: list[bytes]
    sentinel: bytes
    edits: int
    yjs_bytes: int
    """The size of the document as Yjs itself encodes it with `gc: false`."""


def missing() -> str | None:
    """Why the trace cannot be had; None when it is there."""
    if FILE.is_file():
        return None
    return "the recorded trace is not there (CHAPTERHOUSE_SHARED_DATA)"


def trace(bench: Bench) -> Trace:
    """The trace, made once in a run."""
    if "trace" not in bench.kept:
        bench.kept["trace"] = _make(bench)
    found: Trace = bench.kept["trace"]
    return found


def _make(bench: Bench) -> Trace:
    folder = bench.new_folder()
    seed = base64.b64encode(SEED).decode()
    packages = bench.installed or NODE_MODULES
    command = ["node", str(_SCRIPT), str(packages), str(FILE), seed, str(folder), str(PIPED)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    told = json.loads(done.stdout)
    return Trace(
        list(_unpacked(folder / "updates")),
        list(_unpacked(folder / "chunks")),
        next(_unpacked(folder / "sentinel")),
        told["edits"],
        told["yjs_bytes"],
    )


def _unpacked(file: Path) -> Iterator[bytes]:
    data = file.read_bytes()
    at = 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "little")
        yield data[at + 4 : end]
        at = end
