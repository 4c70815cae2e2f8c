"""Conflicts: updates that were judged without knowing what another process had just stored.

Edits of different clients never conflict. Only when two processes bring structs of the same client
id, as when a browser reconnects elsewhere and sends again what is stored already, must the second
be judged anew: otherwise one id could come to mean two different things. Which rows are new is
known under the document's row, so this is asked in the committing transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.sync.commits import Commit
from app.sync.models import Update

CLIENT_IDS: Final = 1600
"""Characters of client ids that are noted with a row."""
_REMEMBERED: Final = 64


class Written:
    """The rows that this process wrote lately, by document."""

    def __init__(self) -> None:
        self._ranges: dict[str, list[tuple[int, int]]] = {}

    def note(self, commits: Sequence[Commit]) -> None:
        """These are committed."""
        for commit in commits:
            ranges = self._ranges.setdefault(commit.document_id, [])
            last = commit.first + len(commit.rows) - 1
            if ranges and ranges[-1][1] + 1 == commit.first:
                ranges[-1] = (ranges[-1][0], last)
            else:
                ranges.append((commit.first, last))
            del ranges[:-_REMEMBERED]

    def foreign(self, document_id: str, after: int, upto: int) -> list[tuple[int, int]]:
        """The ranges of rows after one and up to another that others wrote."""
        out: list[tuple[int, int]] = []
        at = after + 1
        for first, last in self._ranges.get(document_id, ()):
            if last < at or first > upto:
                continue
            if first > at:
                out.append((at, first - 1))
            at = last + 1
        if at <= upto:
            out.append((at, upto))
        return out


async def is_stale(session: AsyncSession, written: Written, commit: Commit, head: int) -> bool:
    """Whether others have stored structs of a commit's client ids since it was judged.

    `head` is the document's last row before the commit, read under the document's row.
    """
    ranges = written.foreign(commit.document_id, commit.seen, head)
    ids = {str(client) for row in commit.rows for client in row.client_ids}
    if not ranges or not ids:
        return False
    noted = await session.scalars(
        select(Update.client_ids).where(
            Update.document_id == commit.document_id,
            or_(*(Update.seq.between(first, last) for first, last in ranges)),
        )
    )
    return any(len(text) >= CLIENT_IDS - 20 or not ids.isdisjoint(text.split()) for text in noted)
