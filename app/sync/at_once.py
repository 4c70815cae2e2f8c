"""Writing commits into SQLite: all statements of a transaction in one go, in its own thread.

Through SQLAlchemy each statement is a way to the connection's thread and back, and this is the one
place where that matters: once per keystroke.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Final

from app.kit import clock
from app.sync.commits import Commit, Taken
from app.sync.writing import COLUMNS, Head, Refusals, numbered


def store(connection: sqlite3.Connection, commits: list[Commit]) -> Refusals:
    """Write everything; returns what could not be written, and why.

    The transaction holds the only right to write (BEGIN IMMEDIATE), so what is read in it stays.
    """
    claiming = [commit for commit in commits if commit.claims]
    refused = _claim(connection, claiming) if claiming else []
    heads = _heads(connection, {commit.document_id for commit in commits})
    rows = numbered(commits, heads, refused, _moment(clock.now()))
    connection.executemany(_INSERT, rows)
    connection.executemany(
        "UPDATE documents SET seq = ?, chain = ? WHERE id = ?",
        [(head.seq, head.chain, name) for name, head in heads.items() if head.moved],
    )
    return refused


def _heads(connection: sqlite3.Connection, names: set[str]) -> dict[str, Head]:
    rows = connection.execute(
        "SELECT id, seq, chain, epoch FROM documents "  # noqa: S608 - only question marks vary
        f"WHERE id IN ({_marks(len(names))})",
        list(names),
    )
    return {row[0]: Head(row[1], row[2], row[3], row[1]) for row in rows.fetchall()}


def _claim(connection: sqlite3.Connection, commits: list[Commit]) -> Refusals:
    """Give new client ids to those who use them first; the commits that came too late."""
    connection.executemany(
        "INSERT INTO client_ids (document_id, client_id, person_id) VALUES (?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [
            (commit.document_id, client, person)
            for commit in commits
            for client, person in commit.claims.items()
        ],
    )
    late: Refusals = []
    for commit in commits:
        rows = connection.execute(
            "SELECT client_id, person_id FROM client_ids "  # noqa: S608 - only question marks vary
            f"WHERE document_id = ? AND client_id IN ({_marks(len(commit.claims))})",
            [commit.document_id, *commit.claims],
        )
        if dict(rows.fetchall()) != commit.claims:
            late.append((commit, Taken(commit.document_id)))
    return late


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _moment(at: datetime) -> str:
    """A time as SQLAlchemy writes it into SQLite."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


_INSERT: Final = (
    f"INSERT INTO updates ({', '.join(COLUMNS)}) "  # noqa: S608 - only names of our own
    f"VALUES ({_marks(len(COLUMNS))})"
)
