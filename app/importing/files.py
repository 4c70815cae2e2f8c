"""Files: what was handed in, by its path within the import; nothing else on the disk is looked at."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

FORMATS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".txt": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".odt": "odt",
}
ARCHIVES = frozenset({".zip"})
DETAILS = "guide.yaml"
"""What an export of ours says about the guide itself."""
PICTURES = frozenset(
    {".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".svg"}
)
_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Given:
    """A file that was handed in: its path within the import (with "/"), and where it lies."""

    name: str
    path: Path

    @property
    def format(self) -> str | None:
        """How it is read, None when it is no text we know."""
        return FORMATS.get(posixpath.splitext(self.name.lower())[1])

    @property
    def is_archive(self) -> bool:
        """Whether it holds other files."""
        return posixpath.splitext(self.name.lower())[1] in ARCHIVES

    @property
    def slug(self) -> str:
        """What a link on a website would call it: the file's stem, or its folder's for an index."""
        folder, last = posixpath.split(self.name)
        stem = posixpath.splitext(last)[0]
        if stem.lower() in ("index", "readme") and folder:
            return posixpath.basename(folder).lower()
        return stem.lower()


@dataclass(frozen=True, slots=True)
class Bundle:
    """All files of one import. `roots` are folders of an operator's import in whose parents
    site-absolute paths may be looked up."""

    files: tuple[Given, ...]
    roots: tuple[Path, ...] = ()
    by_name: Mapping[str, Given] = field(default_factory=dict[str, Given])

    @property
    def texts(self) -> list[Given]:
        """The files that become chapters, in the order people expect of names with numbers."""
        found = [file for file in self.files if file.format]
        return sorted(found, key=lambda file: natural(file.name))

    @property
    def archives(self) -> list[Given]:
        """The files that hold other files."""
        return [file for file in self.files if file.is_archive]

    def opened(self, inside: Mapping[str, Sequence[Given]]) -> Bundle:
        """With what is in the archives, by the archive's name, in their place."""
        files = [
            one
            for file in self.files
            for one in (inside.get(file.name, ()) if file.is_archive else [file])
        ]
        return bundle(files, self.roots)

    @property
    def unknown(self) -> list[Given]:
        """Files that are neither texts nor pictures."""
        return [
            file
            for file in self.files
            if not file.format
            and not file.is_archive
            and posixpath.splitext(file.name.lower())[1] not in PICTURES
        ]

    def picture(self, source: str, near: str) -> Path | None:
        """The file that a picture's address means, seen from the text `near`; None when absent."""
        source = unquote(source.split("#")[0].split("?")[0]).replace("\\", "/")
        if not source:
            return None
        absolute = source.startswith("/")
        inside = posixpath.normpath(
            source.lstrip("/") if absolute else posixpath.join(posixpath.dirname(near), source)
        )
        found = self.by_name.get(inside) or self._by_tail(source)
        if found is not None:
            return found.path
        return self._on_disk(source)

    def _by_tail(self, source: str) -> Given | None:
        """Uploaded loose files have no folders: the longest equal ends of the paths decide."""
        parts = [part for part in source.split("/") if part not in ("", ".", "..")]
        for start in range(len(parts)):
            tail = "/".join(parts[start:])
            for name, file in self.by_name.items():
                if name == tail or name.endswith("/" + tail):
                    return file
        return None

    def _on_disk(self, source: str) -> Path | None:
        if posixpath.splitext(source.lower())[1] not in PICTURES:
            return None
        relative = posixpath.normpath(source.lstrip("/"))
        if relative.startswith(".."):
            return None
        for root in self.roots:
            # /assets/x.png of a website: the folder imported, or a folder a few levels above it.
            for folder in [root, *root.parents[:3]]:
                path = folder / relative
                if path.is_file() and not path.is_symlink():
                    return path
        return None


def bundle(files: Iterable[Given], roots: Iterable[Path] = ()) -> Bundle:
    """A bundle of the given files."""
    listed = tuple(files)
    return Bundle(listed, tuple(roots), {posixpath.normpath(file.name): file for file in listed})


def gather(paths: Iterable[Path]) -> Bundle:
    """The files under some paths of an operator: files as they are, folders with all that is in
    them. Hidden files and links are left alone."""
    found: list[Given] = []
    roots: list[Path] = []
    for path in paths:
        whole = path.resolve()
        if whole.is_dir():
            roots.append(whole)
            for file in sorted(whole.rglob("*")):
                hidden = any(part.startswith(".") for part in file.relative_to(whole).parts)
                if file.is_file() and not file.is_symlink() and not hidden:
                    found.append(Given(file.relative_to(whole).as_posix(), file))
        else:
            roots.append(whole.parent)
            found.append(Given(path.name, whole))
    return bundle(found, dict.fromkeys(roots))


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts "2" before "10"."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part.lower())
        for part in _NUMBERS.split(name)
        if part
    ]
