"""Writing commits into PostgreSQL: two ways to the server and back, and the commit.

The statements of each way go out together (psycopg's pipeline) and are prepared, for this happens
once per keystroke. First the documents' rows are taken, in the order of their ids so that two
processes never wait for each other; then, with what they said, everything is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from app.kit import clock
from app.sync import conflicts
from app.sync.commits import Commit, Taken
from app.sync.conflicts import Written
from app.sync.writing import COLUMNS, Head, Refusals, numbered

if TYPE_CHECKING:  # a server on SQLite does without the driver
    from app.kit.postgres import Connection

_CLAIM: Final = """
    INSERT INTO client_ids (document_id, client_id, person_id)
    SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[]) ON CONFLICT DO NOTHING
"""
_CLAIMED: Final = """
    SELECT document_id, client_id, person_id FROM client_ids
    WHERE (document_id, client_id) IN (SELECT * FROM unnest(%s::text[], %s::bigint[]))
"""
_HEADS: Final = """
    SELECT id, seq, chain, epoch FROM documents WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""
_NEWER: Final = """
    SELECT u.document_id, u.seq, u.client_ids FROM updates u
    JOIN unnest(%s::text[], %s::bigint[]) AS seen(id, seq)
    ON u.document_id = seen.id AND u.seq > seen.seq
"""
_INSERT: Final = f"""
    INSERT INTO updates ({", ".join(COLUMNS)})
    SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[],
                         %s::timestamptz[], %b::bytea[], %b::bytea[])
"""  # noqa: S608 - only names of our own
_LINK: Final = """
    UPDATE documents SET seq = now.seq, chain = now.chain
    FROM unnest(%s::text[], %s::bigint[], %b::bytea[]) AS now(id, seq, chain)
    WHERE documents.id = now.id
"""


def store(connection: Connection, commits: list[Commit], written: Written | None) -> Refusals:
    """Write everything; returns what could not be written, and why.

    `written` are the rows of this process, where there are others.
    """
    refused, heads, newer = _look(connection, commits, others=written is not None)
    stale: set[int] = set()
    if written is not None:
        before = {name: head.before for name, head in heads.items()}
        stale = conflicts.stale(written, commits, before, newer)
    rows = numbered(commits, heads, refused, clock.now(), stale)
    if rows:
        with connection.pipeline():
            connection.execute(_INSERT, _columns(rows), prepare=True)
            moved = [(name, head.seq, head.chain) for name, head in heads.items() if head.moved]
            connection.execute(_LINK, _columns(moved), prepare=True)
    return refused


def _look(
    connection: Connection, commits: list[Commit], *, others: bool
) -> tuple[Refusals, dict[str, Head], list[tuple[str, int, str]]]:
    """Claim client ids and take the documents' rows.

    Returns:
        Commits that came too late for a client id; where the documents stand; and the rows that
        may be news to a commit as (document, seq, client ids).
    """
    claims = sorted(
        (commit.document_id, client, person)
        for commit in commits
        for client, person in commit.claims.items()
    )
    claimed: Any = None
    newer: Any = None
    with connection.pipeline():
        if claims:
            documents, clients, _ = columns = _columns(claims)
            connection.execute(_CLAIM, columns, prepare=True)
            claimed = connection.execute(_CLAIMED, [documents, clients], prepare=True)
        names = sorted({commit.document_id for commit in commits})
        found = connection.execute(_HEADS, [names], prepare=True)
        if others:
            seen = [min(c.seen for c in commits if c.document_id == name) for name in names]
            newer = connection.execute(_NEWER, [names, seen], prepare=True)
    owners = {(row[0], row[1]): row[2] for row in claimed.fetchall()} if claimed else {}
    late: Refusals = [
        (commit, Taken(commit.document_id))
        for commit in commits
        if any(
            owners.get((commit.document_id, client)) != person
            for client, person in commit.claims.items()
        )
    ]
    heads = {row[0]: Head(row[1], bytes(row[2]), row[3], row[1]) for row in found.fetchall()}
    return late, heads, newer.fetchall() if newer else []


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
