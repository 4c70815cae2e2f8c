"""One sequence, taken in by our engine and by Yjs, compared in every way in which we read it again."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from collections.abc import Sequence as Many
from random import Random
from typing import Any

from pycrdt import XmlElement, XmlFragment, XmlText

from app.sync import protocol
from app.sync.failures import Unfit
from app.sync.held import APPLIED, Held
from app.sync.merge import merged
from app.sync.scan import scan
from app.sync.structs import Refused
from tests.differential.writers import Seen, Sequence, Writers


class Differs(AssertionError):
    """Two that should be equal are not; says where."""


def compare(writers: Writers, seed: int, edits: int) -> int:
    """Play the sequence of a seed and compare; how many updates it had.

    Raises:
        Differs: the engine has something else than Yjs.
    """
    played = writers.play(seed, edits)
    try:
        taken_in(writers, played, agreed(played), Random(seed))
    except Unfit as error:
        raise Differs(f"what is stored does not load again: {error}") from error
    return len(played.updates)


def taken_in(writers: Writers, played: Sequence, end: Seen, random: Random) -> None:
    """Take a sequence in and read it again in every way."""
    held = Held()
    held.load([played.seed], lambda _: None, frozenset())
    rows = [played.seed]
    cut = random.randrange(len(played.updates) + 1)
    snapshot, covered = held.snapshot()[0], len(rows)
    for index, _ in enumerate(in_order(held, played.updates, rows)):
        if index == cut:
            snapshot, covered = held.snapshot()[0], len(rows)

    same("live", ours(held), end)
    same("the log", ours(loaded(rows)), end)
    same("a snapshot and the rows after it", ours(loaded([snapshot, *rows[covered:]])), end)
    state, vector = held.snapshot()
    if protocol.read_vector(vector) != clocks(end):
        raise Differs("a snapshot promises another state vector")
    again = loaded([state])
    same("compacted", ours(again), end)
    frames: list[bytes] = []
    rest = rows
    while rest:
        size = random.randrange(1, 12)
        frames += merged([scan(row) for row in rest[:size]])
        rest = rest[size:]
    for what, updates in (
        ("live", [held.diff(b"\0")]),
        ("the log", rows),
        ("compacted", [state]),
        ("compacted twice", [again.snapshot()[0]]),
        ("merged frames", frames),
        ("back after a while", [played.middle, held.diff(played.middle_vector)]),
    ):
        same_in_yjs(f"{what}, read by Yjs", writers.read(updates), state, end)


def same_in_yjs(what: str, found: Seen, state: bytes, end: Seen) -> None:
    """What Yjs made of something equals `end`, which the engine has stored as `state`.

    Yjs tidies up marks while it reads, as it thinks right then, now and then one that is still
    needed. That is an edit like any other: the engine takes it in, and both are equal again.
    """
    if found["own"]:
        held = loaded([state])
        for update in found["own"]:
            held.apply(base64.b64decode(update), write=True)
        same(what, found, ours(held))
        return
    same(what, found, end)


def agreed(played: Sequence) -> Seen:
    """What all four writers have; they are Yjs, so they agree."""
    first = played.ends[0]
    for end in played.ends:
        same("the writers themselves", end, first)
    return first


def in_order(held: Held, updates: Many[bytes], rows: list[bytes]) -> Iterator[None]:
    """Offer updates as they come; one that came too early waits for what it leans on.

    Yields after each; what was accepted is in `rows`, as the log keeps it.
    """
    waiting: list[bytes] = []
    for update in updates:
        waiting.append(update)
        progress = True
        while progress:
            progress = False
            for one in list(waiting):
                try:
                    if held.apply(one, write=True) == APPLIED:
                        rows.append(one)
                except Refused as refused:
                    if refused.code != "resync":
                        raise Differs(f"an honest update is refused: {refused.reason}") from None
                else:
                    waiting.remove(one)
                    progress = True
        yield
    if waiting:
        raise Differs(f"{len(waiting)} updates fit nowhere")


def loaded(stored: Many[bytes]) -> Held:
    """A document as it is opened."""
    held = Held()
    held.load(stored, lambda _: None, frozenset())
    return held


def ours(held: Held) -> Seen:
    """What the engine has, in the form of `Seen`."""
    again = scan(held.doc.get_update())
    deletions: dict[str, list[list[int]]] = {}
    for client, clock, length in again.deletes:
        deletions.setdefault(str(client), []).append([clock, length])
    return {
        "content": content(held.fragment),
        "vector": {
            str(client): clock
            for client, clock in protocol.read_vector(held.doc.get_state()).items()
        },
        "deletions": deletions,
        "pending": protocol.read_vector(held.doc.get_state()) != held.shape.clocks,
    }


def content(node: Any) -> Any:
    """The words and marks of a fragment as writers.mjs writes them."""
    if isinstance(node, XmlText):
        return [[part, marks or {}] for part, marks in node.diff()]
    children = [content(child) for child in node.children]
    if isinstance(node, XmlFragment) and not isinstance(node, XmlElement):
        return children
    return {"name": node.tag, "attributes": dict(node.attributes), "children": children}


def clocks(seen: Seen) -> dict[int, int]:
    """The state vector."""
    return {int(client): clock for client, clock in seen["vector"].items()}


def same(what: str, found: Seen, expected: Seen) -> None:
    """Everything that both say has to be equal."""
    if found["pending"]:
        raise Differs(f"{what}: something is left pending")
    for key in ("vector", "content", "xml", "deletions"):
        if key not in found or key not in expected:
            continue
        one, other = found[key], expected[key]
        if key == "deletions":
            one, other = ({k: joined(v) for k, v in each.items()} for each in (one, other))
        elif key == "content":
            one, other = flat(one), flat(other)
        if one != other:
            raise Differs(f"{what}: {key} differs\nfound    {one}\nexpected {other}")


def joined(ranges: list[list[int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that touch as one."""
    out: list[tuple[int, int]] = []
    for clock, length in sorted(ranges):
        if out and out[-1][1] >= clock:
            out[-1] = (out[-1][0], max(out[-1][1], clock + length))
        else:
            out.append((clock, clock + length))
    return out


def flat(node: Any) -> Any:
    """Content with neighbouring parts of a text joined where their marks are the same."""
    if isinstance(node, dict):
        return node | {"children": [flat(child) for child in node["children"]]}
    if node and isinstance(node[0], list) and node[0] and isinstance(node[0][0], str):
        out: list[list[Any]] = []
        for words, marks in node:
            if out and out[-1][1] == marks:
                out[-1][0] += words
            else:
                out.append([words, marks])
        return out
    return [flat(child) for child in node]
