"""Faces: which fonts an office document asks for. They are on the reader's machine, not in the file."""

from __future__ import annotations

from dataclasses import dataclass

from app.exporting import languages


@dataclass(frozen=True, slots=True)
class Faces:
    """Font names: for Latin, Greek and Cyrillic; for scripts like Arabic and Devanagari; for East
    Asian ones; for code. A word processor that has none of them takes its own."""

    serif: str = "Georgia"
    sans: str = "Arial"
    complex: str = "Times New Roman"
    asian: str = "SimSun"
    code: str = "Courier New"


_COMPLEX = {"hi": "Nirmala UI", "mr": "Nirmala UI", "ne": "Nirmala UI", "bn": "Nirmala UI",
            "am": "Nyala", "ti": "Nyala"}  # fmt: skip
_ASIAN = {"ja": "MS Mincho", "ko": "Batang"}


def of_language(language: str) -> Faces:
    """The fonts for a book in this language."""
    base = languages.base(language)
    asian = _ASIAN.get(base, "PMingLiU" if languages.script(language) == "hant" else "SimSun")
    return Faces(complex=_COMPLEX.get(base, "Times New Roman"), asian=asian)
