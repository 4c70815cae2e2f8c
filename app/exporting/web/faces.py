"""Faces: the fonts a web book brings along, only those whose letters occur in it.

`scripts/fonts.py` copies them (SIL Open Font License) with their style sheets, which say for each
file which letters it has. Scripts that are not here are set in the reader's own fonts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from app.exporting.fonts import ROOT

WEB_PACKAGES: Final = {
    "source-serif-4": ("wght.css", "wght-italic.css"),
    "noto-naskh-arabic": ("wght.css",),
    "noto-serif-devanagari": ("wght.css",),
}
"""The style sheets of each `@fontsource-variable` package that are used."""
# The faces of other scripts have Latin letters too, which would be downloaded for nothing.
_OWN: Final = {"noto-naskh-arabic": "arabic", "noto-serif-devanagari": "devanagari"}
_FACE: Final = re.compile(r"@font-face \{(.*?)\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Face:
    """A font file: what it is called in a book, its letters, and its rule without the address."""

    name: str
    path: Path
    italic: bool
    ranges: tuple[tuple[int, int], ...]
    rule: str

    def has(self, letters: Iterable[int]) -> bool:
        """Whether any of the letters, as code points, is in it."""
        return any(first <= letter <= last for letter in letters for first, last in self.ranges)


def needed(text: str, *, italic: bool) -> list[Face]:
    """The faces for a text; spaces and control characters need none."""
    letters = {ord(letter) for letter in set(text) if letter > " "}
    return [face for face in faces() if (italic or not face.italic) and face.has(letters)]


def licences(chosen: Iterable[Face]) -> dict[str, bytes]:
    """The licences that go with faces, by file name: the Open Font License asks for it."""
    found: dict[str, bytes] = {}
    for face in chosen:
        package = face.path.parents[1]
        if (package / "LICENSE").is_file():
            found[f"{package.name}-licence.txt"] = (package / "LICENSE").read_bytes()
    return found


def rules(chosen: Iterable[Face]) -> str:
    """The style sheet for faces that lie beside it."""
    return "".join(
        f"@font-face {{{face.rule}src:url({face.name}) format('woff2');}}\n" for face in chosen
    )


@cache
def faces() -> tuple[Face, ...]:
    """All installed faces; empty when none are."""
    found: list[Face] = []
    for package, sheets in WEB_PACKAGES.items():
        folder = _folder(package)
        for sheet in sheets:
            if folder is None or not (folder / sheet).is_file():
                continue
            for rule in _FACE.findall((folder / sheet).read_text("utf-8")):
                face = _face(folder, str(rule))
                if face and _OWN.get(package, "") in face.path.name.removeprefix(package):
                    found.append(face)
    return tuple(found)


def _folder(package: str) -> Path | None:
    places = (ROOT / "build" / "webfonts", ROOT / "frontend/node_modules/@fontsource-variable")
    return next((place / package for place in places if (place / package).is_dir()), None)


def _face(folder: Path, rule: str) -> Face | None:
    file = re.search(r"url\(\./files/([a-z0-9-]+\.woff2)\)", rule)
    ranges = re.search(r"unicode-range: ([^;]+);", rule)
    if file is None or ranges is None or not (folder / "files" / file[1]).is_file():
        return None
    path = folder / "files" / file[1]
    kept = re.sub(r"\s*src: [^;]+;", "", rule)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
    return Face(
        name=f"{path.stem}-{digest}.woff2",
        path=path,
        italic="font-style: italic" in rule,
        ranges=tuple(_range(one) for one in ranges[1].split(",")),
        rule=re.sub(r"\s+", " ", kept),
    )


def _range(said: str) -> tuple[int, int]:
    first, _, last = said.strip().removeprefix("U+").partition("-")
    return int(first, 16), int(last or first, 16)
