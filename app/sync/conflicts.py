"""Conflicts: updates that were judged without knowing what another process had just stored.

Edits of different clients never conflict. Only when two processes bring structs of the same client
id, as when a browser reconnects elsewhere and sends again what is stored already, must the second
be judged anew: otherwise one id could come to mean two different things. Which rows are new is
known under the document's row, so this is asked in the committing transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.sync.commits import Commit

CLIENT_IDS: Final = 1600
"""Characters of client ids that are noted with a row."""
_REMEMBERED: Final = 64


class Written:
    """The rows that this process wrote since it opened a document, for those that are open.

    What is forgotten counts as written by others: at worst something is judged twice.
    """

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

    def forget(self, document_id: str) -> None:
        """The document is closed: whoever opens it reads its log to the end, and only about rows
        behind that will be asked."""
        self._ranges.pop(document_id, None)

    def after(self, document_id: str, seq: int) -> list[tuple[int, int]]:
        """The ranges of rows after one that were written here."""
        return [one for one in self._ranges.get(document_id, ()) if one[1] > seq]

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


def stale(
    written: Written,
    commits: Sequence[Commit],
    before: Mapping[str, int],
    newer: Sequence[tuple[str, int, str]],
) -> set[int]:
    """The commits, by `id`, whose client ids others have stored structs of since they were judged.

    `before` is each document's last row; `newer` are the rows since then, ours among them, as
    (document, seq, client ids). Both are to be read under the documents' rows.
    """
    return {
        id(commit)
        for commit in commits
        if commit.document_id in before
        and _is_stale(written, commit, before[commit.document_id], newer)
    }


def _is_stale(
    written: Written, commit: Commit, head: int, newer: Sequence[tuple[str, int, str]]
) -> bool:
    ranges = written.foreign(commit.document_id, commit.seen, head)
    if not ranges:
        return False
    ids = {str(client) for row in commit.rows for client in row.client_ids}
    return any(
        document == commit.document_id
        and any(first <= seq <= last for first, last in ranges)
        and (len(noted) >= CLIENT_IDS - 20 or not ids.isdisjoint(noted.split()))
        for document, seq, noted in newer
    )
