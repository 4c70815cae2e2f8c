"""Archives: docx, odt and our own exports are ZIP files, looked at before anything unpacks them."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from defusedxml import DefusedXmlException, ElementTree

from app.kit.errors import BadInput, TooLarge

MAX_ENTRIES = 2000
MAX_UNPACKED = 100_000_000
MAX_RATIO = 100
_SMALL = 1024 * 1024
_MARKERS = {"docx": "word/document.xml", "odt": "content.xml", "zip": None}


def check(path: Path, kind: str, most: int = MAX_UNPACKED) -> None:
    """Refuse an archive that is none, lies about itself, or would unpack to more than `most` bytes.

    Reads the central directory only. BadInput or TooLarge, each with a sentence.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, UnicodeDecodeError):
        raise BadInput(_not_one(kind)) from None
    if len(entries) > MAX_ENTRIES:
        raise TooLarge(f"It has {len(entries)} parts inside; more than {MAX_ENTRIES} are not read.")
    names: set[str] = set()
    total = 0
    for entry in entries:
        _check_name(entry)
        names.add(entry.filename)
        total += entry.file_size
        packed = max(entry.compress_size, 1)
        if entry.file_size > _SMALL and entry.file_size / packed > MAX_RATIO:
            raise TooLarge(
                "It would unpack to a hundred times its size or more, as files made to do harm do."
            )
        if entry.flag_bits & 0x1:
            raise BadInput("It is protected by a password. Please save it without one.")
    if total > most:
        raise TooLarge(
            f"It would unpack to {total // 1_000_000} MB; {most // 1_000_000} MB are the limit."
        )
    marker = _MARKERS[kind]
    if marker is not None and marker not in names:
        raise BadInput(_not_one(kind))


def unpacked(path: Path, folder: Path, most: int) -> list[tuple[str, Path]]:
    """The files in a zip, by their names in it, unpacked into `folder` under numbers.

    Raises:
        BadInput, TooLarge: see `check`; also where a file is longer than the zip says.
    """
    check(path, "zip", most)
    found: list[tuple[str, Path]] = []
    left = most
    try:
        with zipfile.ZipFile(path) as archive:
            for number, entry in enumerate(archive.infolist()):
                name = entry.filename
                if entry.is_dir() or any(
                    part.startswith((".", "__MACOSX")) for part in name.split("/")
                ):
                    continue
                target = folder / f"{number:04}"
                with archive.open(entry) as packed, target.open("wb") as out:
                    while chunk := packed.read(1 << 20):
                        left -= len(chunk)
                        if left < 0:
                            raise TooLarge("It unpacks to more than it says.")
                        out.write(chunk)
                found.append((name, target))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise BadInput(_not_one("zip")) from None
    return found


def odt_title(path: Path) -> str | None:
    """The title in the properties of an OpenDocument file that was checked before."""
    try:
        with zipfile.ZipFile(path) as archive:
            root = ElementTree.fromstring(archive.read("meta.xml"))
    except (KeyError, ElementTree.ParseError, DefusedXmlException, zipfile.BadZipFile, OSError):
        return None
    found = root.find(".//{http://purl.org/dc/elements/1.1/}title")
    return " ".join((found.text or "").split()) or None if found is not None else None


def _not_one(kind: str) -> str:
    return f"This is not {'an' if kind == 'odt' else 'a'} {kind} file, or it is damaged."


def _check_name(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    link = stat.S_ISLNK(entry.external_attr >> 16)
    if path.is_absolute() or ".." in path.parts or ":" in entry.filename or link:
        raise BadInput("It points outside itself, as files made to do harm do.")
