"""Learning: the rows of a document's log that other processes have written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.kit.db import Database
from app.sync import stored
from app.sync.commits import Row
from app.sync.items import Learn
from app.sync.progress import Progress

AT_ONCE: Final = 2000


@dataclass(slots=True)
class Found:
    """Rows that the engine lacks, in the log's order, and the ranges of seqs they have."""

    rows: Sequence[Row]
    ranges: Sequence[tuple[int, int]]


NOTHING: Final = Found((), ())


def follows(progress: Progress, item: Learn) -> Found | None:
    """What is new in rows that were told of; None when the log has to be read instead."""
    upto = progress.upto
    last = item.first + len(item.rows) - 1
    if not item.rows or item.first > upto + 1:
        return NOTHING if item.first and item.rows and progress.has(item.first) else None
    if last <= upto:
        return NOTHING
    return Found(item.rows[upto + 1 - item.first :], [(upto + 1, last)])


async def read(database: Database, document_id: str, epoch: str, progress: Progress) -> Found:
    """What the log has beyond what a room has."""
    after = progress.upto
    rows: list[Row] = []
    ranges: list[tuple[int, int]] = []
    while True:
        found = await stored.rows_after(database, document_id, epoch, after, AT_ONCE)
        for seq, row in found:
            after = seq
            if progress.has(seq):
                continue
            if row is not None:
                rows.append(row)
            if ranges and ranges[-1][1] == seq - 1:
                ranges[-1] = (ranges[-1][0], seq)
            else:
                ranges.append((seq, seq))
        if len(found) < AT_ONCE:
            return Found(rows, ranges)
