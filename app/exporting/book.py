"""The book: all that an export needs to know of a guide, taken at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.exporting.back_matter import BackMatter
from app.exporting.design import Design
from app.manuscript.tree import Node


@dataclass(frozen=True, slots=True)
class Picture:
    """An asset as it lies on disk; JPEG or PNG, sizes in pixels."""

    path: Path
    media_type: str
    width: int
    height: int
    sha256: str

    @property
    def name(self) -> str:
        """Its file name inside a book: by content, so that nothing of an upload's name gets in."""
        return f"{self.sha256[:24]}.{'png' if self.media_type == 'image/png' else 'jpg'}"


@dataclass(frozen=True, slots=True)
class ChapterText:
    """A chapter with its words."""

    id: str
    title: str
    tree: Node
    part: str | None = None
    """The title of the part it belongs to."""
    topics: Sequence[str] = ()
    """What it is about, in terms of the guide: readers of the web book find it by them."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who took part; `role` is a role of the guide."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Details:
    """What booksellers, libraries and printers ask; everything may be missing."""

    summary: str = ""
    """Paragraphs are set apart by an empty line."""
    publisher: str = ""
    place: str = ""
    edition: str = ""
    """The edition statement: “Second, corrected edition”."""
    print_isbn: str = ""
    """With hyphens."""
    ebook_isbn: str = ""
    keywords: Sequence[str] = ()
    bisac: Sequence[str] = ()
    thema: Sequence[str] = ()
    audience: str = "general"
    price: str = ""
    """As “12.50”, in `currency` (ISO 4217)."""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """A guide, ready to be set."""

    title: str
    language: str
    licence: str
    chapters: Sequence[ChapterText]
    identifier: str
    made: date
    subtitle: str = ""
    region: str = ""
    accent: str = "#1f5a4c"
    design: Design = field(default_factory=Design)
    contributors: Sequence[Contributor] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict[str, Picture])
    details: Details = Details()
    back: BackMatter = field(default_factory=BackMatter)
    accessibility_confirmed: bool = False
    """Whether a person has checked the EPUB against WCAG 2.2 AA and the facilitator says so."""
    address: str | None = None
    """Where the guide lives on the web, if it does."""
    addresses: Mapping[str, str] = field(default_factory=dict[str, str])
    """The names of pages that were published, by the chapter's id: they stay."""
    proof: bool = False
    """Whether every page says that the book is not published."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file; `pages` only where the format has pages."""

    format: str
    path: Path
    bytes: int
    pages: int | None = None
