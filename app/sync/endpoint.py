"""The socket: a raw ASGI endpoint for `/api/sync/{document_id}`.

It speaks the standard y-websocket protocol, and with `?durable=1&epoch=…&schema=…` also our own
messages (DESIGN §4.2). Starlette's WebSocket costs twice as much per message, so it is not used.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs

from app.kit.errors import AppError
from app.kit.ids import is_id
from app.sync import protocol
from app.sync.items import Offer
from app.sync.line import Send
from app.sync.member import Access, Member
from app.sync.protocol import Malformed, Message
from app.sync.room import Room
from app.sync.rooms import Rooms
from app.sync.scan import scan
from app.sync.stored import CannotLoad
from app.sync.structs import CLIENT, Limits, Refused, Scan

log = logging.getLogger(__name__)

MAX_FRAME: Final = 1 << 20
_THREAD: Final = 64 << 10
"""Bytes from which on an update is scanned off the loop."""

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Authorise = Callable[[Scope, str], Awaitable[Access]]
"""Who asks for this document, and what they may do. Raises AppError (401, 403, 404) for who may
not; also when the request comes from another website."""


class Endpoint:
    """The ASGI application of the sync socket. `limits` are for tests."""

    def __init__(self, rooms: Rooms, authorise: Authorise, limits: Limits = CLIENT) -> None:
        self._rooms = rooms
        self._authorise = authorise
        self._limits = limits
        self.members: set[Member] = set()
        self.on_presence: Callable[[Member], None] = lambda _: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until it closes."""
        message = await receive()
        if message["type"] != "websocket.connect":
            return None
        document_id = (
            scope.get("path_params", {}).get("document_id") or scope["path"].rsplit("/", 1)[-1]
        )
        try:
            if not is_id(document_id):
                return await _turn_away(scope, receive, send, 404)
            access = await self._authorise(scope, document_id)
            async with self._rooms.use(document_id) as room:
                await send({"type": "websocket.accept"})
                await self._stay(scope, room, access, receive, send)
        except AppError as error:
            await _turn_away(scope, receive, send, error.status)
        except CannotLoad:
            log.exception("Document %s cannot be opened.", document_id)
            await _turn_away(scope, receive, send, 503)

    async def _stay(
        self, scope: Scope, room: Room, access: Access, receive: Receive, send: Send
    ) -> None:
        member = Member(access, send, room.show.behind, **_wishes(scope))
        member.task = asyncio.current_task()
        room.show.enter(member)
        self.members.add(member)
        self.on_presence(member)
        try:
            while not member.line.closed:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    break
                frame = message.get("bytes")
                if frame is None:
                    member.line.close(1003, "binary frames only")
                elif len(frame) > MAX_FRAME:
                    member.line.close(1009, "frame too big")
                else:
                    await self._take(room, member, frame)
            await member.line.idle()
        except asyncio.CancelledError:
            # Cut because it did not read: returning closes the socket.
            if not member.is_cut:
                raise
        finally:
            self.members.discard(member)
            room.show.leave(member)
            self.on_presence(member)

    async def _take(self, room: Room, member: Member, frame: bytes) -> None:
        try:
            message = protocol.read(frame)
            kind = message.kind
            if kind == protocol.SYNC and message.sub != protocol.STEP_1:
                await self._update(room, member, message)
            elif kind == protocol.AWARENESS:
                room.show.presence.receive(member, message.body)
            elif kind == protocol.SYNC:
                room.show.question(member, protocol.read_vector(message.body))
            elif kind == protocol.BEAT:
                room.show.beat(member, protocol.read_vector(message.body))
            else:
                member.line.push(room.show.presence.frame())
        except Malformed as error:
            log.info("A frame of person %s was refused: %s", member.person_id, error)
            member.line.close(1007, str(error))

    async def _update(self, room: Room, member: Member, message: Message) -> None:
        data = message.body
        number = member.count(len(data))
        try:
            if len(data) > _THREAD:
                found = await asyncio.to_thread(scan, data, self._limits)
            else:
                found = scan(data, self._limits)
        except Refused as error:
            log.info("An update of person %s was refused: %s", member.person_id, error.reason)
            found = Scan(data, [], [])
            offer = Offer(member, number, found, member.person_id, len(data))
            room.show.refuse(offer, error.code, error.reason)
            return
        room.offer(Offer(member, number, found, member.person_id, len(data)))
        await member.has_room()


def _wishes(scope: Scope) -> dict[str, Any]:
    """What the client said about itself in the address."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    epoch = query.get("epoch", [""])[0]
    schema = query.get("schema", [""])[0]
    return {
        "durable": query.get("durable", [""])[0] == "1",
        "epoch": epoch or None,
        "schema": int(schema) if schema.isdecimal() and len(schema) < 9 else None,
    }


async def _turn_away(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    """Refuse before the socket is open, with an HTTP status where the server can."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 4000 + status})
        return
    await send({"type": "websocket.http.response.start", "status": status, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})
    # uvicorn complains of an unfinished handshake when we return before the line is down.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            for _ in range(2):
                await receive()
