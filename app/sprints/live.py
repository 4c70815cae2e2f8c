"""Live: every screen of a guide hears within a second what changed.

The server says which topic changed and the screen asks for it again, so that a screen can never
show something the server does not have. Presence and notices travel with the message.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.websockets import WebSocketState

from app.guides import queries
from app.guides.access import anyone
from app.kit import clock
from app.kit.config import Settings
from app.kit.db import Database
from app.kit.events import Broadcast, Event
from app.kit.web import origin_allowed
from app.people import sessions
from app.people.models import Device
from app.sprints.hub import Hub

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/guides/{slug}", tags=["live"])

ENDED = 4401
NOT_A_MEMBER = 4403
_INTERNAL = frozenset({"role", "device", "merged", "cancel", "freeze"})
_IDLE_SECONDS = 25.0
_PINGS = frozenset({'{"topic":"ping"}', '{"topic": "ping"}'})


@router.websocket("/live", dependencies=[anyone()])
async def live(socket: WebSocket, slug: str) -> None:
    """Tell one screen what changes in its guide until it closes or may no longer listen."""
    state = socket.app.state
    settings: Settings = state.settings
    if not origin_allowed(socket.scope, settings):
        await socket.close(NOT_A_MEMBER)
        return
    token = sessions.token_of(socket.scope, settings) or ""
    seat = await find_seat(state.database, slug, token)
    if seat is None:
        # Let in and shown out: a browser learns the code of a socket only once it is open, and
        # without it would knock again and again.
        await socket.accept()
        await _dismiss(socket, NOT_A_MEMBER)
        return
    guide_id, person_id, _ = seat
    await socket.accept()
    await _see(state.database, seat)
    hub: Hub = state.hub
    broadcast: Broadcast = state.broadcast
    async with broadcast.subscribe(guide_id) as line:
        hub.enter(guide_id, person_id)
        listening = asyncio.create_task(_until_closed(socket))
        try:
            await hub.changed(guide_id)
            now = clock.now().isoformat().replace("+00:00", "Z")
            await socket.send_json({"topic": "hello", "now": now})
            await socket.send_json(hub.presence(guide_id))
            await _tell(socket, line, listening, slug, token, seat)
        except (WebSocketDisconnect, RuntimeError, OSError):
            pass  # the screen went away while it was being told something
        finally:
            listening.cancel()
            hub.leave(guide_id, person_id)
            await hub.changed(guide_id)


Seat = tuple[str, str, str]


async def find_seat(database: Database, slug: str, token: str) -> Seat | None:
    """Guide, person and device of a session token, if the person is in the guide."""
    async with database.read() as session:
        found = await sessions.find(session, token) if token else None
        guide = await queries.guide_by_slug(session, slug)
        if found is None or guide is None:
            return None
        member = await queries.member(session, guide.id, found[0].id)
        return (guide.id, found[0].id, found[1].id) if member else None


async def _see(database: Database, seat: Seat) -> None:
    """Note that the device was seen: somebody who only reads sends nothing else."""
    async with database.read() as session:
        device = await session.get(Device, seat[2])
    if device is not None and sessions.is_stale(device):
        async with database.write() as session:
            await sessions.touch(session, device.id)


async def _tell(
    socket: WebSocket,
    line: asyncio.Queue[Event | None],
    listening: asyncio.Task[None],
    slug: str,
    token: str,
    seat: Seat,
) -> None:
    state = socket.app.state
    guide_id, person_id, device_id = seat
    while not listening.done():
        waiting = asyncio.create_task(line.get())
        await asyncio.wait(
            {waiting, listening}, timeout=_IDLE_SECONDS, return_when="FIRST_COMPLETED"
        )
        if not waiting.done():
            waiting.cancel()
            if not listening.done():
                await socket.send_json({"topic": "beat"})
            continue
        event = waiting.result()
        if event is None:
            await socket.send_json({"topic": "everything"})
            continue
        if event.topic in _INTERNAL:
            about_me = event.payload.get("person_id") == person_id or (
                event.payload.get("id") == device_id
            )
            if about_me and await find_seat(state.database, slug, token) is None:
                await _dismiss(socket, ENDED)
                return
            if about_me:
                await socket.send_json({"topic": "guide"})
        elif event.to is None or event.to == person_id:
            if event.topic == "presence":
                await socket.send_json(state.hub.presence(guide_id))
            else:
                await socket.send_json({"topic": event.topic, **event.payload, "to": event.to})


async def _dismiss(socket: WebSocket, code: int) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        reason = "This device is not signed in to the guide (any more)."
        await socket.send_json({"topic": "bye", "reason": reason})
        await socket.close(code)


async def _until_closed(socket: WebSocket) -> None:
    """Answer pings, by which a screen knows that the line is not dead; forget the rest."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while socket.application_state == WebSocketState.CONNECTED:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("text") in _PINGS:
                await socket.send_json({"topic": "pong"})
