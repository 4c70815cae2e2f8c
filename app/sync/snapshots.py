"""Snapshots: how the state of an open document is made and proved.

A short one is made by the engine that has it open. For a long one that takes seconds, in which
nobody could write; it is made from the log, by an engine of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.kit.db import Database
from app.sync import aside, stored
from app.sync.room import Room
from app.sync.stored import CannotLoad

LONG: Final = 512 << 10
"""Bytes from which on a document is long."""


@dataclass(frozen=True, slots=True)
class Made:
    """The state after row `upto`, and its state vector."""

    epoch: str
    upto: int
    state: bytes
    vector: bytes


async def make(database: Database, room: Room) -> Made:
    """Make a snapshot of an open document.

    Raises:
        EngineRefused, EngineDied, CannotLoad: it cannot be made; the reason is for the operator.
    """
    if room.base_bytes + room.tail_bytes <= LONG:
        (state, vector), upto = await room.ask("snapshot")
        return Made(room.epoch, upto, state, vector)
    found = await stored.read(database, room.document_id)
    if found is None:
        raise CannotLoad("it is not there any more")
    state, vector = await aside.ask("whole", found.updates, found.skip)
    return Made(found.document.epoch, found.document.seq, state, vector)
