"""What the checks of a chapter must know of the world around its words, and one block of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.manuscript import plain
from app.manuscript.findings import EXCERPT, Finding, Rule
from app.manuscript.tree import Node


def _nothing(_text: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Around:
    """The chapter's title and id, and what its words lead to."""

    title: str
    chapter_id: str
    pictures: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    """The guide's pictures: id → width and height in pixels."""
    width_mm: float = 116.0
    """How wide the text is on the narrowest page the book is printed on."""
    height_mm: float = 112.0
    """How high a picture gets at most."""
    lacks: Callable[[str], str] = _nothing
    """Those characters of a text that none of the book's faces has."""


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block: as it is stored, as the book will have it, and where it stands."""

    index: int
    raw: Node
    tidy: Node
    """A "doc" with what tidying made of it."""
    around: Around

    @property
    def excerpt(self) -> str:
        """Its first words."""
        return " ".join(plain.text(self.tidy).split())[:EXCERPT]

    def finding(self, rule: Rule, message: str, about: str) -> Finding:
        """A finding at this block; `about` makes it the same one tomorrow."""
        return Finding(
            rule.code,
            rule.degree,
            self.around.title,
            message,
            self.around.chapter_id,
            self.index,
            self.excerpt,
            about,
        )


def short(text: str, length: int = 60) -> str:
    """A text for a sentence: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
