"""Findings: what should be put right in a guide before it is a book, each with a place and a way out.

Every noun declares its rules here and makes findings of them; preflight collects what they find.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Degree = Literal["must", "should"]
"""What must be fixed stops publication; what should be fixed does not."""

EXCERPT = 80
"""How many characters of the words at its place a finding shows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of fault. `how` says what to do about it; what is not `waivable` nobody waves through."""

    code: str
    degree: Degree
    title: str
    how: str
    waivable: bool = True


RULES: dict[str, Rule] = {}
"""Every rule by its code, in the order in which they were declared."""


def declare(code: str, degree: Degree, title: str, how: str, *, waivable: bool = True) -> Rule:
    """A rule of a noun. ValueError when another has its code."""
    if code in RULES:
        raise ValueError(f"two rules are called {code}")
    RULES[code] = Rule(code, degree, title, how, waivable)
    return RULES[code]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right: what, how urgent, where, and a sentence about it."""

    code: str
    degree: Degree
    place: str
    """The chapter's title, or the guide's, or a file."""
    message: str
    chapter_id: str | None = None
    block: int | None = None
    """Which top-level block of the chapter it is in, from 0."""
    excerpt: str = ""
    """The first words of that block."""
    about: str = ""
    """What makes it the same fault tomorrow: an address, a word, a picture; never a position."""
    owner_id: str | None = None
    """Whose it is to fix, where that is not the person in charge of the chapter."""

    @property
    def key(self) -> str:
        """The same for the same fault, whatever is written around it; 32 hexadecimal digits."""
        said = "\0".join((self.code, self.chapter_id or "", self.about or self.message))
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]

    def as_json(self) -> dict[str, str | None]:
        """As the API and the command line say it."""
        return {
            "code": self.code,
            "severity": self.degree,
            "place": self.place,
            "message": self.message,
            "chapter_id": self.chapter_id,
        }
