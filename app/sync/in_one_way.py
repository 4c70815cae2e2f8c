"""Writing commits into PostgreSQL in one trip: what nearly all commits need.

The server numbers and chains the rows itself, under the documents' rows, which are taken first and
in the order of their ids, so that two processes never wait for each other. A document where
something has to be decided (a new client id, a conflict, another epoch) is left alone; it goes in
two ways (`in_two_ways`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from app.kit import clock, failpoints
from app.kit.one_trip import OneTrip, array, text
from app.sync.commits import Commit
from app.sync.conflicts import CLIENT_IDS, Written

MOST: Final = 64
"""Rows of one document: they are chained one by one."""
_BYTES: Final = 256 << 10
_ALL: Final = (1 << 63) - 1

_TAKE: Final = """
    SELECT FROM documents WHERE id = ANY($1::text[]) ORDER BY id FOR NO KEY UPDATE
"""
_STORE: Final = f"""
    WITH RECURSIVE wanted AS (
        SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
            AS wanted(id, epoch, seen, clients)
    ), own AS (
        SELECT * FROM unnest($11::text[], $12::bigint[], $13::bigint[]) AS own(id, first, last)
    ), given AS (
        SELECT * FROM unnest($5::text[], $6::int[], $7::text[], $8::text[], $9::bytea[])
            AS given(id, number, person_id, client_ids, bytes)
    ), head AS (
        SELECT d.id, d.epoch, d.seq, d.chain FROM documents d JOIN wanted w USING (id, epoch)
        WHERE NOT EXISTS (
            SELECT FROM updates u WHERE u.document_id = d.id AND u.seq > w.seen
            AND NOT EXISTS (
                SELECT FROM own WHERE own.id = d.id AND u.seq BETWEEN own.first AND own.last
            )
            AND (length(u.client_ids) >= {CLIENT_IDS - 20}
                 OR string_to_array(u.client_ids, ' ') && string_to_array(w.clients, ' '))
        )
    ), numbered AS (
        SELECT g.*, h.epoch, h.seq + 1 AS seq, sha256(h.chain || g.bytes) AS chain
        FROM head h JOIN given g ON g.id = h.id AND g.number = 1
        UNION ALL
        SELECT g.*, n.epoch, n.seq + 1, sha256(n.chain || g.bytes)
        FROM numbered n JOIN given g ON g.id = n.id AND g.number = n.number + 1
    ), stored AS (
        INSERT INTO updates
            (document_id, seq, epoch, person_id, client_ids, at, bytes, chain)
        SELECT id, seq, epoch, person_id, client_ids, $10::timestamptz, bytes, chain FROM numbered
        RETURNING document_id, seq, chain
    ), last AS (
        SELECT DISTINCT ON (document_id) * FROM stored ORDER BY document_id, seq DESC
    )
    UPDATE documents SET seq = last.seq, chain = last.chain
    FROM last WHERE documents.id = last.document_id RETURNING documents.id, documents.seq
"""  # noqa: S608 - only a number of our own


async def store(trip: OneTrip, commits: Sequence[Commit], written: Written | None) -> list[Commit]:
    """Write what can be written in one trip; the commits that are left, whole documents of them.

    `written` are the rows of this process, where there are others.
    """
    documents = {
        name: list(group)
        for name, group in groupby(
            sorted(commits, key=lambda one: one.document_id), key=lambda one: one.document_id
        )
    }
    plain = {name: group for name, group in documents.items() if _is_plain(group)}
    if not plain:
        return list(commits)
    failpoints.here(failpoints.BEFORE_COMMIT)
    _, moved = await trip.run((_TAKE, [array(sorted(plain))]), (_STORE, _said(plain, written)))
    for name, seq in moved:
        at = int(text(seq)) + 1 - sum(len(one.rows) for one in plain[text(name)])
        for commit in plain.pop(text(name)):
            commit.first = at
            at += len(commit.rows)
        del documents[text(name)]
    return [commit for commit in commits if commit.document_id in documents]


def _is_plain(commits: Sequence[Commit]) -> bool:
    """Whether there is nothing to decide about one document's commits."""
    rows = [row for commit in commits for row in commit.rows]
    return (
        len(rows) <= MOST
        and sum(len(row.data) for row in rows) <= _BYTES
        and all(commit.epoch == commits[0].epoch and not commit.claims for commit in commits)
    )


def _said(documents: dict[str, list[Commit]], written: Written | None) -> list[bytes]:
    """The parameters of `_STORE`."""
    seen = {
        name: _ALL if written is None else min(one.seen for one in group)
        for name, group in documents.items()
    }
    own = [
        (name, first, last)
        for name, after in seen.items()
        if written is not None
        for first, last in written.after(name, after)
    ]
    rows = {name: [row for one in group for row in one.rows] for name, group in documents.items()}
    given = [
        (name, number, row.person_id, " ".join(map(str, row.client_ids))[:CLIENT_IDS], row.data)
        for name, some in rows.items()
        for number, row in enumerate(some, 1)
    ]
    clients = (
        " ".join({str(client) for row in some for client in row.client_ids})
        for some in rows.values()
    )
    return [
        array(documents),
        array(group[0].epoch for group in documents.values()),
        array(seen.values()),
        array(clients),
        *(array(column) for column in zip(*given, strict=True)),
        clock.now().isoformat().encode(),
        array(name for name, _, _ in own),
        array(first for _, first, _ in own),
        array(last for _, _, last in own),
    ]
