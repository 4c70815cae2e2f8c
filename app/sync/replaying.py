"""Replaying: stored updates go into a document many at a time.

Each of them was scanned and judged when it was stored, and the log's chain says that it is still
the same; so only one thing is asked here that could be told no earlier: whether all is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import pycrdt
from pycrdt import Doc

from app.sync import protocol
from app.sync.scan import scan
from app.sync.shape import Shape
from app.sync.structs import STORED, Refused

_AT_ONCE: Final = 256
"""Updates in one transaction: ending one costs more than most updates do."""

_NOTHING: Final = b"\x00\x00"


def replay(
    doc: Doc[Any], stored: Sequence[bytes], mark: Callable[[int], None], skip: frozenset[int]
) -> None:
    """Apply stored updates in order, leaving out the indexes in `skip`; raises what pycrdt does.

    Each is marked before it goes in. Should the end of a transaction be what ends the process, the
    mark names the last one of it: only one that does so on its own is to be believed guilty.
    """
    for start in range(0, len(stored), _AT_ONCE):
        with doc.transaction():
            for index in range(start, min(start + _AT_ONCE, len(stored))):
                if index not in skip:
                    mark(index)
                    doc.apply_update(stored[index])


def check_whole(
    doc: Doc[Any], stored: Sequence[bytes], skip: frozenset[int], *, since: int
) -> None:
    """See that everything in the stored updates from index `since` on has found its place. The
    document does not tell: its state does not have what waits for something missing.

    Raises:
        Refused: some of it has not.
    """
    state = doc.get_state()
    clocks = protocol.read_vector(state)
    deletions: list[bytes] = []
    for index in range(since, len(stored)):
        if index in skip:
            continue
        # What an update has beyond the state, and all its deletions: reading every update
        # ourselves would take longer than all the rest.
        beyond = pycrdt.get_update(stored[index], state)
        if beyond[0]:
            raise Refused(f"row {index}: leans on what is not there")
        if beyond != _NOTHING:
            deletions.append(beyond)
    for start in range(0, len(deletions), _AT_ONCE):
        together = pycrdt.merge_updates(*deletions[start : start + _AT_ONCE])
        for client, clock, length in scan(together, STORED).deletes:
            if clock + length > clocks.get(client, 0):
                raise Refused("deletes what is not there")


def shape_of(doc: Doc[Any], free: frozenset[str]) -> Shape:
    """The shape of a document, made of its whole state.

    Raises:
        Refused: it has none that fits.
    """
    shape = Shape(free)
    shape.admit(scan(doc.get_update(), replace(STORED, roots=STORED.roots | free)))
    if shape.clocks != protocol.read_vector(doc.get_state()):
        raise Refused("does not have the state vector that it should")
    return shape
