"""What waits in a room's inbox: updates that are offered, and questions for the engine."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from app.sync.commits import Row
from app.sync.member import Member
from app.sync.structs import Scan

_BATCH: Final = 400
_MANY: Final = 64
"""Updates in one room that are worth not waiting for more."""
_BATCH_BYTES: Final = 1 << 20


class Reader(Protocol):
    """Who reads what came in."""

    def read(self, offer: Offer) -> bool:
        """Set `found`; False when it is refused, and its sender told so."""
        ...


EDITS: Final = frozenset({"append", "fill", "cut"})


class Offer:
    """An update that somebody wants to have stored; `member` is None for the server itself.

    Whoever types is read when the room's turn comes, by `reader`: twenty small updates one after
    the other cost half of twenty alone.
    """

    # Written out: there is one for every keystroke.
    __slots__ = (
        "deaths",
        "found",
        "frame",
        "has_waited",
        "member",
        "number",
        "objection",
        "person_id",
        "reader",
        "size",
        "unseen",
    )

    def __init__(
        self,
        member: Member | None,
        number: int,
        found: Scan,
        person_id: str | None,
        size: int,
        frame: bytes = b"",
        reader: Reader | None = None,
    ) -> None:
        self.member = member
        self.number = number
        self.found = found
        self.person_id = person_id
        self.size = size
        self.frame = frame
        """As it came in, while nobody has looked into it."""
        self.reader = reader
        self.deaths = 0
        """How often the engine ended over it."""
        self.unseen: Sequence[tuple[int, str]] = ()
        """Words that it brought or took away unseen, with the client ids they were written under."""
        self.objection: str | None = None
        """Why its sender may not write, as a code: it passes only when it holds nothing new."""
        self.has_waited = False
        """Whether the log has been looked at for what it lacked."""

    def read(self) -> bool:
        """Read it if it has not been read; False when it is refused, and its sender told so."""
        reader, self.reader = self.reader, None
        return reader is None or reader.read(self)


@dataclass(slots=True)
class Learn:
    """Rows of the log that this process has not written: `first` is the seq of the first one. Without
    rows: look into the log. `done` is set when the room has caught up."""

    first: int
    rows: Sequence[Row]
    done: asyncio.Future[None]
    is_taken: bool = False

    def finish(self) -> None:
        """The room has caught up, or never will."""
        if not self.done.done():
            self.done.set_result(None)


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


Item = Offer | Ask | Learn


class Inbox:
    """What waits in a room, in order."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque()

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._items)

    @property
    def may_wait(self) -> bool:
        """Whether more updates may be waited for: some are there, and not yet many."""
        return bool(self._items) and len(self._items) < _MANY and isinstance(self._items[0], Offer)

    @property
    def has_only_offers(self) -> bool:
        """Whether no question waits, and nothing that is to be learned."""
        return all(isinstance(item, Offer) for item in self._items)

    def put(self, item: Item) -> None:
        """Behind all others."""
        self._items.append(item)

    def put_back(self, items: Sequence[Item]) -> None:
        """Before all others, in their order."""
        self._items.extendleft(reversed(items))

    def read_ahead(self) -> None:
        """Read the updates of the next batch while there is nothing else to do."""
        ahead = [self._items.popleft() for _ in range(min(len(self._items), _BATCH))]
        self.put_back([item for item in ahead if not isinstance(item, Offer) or item.read()])

    def take_all(self) -> list[Item]:
        """Everything that waits."""
        items = list(self._items)
        self._items.clear()
        return items

    def take(self) -> list[Offer] | list[Ask] | Learn:
        """The updates, or the questions, that come next and can be handled together."""
        head = self._items[0]
        if isinstance(head, Learn):
            self._items.popleft()
            return head
        if isinstance(head, Ask):
            return self._asks()
        return self._offers()

    def _offers(self) -> list[Offer]:
        offers: list[Offer] = []
        size = 0
        while self._items and len(offers) < _BATCH and size < _BATCH_BYTES:
            head = self._items[0]
            # A suspect goes to the engine alone.
            if not isinstance(head, Offer) or (offers and head.deaths):
                break
            self._items.popleft()
            offers.append(head)
            size += head.size
            if head.deaths:
                break
        return offers

    def _asks(self) -> list[Ask]:
        asks: list[Ask] = []
        while self._items:
            head = self._items[0]
            # An edit changes the document: it is asked alone.
            if not isinstance(head, Ask) or (asks and (head.is_edit or asks[0].is_edit)):
                break
            self._items.popleft()
            asks.append(head)
        return asks
