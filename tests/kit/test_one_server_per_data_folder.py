"""Two processes that write one SQLite file can corrupt it: the second one does not start."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app.kit.errors import AppError, Conflict
from app.kit.lock import DataFolderLock


def test_the_second_one_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    first, second = DataFolderLock(tmp_path), DataFolderLock(tmp_path)
    first.take()
    with pytest.raises(Conflict, match="already uses the data folder"):
        second.take()
    first.release()
    second.take()
    second.release()


def test_a_new_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    lock = DataFolderLock(tmp_path / "new" / "data")
    lock.take()
    lock.release()
    assert stat.S_IMODE((tmp_path / "new" / "data").stat().st_mode) == 0o700


def test_a_data_folder_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("not a folder")
    with pytest.raises(AppError, match=str(file)):
        DataFolderLock(file).take()
