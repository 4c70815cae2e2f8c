"""What waits in a room's inbox: updates that are offered, and questions for the engine."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

from app.sync.member import Member
from app.sync.scan import Scan

EDITS: Final = frozenset({"append", "fill", "cut"})


@dataclass(slots=True)
class Offer:
    """An update that somebody wants to have stored; `member` is None for the server itself."""

    member: Member | None
    number: int
    found: Scan
    person_id: str | None
    size: int
    deaths: int = 0
    """How often the engine ended over it."""


@dataclass(slots=True)
class Ask:
    """A question for the engine. A member's answer goes down its line, any other to `future`."""

    verb: str
    rest: tuple[Any, ...]
    future: asyncio.Future[Any]
    member: Member | None = None
    deaths: int = field(default=0)
    author: str | None = None

    @property
    def is_edit(self) -> bool:
        """Whether it changes the document."""
        return self.verb in EDITS

    def fail(self, error: BaseException) -> None:
        """There will be no answer."""
        if self.member is not None:
            self.member.line.close(1013, "the chapter cannot be read right now")
        elif not self.future.done():
            self.future.set_exception(error)
