"""Back matter: what stands behind the chapters. Lists come in their order; every text is plain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that a directory lists."""

    name: str
    text: str = ""
    facts: Sequence[tuple[str, str]] = ()
    """What is said about it in a line each: ("Telephone", "212 555 0100")."""
    group: str = ""
    """A heading of the directory that it stands under; entries of one follow each other."""


@dataclass(frozen=True, slots=True)
class Directory:
    """A list of entries, in two columns."""

    title: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens; a `date` is a whole day."""

    title: str
    starts: datetime | date
    ends: datetime | date | None = None
    place: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """A word and what it means."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class IndexTerm:
    """A word of the index, and the ids of the book where it is spoken of."""

    term: str
    places: Sequence[str] = ()
    see: str = ""
    """Another term, for one that has no places of its own."""
    under: Sequence[IndexTerm] = ()


@dataclass(frozen=True, slots=True)
class Permission:
    """Somebody else's work, and the line that its owner asks for, word for word."""

    work: str
    line: str


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody who wrote, and in which chapters, by their numbers."""

    name: str
    chapters: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class SprintFacts:
    """The days a book was written in."""

    title: str
    starts_on: date
    days: int
    people: int
    words: int


@dataclass(frozen=True, slots=True)
class BackMatter:
    """All that stands behind the chapters; what is empty is not there."""

    directories: Sequence[Directory] = ()
    events: Sequence[Event] = ()
    glossary: Sequence[GlossaryTerm] = ()
    permissions: Sequence[Permission] = ()
    credits: Sequence[Credit] = ()
    sprint: SprintFacts | None = None
    index: Sequence[IndexTerm] = ()
