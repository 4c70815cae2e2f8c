"""Opening a document: from the log into the engine, with care for what ends the engine.

An engine that dies while loading is tried again; only what ends it twice in the same place is put
in quarantine: first the row, and when the rest does not fit without it, the document.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from app.kit.db import Database
from app.kit.errors import NotFound
from app.sync import protocol, quarantine, stored
from app.sync.stored import CannotLoad, Stored
from app.sync.supervisor import EngineDied, EngineRefused, Supervisor

log = logging.getLogger(__name__)

_TRIES: Final = 6


@dataclass(slots=True)
class Opened:
    """A document that is in the engine."""

    stored: Stored
    clocks: dict[int, int]
    generation: int


async def load(database: Database, engine: Supervisor, document_id: str) -> Opened:
    """Bring a document into the engine.

    Raises:
        NotFound: there is none.
        CannotLoad: it is there and cannot be loaded; never an empty document instead.
    """
    below: int | None = None  # no snapshot from this seq on
    last_death: int | None = None
    deaths = 0
    while deaths < _TRIES:
        found = await stored.read(database, document_id, below=below)
        if found is None:
            raise NotFound("There is no such chapter.", code="no_document")
        try:
            # After a death with care: one row at a time, so that the right one is blamed.
            clocks = await engine.ask(
                "load",
                document_id,
                found.updates,
                found.skip,
                found.snapshot is not None,
                deaths > 0,
            )
        except EngineDied as died:
            if engine.stopping:
                raise CannotLoad("the server stops") from None
            if died.culprit is None:
                # It died of something else.
                continue
            deaths += 1
            if died.culprit != last_death:
                last_death = died.culprit
                continue
            last_death = None
            if found.snapshot is not None and died.culprit == 0:
                below = found.snapshot.upto
                continue
            seq = found.numbers[died.culprit] if died.culprit < len(found.numbers) else 0
            log.warning("Row %d of document %s ends the engine: quarantined.", seq, document_id)
            await quarantine.leave_out(database, document_id, seq)
        except EngineRefused as refused:
            if found.snapshot is not None:
                log.warning("A snapshot of %s is not used: %s", document_id, refused)
                below = found.snapshot.upto
                continue
            if found.skip:
                reason = f"does not fit without its quarantined row: {refused}"
                await quarantine.close_document(database, document_id, reason)
            raise CannotLoad(str(refused)) from None
        else:
            promised = found.snapshot.state_vector if found.snapshot else None
            if promised is None or _covers(clocks, promised):
                return Opened(found, clocks, engine.generation)
            log.warning("A snapshot of %s lacks what it promised.", document_id)
            below = found.numbers[0]
    raise CannotLoad(f"the engine ended {deaths} times over it")


def _covers(clocks: dict[int, int], vector: bytes) -> bool:
    return all(
        clocks.get(client, 0) >= clock for client, clock in protocol.read_vector(vector).items()
    )
