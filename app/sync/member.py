"""A member: one connection in a room, with what it was told and what it still waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.kit.frames import Frames
from app.sync import protocol
from app.sync.line import PLAIN, Line, Send

CLOSE_CODES: Final = {
    "invalid": 4400,
    "read_only": 4403,
    "not_owner": 4409,
    "epoch": 4410,
    "too_big": 4413,
    "old_schema": 4426,
    "slow_down": 1013,
    "storage_full": 1013,
    # Not for good: it comes back by itself, reads on, and is asked for its words when they are welcome.
    "frozen": 1013,
}
"""What a standard client is closed with. 4400–4499 are final, all else is worth another try."""

ENDED: Final = 4401
"""The person may not be here any more."""

MOST_WAITING: Final = 1000
"""Updates of one connection that may be on their way. More than one batch, so that while the engine
has one of somebody who sends flat out, the next is read."""
MOST_WAITING_BYTES: Final = 4 << 20


def _nothing() -> None:
    """Nobody holds the connection."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Access:
    """Who is at the other end: the live session, asked again for every message.

    `may_write` gives None, or the code with which to refuse. `end` closes the socket, `on_thaw` is
    called when the chapter is opened for changes; both are set by whoever holds the connection.
    """

    person_id: str
    name: str
    colour: str
    role: str
    guide_id: str
    chapter_id: str
    may_write: Callable[[Access], str | None]
    device_id: str | None = None
    frozen: bool = False
    """Whether the chapter is closed for changes."""
    end: Callable[[], None] = _nothing
    on_thaw: Callable[[], None] = _nothing

    def objection(self) -> str | None:
        """Why the person may not write now, as a code; None when they may."""
        return self.may_write(self)

    def freeze(self, frozen: bool) -> None:
        """The chapter is closed for changes, or open."""
        was, self.frozen = self.frozen, frozen
        if was and not frozen:
            self.on_thaw()


class Member:
    """One connection. `durable` ones asked for ACK, NACK, HELLO and BEAT."""

    __slots__ = (
        "_acked",
        "_done",
        "_full",
        "access",
        "asking",
        "barred",
        "durable",
        "epoch",
        "frames",
        "is_cut",
        "last_beat",
        "last_step_1",
        "line",
        "live",
        "on_room",
        "schema",
        "settled",
        "task",
        "waiting_bytes",
    )

    def __init__(
        self,
        access: Access,
        send: Send,
        on_behind: Callable[[Member, int], None],
        *,
        frames: Frames | None = None,
        durable: bool = False,
        epoch: str | None = None,
        schema: int | None = None,
    ) -> None:
        self.access = access
        self.durable = durable
        self.epoch = epoch
        self.schema = schema
        self.line = Line(send, lambda seq: on_behind(self, seq), frames)
        access.end = lambda: self.line.close(ENDED, "this device is no longer signed in")
        self.live = False
        """Whether it gets updates: from its first answer on."""
        self.barred: str | None = None
        """Why it may not write whatever its role is: another epoch, an old schema."""
        self.frames = 0
        """Update and step 2 frames received; they are numbered from 1."""
        self.settled = 0
        self.waiting_bytes = 0
        self.last_beat: protocol.StateVector | None = None
        self.last_step_1 = 0.0
        self.asking = False
        """Whether a step 1 to it is about to go out."""
        self.task: asyncio.Task[None] | None = None
        """What serves the connection."""
        self.is_cut = False
        self.on_room: Callable[[], None] = lambda: None
        """Called when more may come in again."""
        self._done: set[int] = set()
        self._acked = 0
        self._full: asyncio.Event | None = None
        """Set when more may come in again; there only while too much is on its way."""

    @property
    def person_id(self) -> str:
        """Whose connection it is."""
        return self.access.person_id

    def identity(self) -> Mapping[str, Any]:
        """What the others see: a name and a colour by their caret."""
        access = self.access
        return {
            "id": access.person_id,
            "name": access.name,
            "colour": access.colour,
            # The name under which TipTap and y-prosemirror look for it.
            "color": access.colour,
            "role": access.role,
        }

    def count(self, size: int) -> int:
        """A frame with an update came in; its number."""
        self.frames += 1
        self.waiting_bytes += size
        if self.frames - self.settled > MOST_WAITING or self.waiting_bytes > MOST_WAITING_BYTES:
            self._full = self._full or asyncio.Event()
        return self.frames

    @property
    def is_full(self) -> bool:
        """Whether more is on its way than fits."""
        return self._full is not None

    async def has_room(self) -> None:
        """Wait while more is on its way than fits: reading stops, and so does the sender."""
        if self._full is not None:
            await self._full.wait()

    def settle(self, number: int, size: int) -> None:
        """Frame `number` is stored, was there already, or has been refused."""
        self._done.add(number)
        self.waiting_bytes -= size
        while self.settled + 1 in self._done:
            self.settled += 1
            self._done.discard(self.settled)
        if self._full is not None and self.frames - self.settled < MOST_WAITING // 2:
            self._make_room()
            self.on_room()

    def acknowledge(self, seq: int) -> None:
        """Tell a durable client how far its frames are settled."""
        if (ack := self.take_ack(seq)) is not None:
            self.line.push(ack)

    def take_ack(self, seq: int) -> bytes | None:
        """The acknowledgement that is due to a durable client, for whoever sends it."""
        if not self.durable or self.settled == self._acked:
            return None
        self._acked = self.settled
        return protocol.ack(self.settled, seq)

    def refuse(self, number: int, size: int, code: str, reason: str, seq: int) -> None:
        """Turn a frame down: a NACK for a durable client, the close code for a standard one."""
        if self.durable:
            self.line.push(protocol.nack(number, code, _RETRY_MS.get(code, 0)))
        elif code != "resync":
            if code in ("read_only", "frozen"):
                self.line.push(protocol.permission_denied(reason), PLAIN)
            self.line.close(CLOSE_CODES.get(code, 4400), reason)
        self.settle(number, size)
        self.acknowledge(seq)

    def cut(self) -> None:
        """End a connection that takes nothing any more, without waiting for it."""
        self.is_cut = True
        self.release()
        if self.task is not None:
            self.task.cancel()

    def release(self) -> None:
        """The connection is gone: nothing waits for it any more, and nobody calls it."""
        self.access.end = self.access.on_thaw = _nothing
        self._make_room()
        self.line.drop()

    def _make_room(self) -> None:
        if self._full is not None:
            self._full.set()
            self._full = None


_RETRY_MS: Final = {"storage_full": 2000, "slow_down": 2000, "frozen": 5000}
"""What will be taken later, and when to ask again. A closed chapter's text does not change, so what
waits for it fits as it is once it is opened."""
