"""What a Yjs update is made of, as the scan reads it, and how much of it one update may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from app.sync import grammar

Id = tuple[int, int]
"""A client id and a clock: the name of one character, element or value."""

Struct = tuple[int, int, int, Id | None, Id | None, Id | str | None, str | None, Any]
"""(clock, length, kind, origin, right origin, parent, sub, value).

`parent` is an element's id or a root's name and only set when there is no origin; `sub` is the
attribute it sets. `value` is an element's name (None: a text), a format's (mark, value), a list of
values, or the characters."""

GC: Final = 0
DELETED: Final = 1
STRING: Final = 4
FORMAT: Final = 6
TYPE: Final = 7
ANY: Final = 8

XML_ELEMENT: Final = 3
XML_TEXT: Final = 6


class Refused(Exception):
    """An update that must not go in; `code` is what a NACK says."""

    def __init__(self, reason: str, code: str = "invalid") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one update may hold, and under which names."""

    bytes: int = 2 << 20
    clients: int = 64
    structs: int = 100_000
    ranges: int = 200_000
    roots: frozenset[str] = frozenset({grammar.ROOT})
    elements: frozenset[str] = grammar.ELEMENTS


CLIENT: Final = Limits()
STORED: Final = Limits(bytes=1 << 30, clients=1 << 20, structs=1 << 30, ranges=1 << 30)
"""For what comes from our own log."""


class Section:
    """The structs of one client id: clocks `start` to `end`, bytes `begin` to `stop`."""

    __slots__ = ("begin", "client", "end", "start", "stop", "structs")

    def __init__(self, client: int, start: int, begin: int) -> None:
        self.client = client
        self.start = self.end = start
        self.begin = self.stop = begin
        self.structs: list[Struct] = []


class Scan:
    """What an update holds. `deletes` are ranges of ids as (client, clock, length)."""

    __slots__ = ("data", "deletes", "sections")

    def __init__(
        self, data: bytes, sections: list[Section], deletes: list[tuple[int, int, int]]
    ) -> None:
        self.data = data
        self.sections = sections
        self.deletes = deletes


UNREAD: Final = Scan(b"", [], [])
"""Of an update that nobody has looked into yet."""
