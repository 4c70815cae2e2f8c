"""Archives: docx and odt are ZIP files, looked at before anything unpacks them."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath

from defusedxml import DefusedXmlException, ElementTree

from app.kit.errors import BadInput, TooLarge

MAX_ENTRIES = 2000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
_SMALL = 1024 * 1024
_MARKERS = {"docx": "word/document.xml", "odt": "content.xml"}


def check(path: Path, kind: str) -> None:
    """Refuse an archive that is none, lies about itself, or would unpack to too much.

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
    if total > MAX_UNPACKED:
        raise TooLarge(f"It would unpack to {total // 1_000_000} MB; 100 MB are the limit.")
    if _MARKERS[kind] not in names:
        raise BadInput(_not_one(kind))


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
