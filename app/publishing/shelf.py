"""The shelf: an edition's files on disk, and the closed list of what may be taken from there.

`published/<edition>/files` has the files that are downloaded, `published/<edition>/web` the web
book as a folder. A file is served only when its name stands in the list that was written when the
edition was made; no path that somebody sends is ever joined to a folder before that.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

_LIST: Final = "list.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on the shelf: where it is, its SHA-256 and its size in bytes."""

    path: Path
    sha256: str
    bytes: int


def folder(data_dir: Path, edition_id: str) -> Path:
    """Where an edition's files are."""
    return data_dir / "published" / edition_id


def put(shelf: Path, web: Path) -> list[str]:
    """Unpack the web book and write the lists; returns the names of the web book's files."""
    pages = shelf / "web"
    listed: dict[str, tuple[str, int]] = {}
    with zipfile.ZipFile(web) as archive:
        for name in archive.namelist():
            target = pages / name
            # Our own zip; but a name that leads out must fail here and not later.
            if not target.resolve().is_relative_to(pages.resolve()):
                raise ValueError(f"{name} leads out of the web book")
            data = archive.read(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            listed[name] = (hashlib.sha256(data).hexdigest(), len(data))
    (shelf / _LIST).write_text(json.dumps(listed), "utf-8")
    return list(listed)


def page(shelf: Path, name: str) -> Kept | None:
    """A file of the web book; None when it has none of that name."""
    try:
        known = _listed(shelf).get(name)
    except FileNotFoundError:
        return None
    return Kept(shelf / "web" / name, known[0], known[1]) if known else None


@lru_cache(maxsize=32)
def _listed(shelf: Path) -> dict[str, tuple[str, int]]:
    # An edition's files never change once they are listed.
    found: dict[str, tuple[str, int]] = json.loads((shelf / _LIST).read_text("utf-8"))
    return found


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
