"""One sequence through a running server, with its log and its snapshots in a database."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

from app.sync import protocol, rooms, stored
from tests.differential.comparing import agreed, clocks, content, same, same_in_yjs
from tests.differential.writers import Seen, Writers
from tests.sync.bare import Bare


async def compare_on(bare: Bare, writers: Writers, seed: int, edits: int) -> None:
    """Play the sequence of a seed to the server; it has to end as the writers do.

    The four are tabs of one person, so that they share the client ids that they may write under.

    Raises:
        Differs: it does not.
    """
    played = await asyncio.to_thread(writers.play, seed, edits)
    end = agreed(played)
    assert played.seed == stored.SEED
    document = await bare.document()

    async def equal(what: str) -> None:
        state = await step_2(bare, document)
        same_in_yjs(what, await asyncio.to_thread(writers.read, [state]), state, end)

    async with bare.client(document, "ana") as ana, bare.client(document, "ben", "reader") as ben:
        ana.auto = False
        waiting = played.updates
        while waiting:
            first, ana.refused = ana.sent, []
            for update in waiting:
                await ana.update(update)
            await ana.settled(within=30)
            # What came too early is sent again, as a client does that was asked for more.
            refused = {number for number, code in ana.refused if code == "resync"}
            assert len(refused) == len(ana.refused), ana.refused
            assert len(refused) < len(waiting), "updates that fit nowhere"
            waiting = [one for n, one in enumerate(waiting, first + 1) if n in refused]
        await ben.until(lambda: protocol.read_vector(ben.doc.get_state()) == clocks(end), within=15)
        same("shown to a reader", shown(ben.fragment, end), end)
        await equal("the room")
        # The next question finds an engine without the document.
        await bare.sync.engine.ask("drop", document)
        await equal("the log of the server")
    with patch.object(rooms, "IDLE", 0.0):
        async with asyncio.timeout(15):
            while bare.sync.rooms.open_rooms():
                await asyncio.sleep(0.02)
    found = await stored.read(bare.database, document)
    assert found is not None
    assert found.snapshot is not None, "the room was closed without a snapshot"
    await equal("the snapshot of the server")


async def step_2(bare: Bare, document: str) -> bytes:
    """What somebody is answered who has nothing yet."""
    async with bare.client(document, "cleo", "reader") as cleo:
        await cleo.until(lambda: cleo.synced)
        [frame] = [frame for frame in cleo.frames if frame[:2] == b"\0\1"]
        return protocol.read_bytes(frame, 2)[0]


def shown(fragment: object, end: Seen) -> Seen:
    """What a pycrdt client shows; its state vector was waited for."""
    return {"content": content(fragment), "vector": end["vector"], "pending": False}
