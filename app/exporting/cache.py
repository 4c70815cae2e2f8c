"""The cache: what was made of unchanged chapters and pictures, by the hash of all that it is made of.

It can be lost at any time and is in no backup. What nobody asked for in a fortnight goes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import Final

from app.kit.ids import new_id

KEPT_DAYS: Final = 14
_DAY: Final = 86400.0


def folder(data_dir: Path) -> Path:
    """Where it is in a data folder."""
    return data_dir / "cache"


def read(cache: Path | None, name: str) -> bytes | None:
    """What is kept under a name; None when there is nothing, or no cache."""
    if cache is None:
        return None
    path = cache / name
    with contextlib.suppress(OSError):
        found = path.read_bytes()
        # For `forget`: it is still asked for.
        os.utime(path)
        return found
    return None


def write(cache: Path | None, name: str, data: bytes) -> None:
    """Keep something, whole or not at all: a worker may be ended in the middle."""
    if cache is None:
        return
    cache.mkdir(parents=True, exist_ok=True)
    half = cache / f".{new_id()}"
    try:
        half.write_bytes(data)
        half.replace(cache / name)
    except OSError:
        # A full disk is told of by whoever needs what is written there.
        half.unlink(missing_ok=True)


def forget(cache: Path, days: float = KEPT_DAYS) -> None:
    """Take away what has not been asked for in so many days, and the previews of no guide at all."""
    if not cache.is_dir():
        return
    before = time.time() - days * _DAY
    for path in cache.iterdir():
        with contextlib.suppress(OSError):
            if path.stat().st_mtime >= before:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
