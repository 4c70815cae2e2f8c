"""What real editors write is never refused, and any bytes at all are read or refused, no more."""

from __future__ import annotations

import base64
import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sync.held import Held
from app.sync.merge import merged
from app.sync.scan import scan
from app.sync.shape import Shape
from app.sync.structs import CLIENT, Refused

ROOT = Path(__file__).parents[2]
UNDOING = 2000
"""The first seed."""


@cache
def session(seed: int, steps: int = 250, editors: int = 4) -> tuple[list[bytes], dict[str, Any]]:
    """What a server receives from editors at work, and what they all have at the end."""
    done = subprocess.run(
        [
            "node",
            str(Path(__file__).with_name("editors.mjs")),
            str(ROOT / "frontend"),
            str(ROOT / "app/manuscript/schema.json"),
            *map(str, (seed, steps, editors)),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [base64.b64decode(line["update"]) for line in lines[:-1]], lines[-1]


@pytest.mark.parametrize("seed", range(6))
def test_what_editors_write_fits_and_reads_the_same_everywhere(seed: int) -> None:
    updates, end = session(seed)
    assert len(end["texts"]) == 1, "the editors themselves do not agree"
    assert not end["pending"]
    held = Held()
    for update in updates:
        held.apply(update, write=True)
    # As it is loaded: from the log, from a snapshot, and as frames that were joined.
    state, _ = held.snapshot()
    scans = [scan(update) for update in updates]
    for stored in (updates, [state], merged(scans), merged(scans[: len(scans) // 2])):
        again = Held()
        again.load(stored, lambda _: None, frozenset())
        assert again.shape.clocks == held.shape.clocks or stored is not updates
    assert not any(held.shape.is_new(found) for found in scans)


@pytest.mark.parametrize("writers", [1, 3])
def test_what_undoing_puts_back_fits(writers: int) -> None:
    """Yjs puts what it brings back between neighbours that may have changed their order by then:
    in a paragraph that it has brought back before, in a new one."""
    done = subprocess.run(
        [
            "node",
            str(Path(__file__).with_name("undoing.mjs")),
            str(ROOT / "frontend"),
            *map(str, (UNDOING, 40, writers, 150)),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    for number, line in enumerate(done.stdout.splitlines()):
        played = json.loads(line)
        waiting = [base64.b64decode(update) for update in played["updates"]]
        held = Held()
        held.load(waiting[:1], lambda _: None, frozenset())
        del waiting[0]
        while waiting:
            early: list[bytes] = []
            for update in waiting:
                try:
                    held.apply(update, write=True)
                except Refused as refused:
                    if refused.code != "resync":
                        raise
                    early.append(update)
            assert len(early) < len(waiting), f"{number}: nothing fits"
            waiting = early
        assert {" ".join(text.split()) for text in played["texts"]} == {
            " ".join(str(held.fragment).split())
        }, number


@pytest.mark.parametrize("seed", range(3))
def test_joined_frames_say_the_same_and_never_skip(seed: int) -> None:
    updates, _ = session(seed)
    one = Held()
    one.load(updates, lambda _: None, frozenset())
    for size in (2, 7, 40):
        other = Held()
        for start in range(0, len(updates), size):
            group = [scan(update) for update in updates[start : start + size]]
            for frame in merged(group):
                # The scan refuses Skip structs.
                assert other.shape.admit(scan(frame)) or True
                other.doc.apply_update(frame)
        assert other.shape.clocks == one.shape.clocks
        assert other.tree() == one.tree()


def test_what_overlaps_or_leaves_a_gap_is_never_joined() -> None:
    """A browser that comes back may send again a part of what is stored."""
    first = b"\x01\x01\x05\x00\x04\x01\x07content\x03abc\x00"
    behind = b"\x01\x01\x05\x03\x84\x05\x02\x01d\x00"
    overlapping = b"\x01\x01\x05\x02\x84\x05\x01\x02cd\x00"
    later = b"\x01\x01\x05\x09\x84\x05\x08\x01z\x00"
    assert len(merged([scan(first), scan(behind)])) == 1
    assert merged([scan(first), scan(overlapping)]) == [first, overlapping]
    assert merged([scan(first), scan(later)]) == [first, later]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_changed_bytes_are_refused_or_read_and_nothing_else(data: st.DataObject) -> None:
    updates, _ = session(0)
    update = bytearray(data.draw(st.sampled_from(updates)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(update)))
        match data.draw(st.sampled_from(("set", "cut", "add", "copy"))):
            case "set" if at < len(update):
                update[at] = data.draw(st.integers(0, 255))
            case "cut":
                del update[at : at + data.draw(st.integers(1, 8))]
            case "add":
                update[at:at] = data.draw(st.binary(max_size=8))
            case _:
                update[at:at] = update[: data.draw(st.integers(0, 30))]
    read_or_refuse(bytes(update))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read_and_nothing_else(data: bytes) -> None:
    read_or_refuse(data)


def read_or_refuse(data: bytes) -> None:
    shape = Shape()
    try:
        found = scan(data, CLIENT)
        shape.admit(found)
    except Refused as refused:
        code = refused.code
    else:
        code = ""
        assert sum(len(section.structs) for section in found.sections) <= len(data)
    assert code in ("", "invalid", "resync", "too_big")
    assert not code or not shape.clocks, "a refused update left something behind"
