"""What pandoc leaves out of office files without a word: counted, so that the report can say it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from app.manuscript.pandoc_in import Lost
from app.manuscript.pandoc_inline import string_of

_PATTERNS: dict[str, dict[str, tuple[str, bytes]]] = {
    "docx": {
        "comments": ("word/comments.xml", rb"<w:comment\s"),
        "deletions": ("word/document.xml", rb"<w:del\s"),
    },
    "odt": {
        "comments": ("content.xml", rb"<office:annotation\s"),
        "deletions": ("content.xml", rb"<text:deletion[\s>]"),
        "objects": ("content.xml", rb"<draw:object\s"),
    },
}
_SAID = {
    "comments": ("Comments", "Remarks beside the text do not come along."),
    "deletions": ("Deletions that were marked", "They are taken as done; insertions are kept."),
    "objects": ("Formulas and other objects", "Only words and pictures are read."),
}
# Paragraphs with these styles are properties of the file to pandoc, and no part of its text.
_STYLES = {"subtitle": "The subtitle", "author": "The author", "date": "The date"}


def of_file(path: Path, kind: str) -> list[Lost]:
    """Of a docx or odt file that was checked before."""
    lost: list[Lost] = []
    try:
        with zipfile.ZipFile(path) as archive:
            for name, (part, pattern) in _PATTERNS[kind].items():
                if part not in archive.namelist():
                    continue
                if count := len(re.findall(pattern, archive.read(part))):
                    what, why = _SAID[name]
                    lost.append(Lost(f"{what} ({count})", why))
    except (zipfile.BadZipFile, OSError):
        return lost
    return lost


def of_head(ast: dict[str, Any]) -> list[Lost]:
    """Of the lines above the text that pandoc made properties of it."""
    lost: list[Lost] = []
    for key, what in _STYLES.items():
        if words := " ".join(_words(ast.get("meta", {}).get(key)).split()):
            shown = words if len(words) <= 200 else f"{words[:199]}…"
            why = "A chapter has a title only. Put it into the text if it is needed there."
            lost.append(Lost(f"{what} “{shown}”", why))
    return lost


def _words(value: Any) -> str:
    match value:
        case {"t": "MetaInlines", "c": inlines}:
            return string_of(inlines)
        case {"t": "MetaList", "c": [*several]}:
            return ", ".join(_words(one) for one in several)
        case _:
            return ""
