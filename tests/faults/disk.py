"""A disk that loses what was not synced, fails, fills up or is slow: SQLite's own file system, wrapped.

The default VFS of the SQLite library in this process is changed in place. Every write is also
noted; what a file had at its last successful sync is kept in a second folder. When the process is
killed, that folder is what a power cut would have left: all that was synced and nothing else.
A file `trouble` in that folder switches on `eio` (a sync fails), `full` (a write finds no space)
or `slow 0.3` (a sync takes so many seconds), for as long as it is there.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import time
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, cast
from pathlib import Path
from typing import Any

OK, FULL, IOERR_FSYNC = 0, 13, 10 | 4 << 8

Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
Sync = CFUNCTYPE(c_int, c_void_p, c_int)
Close = CFUNCTYPE(c_int, c_void_p)
# The name as an address: SQLite keeps it, and reads on behind its end.
Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)


class Methods(Structure):
    """sqlite3_io_methods (https://sqlite.org/c3ref/io_methods.html)."""

    _fields_ = [
        ("version", c_int),
        ("close", Close),
        ("read", c_void_p),
        ("write", Write),
        ("truncate", Truncate),
        ("sync", Sync),
        ("rest", c_void_p * 13),
    ]


class Vfs(Structure):
    """The beginning of sqlite3_vfs (https://sqlite.org/c3ref/vfs.html)."""

    _fields_ = [
        ("version", c_int),
        ("size", c_int),
        ("longest", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", Open),
    ]


def library() -> Any:
    """The SQLite library that Python uses; None where it cannot be reached from outside."""
    import _sqlite3

    for name in (_sqlite3.__file__, None):
        try:
            found = ctypes.CDLL(name)
            found.sqlite3_vfs_find.restype = POINTER(Vfs)
        except (AttributeError, OSError):
            continue
        return found
    return None


class Disk:
    """The wrapped file system of this process."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept
        self._trouble = kept / "trouble"
        self._files: dict[int, tuple[Path, Any, list[tuple[int, bytes | None]]]] = {}
        self._methods: dict[int, Methods] = {}

    def install(self, data_dir: Path) -> None:
        """Begin: what is there now counts as synced."""
        # SQLite calls us for as long as the process lives.
        _INSTALLED.append(self)
        self._kept.mkdir(parents=True, exist_ok=True)
        for file in data_dir.glob("chapterhouse.db*"):
            if not file.name.endswith("-shm"):
                shutil.copyfile(file, self._kept / file.name)
        self._vfs = library().sqlite3_vfs_find(None).contents
        self._real_open = Open(cast(self._vfs.open, c_void_p).value)
        self._vfs.open = self._open = Open(self._on_open)
        self._callbacks = (
            Write(self._on_write),
            Truncate(self._on_truncate),
            Sync(self._on_sync),
            Close(self._on_close),
        )

    def _on_open(self, vfs: Any, address: int | None, file: int, flags: int, out: Any) -> int:
        done: int = self._real_open(vfs, address, file, flags, out)
        name = ctypes.string_at(address) if address else b""
        at = cast(file, POINTER(c_void_p))
        if done == OK and b"chapterhouse.db" in name and at[0]:
            real = cast(at[0], POINTER(Methods)).contents
            self._files[file] = (self._kept / Path(os.fsdecode(name)).name, real, [])
            if at[0] not in self._methods:
                ours = Methods.from_buffer_copy(real)
                ours.write, ours.truncate, ours.sync, ours.close = self._callbacks
                self._methods[at[0]] = ours
            at[0] = ctypes.addressof(self._methods[at[0]])
        return done

    def _on_write(self, file: int, data: int, size: int, offset: int) -> int:
        if self._told() == "full":
            return FULL
        _, real, waiting = self._files[file]
        waiting.append((offset, ctypes.string_at(data, size)))
        done: int = real.write(file, data, size, offset)
        return done

    def _on_truncate(self, file: int, size: int) -> int:
        _, real, waiting = self._files[file]
        waiting.append((size, None))
        done: int = real.truncate(file, size)
        return done

    def _on_sync(self, file: int, flags: int) -> int:
        trouble, _, amount = self._told().partition(" ")
        if trouble == "eio":
            return IOERR_FSYNC
        if trouble == "slow":
            time.sleep(float(amount))
        path, real, waiting = self._files[file]
        done: int = real.sync(file, flags)
        if done == OK:
            ready, waiting[:] = waiting[:], []
            with path.open("r+b" if path.exists() else "w+b", buffering=0) as kept:
                for offset, data in ready:
                    if data is None:
                        kept.truncate(offset)
                    else:
                        kept.seek(offset)
                        kept.write(data)
        return done

    def _on_close(self, file: int) -> int:
        _, real, _ = self._files.pop(file)
        done: int = real.close(file)
        return done

    def _told(self) -> str:
        try:
            return self._trouble.read_text().strip()
        except FileNotFoundError:
            return ""


_INSTALLED: list[Disk] = []
