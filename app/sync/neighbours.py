"""The neighbours: other processes that have the same documents open.

What one process has stored it tells the others, with the rows, over the bus. That is a hint: each
asks the database once a second how far the logs are, and reads what it lacks. So without the bus
editing goes on, a second later; only presence is not shared then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from app.kit.bus import Bus
from app.kit.db import Database
from app.sync.commits import Row
from app.sync.presence import Told
from app.sync.protocol import MAX_CLIENT, block, read_bytes, read_uint, text, uint
from app.sync.room import Room
from app.sync.storing import GAP

log = logging.getLogger(__name__)

POLL: Final = 1.0
_CARRIED: Final = 64 << 10
"""Bytes of rows that travel with a hint; more is read from the log."""
_CHANNEL: Final = "document:"
_HEADS: Final = """
    SELECT id, seq, epoch FROM documents WHERE id = ANY($1::text[]) AND quarantined_at IS NULL
"""
_STORED: Final = 0
_SHOWN: Final = 1
_WHO: Final = 2


class Neighbours:
    """Keeps the open rooms of this process in step with the others. `rooms` are those open now."""

    def __init__(self, bus: Bus, database: Database, rooms: Callable[[], Iterable[Room]]) -> None:
        self._bus = bus
        self._database = database
        self._rooms = rooms
        self._polling: asyncio.Task[None] | None = None
        bus.on_gone(self._gone)
        bus.on_return(self._returned)

    def start(self) -> None:
        """Start asking how far the logs are."""
        if self._bus.is_shared:
            self._polling = asyncio.get_running_loop().create_task(self._poll())

    def stop(self) -> None:
        """Stop asking."""
        if self._polling is not None:
            self._polling.cancel()

    def enter(self, room: Room) -> None:
        """A room is about to open: hear of it, and ask who is in it elsewhere."""
        if not self._bus.is_shared:
            return
        channel = _CHANNEL + room.document_id
        room.on_stored = lambda first, rows: self._stored(room, channel, first, rows)
        presence = room.show.presence
        presence.on_told = lambda told: self._bus.send(channel, _presence(told))
        self._bus.subscribe(channel, lambda node, body: self._hear(room, node, body))
        self._bus.send(channel, bytes((_WHO,)))

    def leave(self, room: Room) -> None:
        """A room closed."""
        if self._bus.is_shared:
            self._bus.unsubscribe(_CHANNEL + room.document_id)

    # ---- telling

    def _stored(self, room: Room, channel: str, first: int, rows: Sequence[Row]) -> None:
        parts = [bytes((_STORED,)), text(room.epoch), uint(first)]
        if sum(len(row.data) for row in rows) > _CARRIED:
            rows = ()
        for row in rows:
            parts += (text(row.person_id or ""), block(row.data))
        self._bus.send(channel, b"".join(parts))

    def _returned(self) -> None:
        for room in self._rooms():
            channel = _CHANNEL + room.document_id
            self._bus.send(channel, bytes((_WHO,)))
            self._bus.send(channel, _presence(room.show.presence.ours()))

    # ---- hearing

    def _hear(self, room: Room, node: str, body: bytes) -> None:
        kind = body[0]
        if kind == _STORED:
            epoch, first, rows = _read_stored(body)
            # While the room is being loaded it has no epoch yet: the log will tell.
            if epoch == room.epoch:
                room.told(first, rows)
        elif kind == _SHOWN:
            room.show.presence.hear(node, _read_presence(body))
        elif ours := room.show.presence.ours():
            self._bus.send(_CHANNEL + room.document_id, _presence(ours))

    def _gone(self, node: str) -> None:
        for room in self._rooms():
            room.show.presence.lose(node)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL)
            try:
                await self._look()
            except Exception:
                # The database is away: commits fail and say so; this goes on asking.
                log.exception("How far the logs are could not be asked.")

    async def _look(self) -> None:
        rooms = {room.document_id: room for room in self._rooms()}
        if not rooms:
            return
        # Only where there is PostgreSQL: it loads the driver.
        from app.kit.one_trip import array, text

        trip = self._database.one_trip
        assert trip is not None  # noqa: S101 - several servers are on PostgreSQL
        [found] = await trip.run((_HEADS, [array(rooms)]))
        heads = {text(name): (int(text(seq)), text(epoch)) for name, seq, epoch in found}
        for document_id, room in rooms.items():
            seq, epoch = heads.get(document_id, (0, ""))
            if epoch != room.epoch:
                room.lineage_changed()
            elif seq > room.seq:
                self._lacks(room, seq)

    def _lacks(self, room: Room, seq: int) -> None:
        """The log is ahead: mostly because word of it is about to be here."""

        def look() -> None:
            if room.seq < seq:
                room.learn()

        if self._bus.is_up:
            asyncio.get_running_loop().call_later(GAP, look)
        else:
            look()


def _read_stored(body: bytes) -> tuple[str, int, list[Row]]:
    epoch, at = read_bytes(body, 1)
    first, at = read_uint(body, at, MAX_CLIENT)
    rows: list[Row] = []
    while at < len(body):
        person, at = read_bytes(body, at)
        data, at = read_bytes(body, at)
        rows.append(Row(data, person.decode() or None, ()))
    return epoch.decode(), first, rows


def _presence(told: Sequence[Told]) -> bytes:
    parts = [bytes((_SHOWN,))]
    for one in told:
        parts += (uint(one.client), uint(one.clock), text(one.person_id), block(one.body))
    return b"".join(parts)


def _read_presence(body: bytes) -> list[Told]:
    told: list[Told] = []
    at = 1
    while at < len(body):
        client, at = read_uint(body, at, MAX_CLIENT)
        clock, at = read_uint(body, at)
        person, at = read_bytes(body, at)
        state, at = read_bytes(body, at)
        told.append(Told(client, clock, person.decode(), state))
    return told
