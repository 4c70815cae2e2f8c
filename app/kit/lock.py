"""The lock of a data folder: one server per SQLite file.

Two processes that write one SQLite file can corrupt it (see `app.kit.db`), so the second one
ends with a sentence instead of starting. Servers that share a PostgreSQL database share the folder
with its pictures and books, too; what restores a backup into it still has to be alone.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from app.kit.errors import Conflict, Unavailable


class DataFolderLock:
    """Holds `server.lock` in the data folder for as long as the process lives."""

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        self._path = folder / "server.lock"
        self._shared = shared
        self._file: int | None = None

    def take(self) -> None:
        """Take the lock.

        Raises:
            Conflict: another process holds it. Unavailable: the folder cannot be written.
        """
        try:
            # Whoever else has an account on this machine has no business in there.
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(
                f"The data folder {self._path.parent} cannot be used: {error.strerror}. "
                "Choose another one with CHAPTERHOUSE_DATA_DIR.",
                code="data_folder",
            ) from error
        try:
            kind = fcntl.LOCK_SH if self._shared else fcntl.LOCK_EX
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 32).decode(errors="replace").strip()
            os.close(file)
            raise Conflict(
                f"Another Chapterhouse (process {holder or 'unknown'}) already uses the data folder "
                f"{self._path.parent}. Stop it first, or give this one its own CHAPTERHOUSE_DATA_DIR.",
                code="data_folder_in_use",
            ) from None
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        self._file = file

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
