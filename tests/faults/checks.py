"""What has to hold after any fault, read from the outside: the words, the log and the snapshots."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from pycrdt import Doc, XmlFragment
from sqlalchemy import make_url

from app.kit.config import Settings
from app.sync import protocol
from app.sync.models import NO_CHAIN
from tests.faults.typist import Typist
from tests.sync.clients import _text


@dataclass
class Verdict:
    """What was found; good when nothing was."""

    acknowledged: int = 0
    faults: list[str] = field(default_factory=list[str])

    def __bool__(self) -> bool:
        return not self.faults


def words(
    text: str, people: list[Typist], shown: set[str], *, before: float = float("inf")
) -> Verdict:
    """Compare a text with what was acknowledged until `before`, and with what others were shown."""
    found = Counter(text.split())
    verdict = Verdict()
    say = verdict.faults.append
    for one in people:
        kept = [c for c in one.changes if (c.acknowledged or float("inf")) < before]
        verdict.acknowledged += len(kept)
        gone = {c.word for c in kept if c.deletes}
        maybe = {c.word for c in one.changes if c.deletes}
        lost = [c.word for c in kept if not c.deletes and c.word not in maybe | found.keys()]
        if lost:
            say(f"{len(lost)} acknowledged words of {one.number} are missing, e.g. {lost[0]}")
        if back := gone & found.keys():
            say(f"{len(back)} words that {one.number} took away are back, e.g. {min(back)}")
        order = [int(w.partition(".")[2]) for w in text.split() if w.startswith(f"{one.number}.")]
        if order != sorted(order):
            say(f"the words of {one.number} are out of order")
    taken_away = {c.word for one in people for c in one.changes if c.deletes}
    if unkept := shown - found.keys() - taken_away:
        say(f"{len(unkept)} words were shown and are not kept, e.g. {min(unkept)}")
    if twice := [word for word, count in found.items() if count > 1]:
        say(f"{len(twice)} words are there twice, e.g. {twice[0]}")
    return verdict


Query = Callable[[str, str], list[Any]]
"""A statement with one `?`, and the document's id → the rows."""


def log(database: Path, document: str) -> tuple[str, list[str]]:
    """The text that the log in a SQLite file holds, and what is wrong with the log."""
    with closing(sqlite3.connect(database)) as connection:
        said = connection.execute("PRAGMA integrity_check").fetchone()[0]
        text, faults = read(lambda ask, one: connection.execute(ask, [one]).fetchall(), document)
    return text, faults if said == "ok" else [f"SQLite says: {said}", *faults]


def connected(settings: Settings) -> psycopg.Connection:
    """A connection to the PostgreSQL that servers are on."""
    address = make_url(settings.database_url or "").set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(False), autocommit=True)


def log_in_postgres(connection: psycopg.Connection, document: str) -> tuple[str, list[str]]:
    """As `log`, at one moment of a database that others may be writing to."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return read(
            lambda ask, one: connection.execute(ask.replace("?", "%s").encode(), [one]).fetchall(),
            document,
        )


def read(ask: Query, document: str) -> tuple[str, list[str]]:
    """The text that a log holds, and what is wrong with it."""
    faults: list[str] = []
    rows = ask("SELECT seq, bytes, chain FROM updates WHERE document_id = ? ORDER BY seq", document)
    heads = ask("SELECT seq, chain FROM documents WHERE id = ?", document)
    if not heads:
        return "", ["the document is not there"]
    [head] = heads
    snapshots = ask(
        "SELECT upto, bytes, digest, chain FROM snapshots WHERE document_id = ?", document
    )
    seq, chain = head
    if [row[0] for row in rows] != list(range(1, seq + 1)):
        faults.append("the log has a gap")
    link = NO_CHAIN
    links = [link]
    for row in rows:
        link = hashlib.sha256(link + row[1]).digest()
        links.append(link)
        if link != row[2]:
            faults.append(f"the chain breaks at row {row[0]}")
            break
    if link != chain:
        faults.append("the document names another end of the log")
    whole = replayed([row[1] for row in rows])
    for upto, data, digest, link in snapshots:
        if hashlib.sha256(data).digest() != digest or link != links[upto]:
            faults.append(f"the snapshot up to {upto} does not belong to the log")
        tail = replayed([data, *(row[1] for row in rows if row[0] > upto)])
        if tail.text != whole.text or tail.state != whole.state:
            faults.append(f"the snapshot up to {upto} holds something else than the log")
    return whole.text, faults


@dataclass
class Replayed:
    """What updates make of an empty document."""

    text: str
    state: protocol.StateVector


def replayed(updates: list[bytes]) -> Replayed:
    """Apply updates in order, by pycrdt and nothing of ours."""
    doc: Doc[Any] = Doc()
    fragment = doc.get("content", type=XmlFragment)
    for data in updates:
        doc.apply_update(data)
    return Replayed("\n".join(_text(child) for child in fragment.children), state(doc))


def state(doc: Doc[Any]) -> protocol.StateVector:
    """How far a document is; the bytes of a state vector have no fixed order."""
    return protocol.read_vector(doc.get_state())
