"""The cache: unchanged chapters are not converted twice, and nothing stays for ever."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from app.exporting import cache


def age(path: Path, days: float) -> None:
    then = time.time() - days * 86400
    os.utime(path, (then, then))


def test_what_was_not_asked_for_in_a_fortnight_goes(tmp_path: Path) -> None:
    for name in ("old", "asked for", "new"):
        cache.write(tmp_path, name, name.encode())
    (tmp_path / "previews-x").mkdir()
    (tmp_path / "previews-x" / "page.png").touch()
    for name in ("old", "asked for", "previews-x"):
        age(tmp_path / name, 20)
    assert cache.read(tmp_path, "asked for") == b"asked for"
    cache.forget(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["asked for", "new"]
    assert cache.read(tmp_path, "old") is None


def test_a_worker_that_ends_in_the_middle_leaves_nothing_that_is_taken_for_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def half(path: Path, data: bytes) -> int:
        write(path, data[:3])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", half)
        cache.write(tmp_path, "chapter.typ", b"a whole chapter")
    assert cache.read(tmp_path, "chapter.typ") is None
    assert not list(tmp_path.iterdir())


def test_without_a_cache_everything_is_made_anew(tmp_path: Path) -> None:
    cache.write(None, "chapter.typ", b"a chapter")
    assert cache.read(None, "chapter.typ") is None
    cache.forget(tmp_path / "not there")
