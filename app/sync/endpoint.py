"""The socket: a raw ASGI endpoint for `/api/sync/{document_id}`.

It speaks the standard y-websocket protocol, and with `?durable=1&epoch=…&schema=…` also our own
messages (DESIGN §4.2). Starlette's WebSocket costs twice as much per message, so it is not used;
what the frames say is `intake`'s.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs

from app.kit.errors import AppError
from app.kit.frames import KEY, Frames
from app.kit.ids import is_id
from app.sync.intake import Intake
from app.sync.line import Send
from app.sync.member import Access, Member
from app.sync.room import Room
from app.sync.rooms import Rooms
from app.sync.stored import CannotLoad
from app.sync.structs import CLIENT, Limits

log = logging.getLogger(__name__)

PATH: Final = "/api/sync/"
MAX_FRAME: Final = 1 << 20

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
        document_id = scope["path"].removeprefix(PATH)
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
        frames: Frames | None = scope.get("extensions", {}).get(KEY)
        member = Member(access, send, room.show.behind, frames=frames, **_wishes(scope))
        member.task = asyncio.current_task()
        access.on_thaw = lambda: room.show.invite(member)
        intake = Intake(room, member, self._limits, frames)
        if frames is not None:
            # What comes in the usual way then is text, or the end.
            frames.take(intake.take)
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
                    intake.take(frame)
                    await intake.ready()
            await intake.scanned()
            await member.line.idle()
        except asyncio.CancelledError:
            # Cut because it did not read: returning closes the socket.
            if not member.is_cut:
                raise
        finally:
            self.members.discard(member)
            room.show.leave(member)
            self.on_presence(member)
            self._rooms.garbage.closed()


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
