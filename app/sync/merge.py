"""Merging: several committed updates as one frame for everybody, by moving bytes.

Sections of different clients stand side by side in an update, and sections of one client that
follow each other can be joined as they are. So no CRDT code is needed, and never a Skip struct:
what does not follow on without a gap goes into a frame of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.kit.lib0 import uint
from app.sync.structs import Scan, Section

MAX_FRAME: Final = 256 << 10
MANY: Final = 64
_LETTERS: Final = 1 << 10


def merged(scans: Sequence[Scan]) -> list[bytes]:
    """Updates that together say what `scans` say, in as few as can be."""
    if len(scans) == 1:
        return [scans[0].data]
    if len(scans) <= MANY and (typed := _side_by_side(scans)) is not None:
        return [typed]
    out: list[bytes] = []
    group: list[Scan] = []
    ends: dict[int, int] = {}
    size = 0
    for found in scans:
        follows = all(
            ends.get(section.client, section.start) == section.start for section in found.sections
        )
        if group and (not follows or size + len(found.data) > MAX_FRAME):
            out.append(_join(group))
            group, ends, size = [], {}, 0
        group.append(found)
        size += len(found.data)
        for section in found.sections:
            ends[section.client] = section.end
    out.append(_join(group))
    return out


def _side_by_side(scans: Sequence[Scan]) -> bytes | None:
    """The usual case, several people who typed one letter each: their sections as they are."""
    clients: set[int] = set()
    for found in scans:
        if found.deletes or len(found.sections) != 1 or len(found.data) > _LETTERS:
            return None
        clients.add(found.sections[0].client)
    if len(clients) != len(scans):
        return None
    # Without the number of sections before it and the number of deletions behind it.
    return b"".join((uint(len(scans)), *(found.data[1:-1] for found in scans), b"\x00"))


def _join(group: Sequence[Scan]) -> bytes:
    if len(group) == 1:
        return group[0].data
    sections: dict[int, list[tuple[Section, bytes]]] = {}
    deletes: dict[int, list[tuple[int, int]]] = {}
    for found in group:
        for section in found.sections:
            body = found.data[section.begin : section.stop]
            sections.setdefault(section.client, []).append((section, body))
        for client, clock, length in found.deletes:
            deletes.setdefault(client, []).append((clock, length))
    parts = [uint(len(sections))]
    for client, pieces in sections.items():
        parts += (
            uint(sum(len(section.structs) for section, _ in pieces)),
            uint(client),
            uint(pieces[0][0].start),
        )
        parts += (body for _, body in pieces)
    parts.append(uint(len(deletes)))
    for client, ranges in deletes.items():
        parts += (uint(client), uint(len(ranges)))
        parts += (uint(clock) + uint(length) for clock, length in ranges)
    return b"".join(parts)
