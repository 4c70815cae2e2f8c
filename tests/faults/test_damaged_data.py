"""Bits flip in what is stored (faults 26 and 29): rebuilt where that can be, said where it cannot."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.faults.under_fire import Fragile, Writers, writing


def damage(server: Fragile, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(server.database)) as connection:
        done = connection.execute(statement, values)
        assert done.rowcount >= 1
        connection.commit()


async def test_a_damaged_snapshot_is_made_anew_and_a_damaged_row_closes_one_chapter(
    fragile: Fragile,
) -> None:
    fragile.breaks(snapshots=15)
    fragile.start()
    async with writing(fragile, 3) as them, writing(fragile, 2) as others:
        await them.more(60)
        await them.together()
        await others.together()
        await asyncio.to_thread(fragile.stop)
        damage(
            fragile,
            "UPDATE snapshots SET bytes = zeroblob(length(bytes)) WHERE document_id = ?",
            them.document,
        )
        await asyncio.to_thread(fragile.start)
        await them.more(0)
        assert await them.newcomer() == them.people[0].text()
        await them.leave()
        await asyncio.to_thread(fragile.stop)
        damage(fragile, "DELETE FROM snapshots WHERE document_id = ?", them.document)
        damage(
            fragile,
            "UPDATE updates SET bytes = zeroblob(length(bytes)) WHERE document_id = ? AND seq = 7",
            them.document,
        )
        await asyncio.to_thread(fragile.start)
        await unopened(them)
        # The chapter beside it is as it was, and is written on.
        others.type()
        await others.more(10)
        await others.together()
        verdict = await others.judge(quiet=False)
        assert verdict, verdict.faults
        assert "row 7 of the log is not the one that was written" in fragile.said()


async def unopened(them: Writers) -> None:
    """The chapter is an error, never an empty one."""
    with pytest.raises(InvalidStatus) as refused:
        await them.newcomer()
    assert refused.value.response.status_code == 503
