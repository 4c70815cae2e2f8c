"""Intake: what comes in from one connection, worked through in its order.

A keystroke is put into the room's inbox as it came and is read there, with all others of its beat.
Other frames are read at once, a big update in a thread. Until that is done, and while a connection
has more on its way than fits, nothing more of it is taken.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from app.kit.frames import Frames
from app.sync import protocol
from app.sync.items import Offer
from app.sync.member import Member
from app.sync.protocol import Malformed, Message
from app.sync.room import Room
from app.sync.scan import scan
from app.sync.structs import UNREAD, Limits, Refused, Scan

log = logging.getLogger(__name__)

SMALL: Final = 256
"""Bytes up to which a frame with an update is read in its turn."""
BIG: Final = 64 << 10
"""Bytes from which on an update is scanned off the loop."""


_UPDATES: Final = frozenset(
    bytes((protocol.SYNC, kind)) for kind in (protocol.STEP_2, protocol.UPDATE)
)


class Intake:
    """The frames of one member. `frames` is the socket's short way, where there is one."""

    def __init__(self, room: Room, member: Member, limits: Limits, frames: Frames | None) -> None:
        self._room = room
        self._member = member
        self._limits = limits
        self._frames = frames
        self._scanning: asyncio.Task[None] | None = None
        member.on_room = self._go_on

    def take(self, frame: bytes) -> None:
        """Work through a frame. By `receive`, `ready` is to be awaited before the next one."""
        member, show = self._member, self._room.show
        if member.line.closed:
            return
        if len(frame) <= SMALL and frame[:2] in _UPDATES:
            self._later(frame)
            return
        try:
            message = protocol.read(frame)
            kind = message.kind
            if kind == protocol.SYNC and message.sub != protocol.STEP_1:
                self._update(message)
            elif kind == protocol.AWARENESS:
                show.presence.receive(member, message.body)
            elif kind == protocol.SYNC:
                show.question(member, protocol.read_vector(message.body))
            elif kind == protocol.BEAT:
                show.beat(member, protocol.read_vector(message.body))
            else:
                member.line.push(show.presence.frame())
        except Malformed as error:
            self._malformed(error)

    async def ready(self) -> None:
        """Wait until the next frame may be taken."""
        await self.scanned()
        await self._member.has_room()

    async def scanned(self) -> None:
        """Wait until no frame is half done."""
        if self._scanning is not None:
            await asyncio.wait([self._scanning])

    def read(self, offer: Offer) -> bool:
        """Read a small update; False when it is refused, and its sender told so."""
        try:
            offer.found = scan(protocol.read_update(offer.frame), self._limits)
        except Malformed as error:
            self._malformed(error)
        except Refused as error:
            self._refused(offer, error)
        else:
            return True
        return False

    def _later(self, frame: bytes) -> None:
        member, room, frames = self._member, self._room, self._frames
        size = len(frame)
        number = member.count(size)
        room.offer(Offer(member, number, UNREAD, member.person_id, size, frame, self))
        if frames is not None:
            room.pace.collect(frames)
            if member.is_full:
                frames.hold()

    def _update(self, message: Message) -> None:
        data = message.body
        number = self._member.count(len(data))
        if len(data) > BIG:
            self._scanning = asyncio.get_running_loop().create_task(self._off_loop(number, data))
        else:
            try:
                self._offer(number, scan(data, self._limits))
            except Refused as error:
                self._refuse(number, data, error)
        if self._frames is not None and (self._scanning is not None or self._member.is_full):
            self._frames.hold()

    async def _off_loop(self, number: int, data: bytes) -> None:
        try:
            self._offer(number, await asyncio.to_thread(scan, data, self._limits))
        except Refused as error:
            self._refuse(number, data, error)
        except Exception:
            log.exception("An update could not be read.")
            self._member.line.close(1011)
        finally:
            self._scanning = None
            self._go_on()

    def _offer(self, number: int, found: Scan) -> None:
        member = self._member
        self._room.offer(Offer(member, number, found, member.person_id, len(found.data)))

    def _refuse(self, number: int, data: bytes, error: Refused) -> None:
        member = self._member
        self._refused(Offer(member, number, UNREAD, member.person_id, len(data)), error)

    def _refused(self, offer: Offer, error: Refused) -> None:
        log.info("An update of person %s was refused: %s", offer.person_id, error.reason)
        self._room.show.refuse(offer, error.code, error.reason)

    def _malformed(self, error: Malformed) -> None:
        log.info("A frame of person %s was refused: %s", self._member.person_id, error)
        self._member.line.close(1007, str(error))

    def _go_on(self) -> None:
        if self._frames is not None and self._scanning is None and not self._member.is_full:
            self._frames.go_on()
