"""Packing: zip files that are the same bytes for the same content, all day."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path


def pack(
    target: Path, made: date, files: Mapping[str, bytes | Path], *, first: tuple[str, ...] = ()
) -> None:
    """Write a zip of `files` by name: those named in `first` first and unpacked where they are the
    `mimetype` that a format asks for (OCF §4.3, ODF part 2 §3.3), the others in their order."""
    names = [*first, *(name for name in files if name not in first)]
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            given = files[name]
            data = given.read_bytes() if isinstance(given, Path) else given
            entry = zipfile.ZipInfo(name, (max(made.year, 1980), made.month, made.day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            # Pictures are packed already.
            stored = name == "mimetype" or name.endswith((".png", ".jpg"))
            archive.writestr(entry, data, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
