"""Updates written by an encoder that writes whatever it is told, and read into what it writes.

The format is described in Yjs' `src/utils/encoding.js`.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any

from app.sync.protocol import text
from app.sync.scan import scan
from app.sync.structs import ANY, DELETED, FORMAT, GC, STORED, STRING, TYPE, Id


@dataclass
class Struct:
    """One struct; `content` is what stands behind its head."""

    kind: int
    length: int
    content: bytes
    origin: Id | None = None
    right: Id | None = None
    parent: Id | str | None = None
    sub: str | None = None

    def bytes(self) -> bytes:
        if self.kind == GC:
            return b"\0" + uint(self.length)
        info = self.kind | 0x80 * bool(self.origin) | 0x40 * bool(self.right)
        head = bytes([info | 0x20 * (self.sub is not None)])
        for one in (self.origin, self.right):
            if one:
                head += uint(one[0]) + uint(one[1])
        if not self.origin and not self.right:
            if isinstance(self.parent, str):
                head += uint(1) + text(self.parent)
            else:
                head += uint(0) + b"".join(map(uint, self.parent or (0, 0)))
            if self.sub is not None:
                head += text(self.sub)
        return head + self.content


@dataclass
class Section:
    """The structs of a client; `says` is the number of them that the bytes claim."""

    client: int
    clock: int
    structs: list[Struct]
    says: int | None = None


@dataclass
class Update:
    """An update that can be bent."""

    sections: list[Section] = field(default_factory=list)
    deletes: list[tuple[int, int, int]] = field(default_factory=list)

    def bytes(self) -> bytes:
        out = uint(len(self.sections))
        for one in self.sections:
            says = len(one.structs) if one.says is None else one.says
            out += uint(says) + uint(one.client) + uint(one.clock)
            out += b"".join(each.bytes() for each in one.structs)
        clients = list(dict.fromkeys(client for client, _, _ in self.deletes))
        out += uint(len(clients))
        for client in clients:
            own = [(clock, length) for who, clock, length in self.deletes if who == client]
            out += uint(client) + uint(len(own))
            out += b"".join(uint(clock) + uint(length) for clock, length in own)
        return out


def uint(value: int) -> bytes:
    """A variable-length number of any size."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def any_value(value: Any) -> bytes:
    """lib0's `writeAny`."""
    match value:
        case None:
            return b"\x7e"
        case bool():
            return b"\x78" if value else b"\x79"
        case int() | float():
            return b"\x7b" + struct.pack(">d", value)
        case str():
            return b"\x77" + text(value)
        case list():
            return b"\x75" + uint(len(value)) + b"".join(map(any_value, value))
        case _:
            items = [text(key) + any_value(one) for key, one in value.items()]
            return b"\x76" + uint(len(items)) + b"".join(items)


def read(data: bytes) -> Update:
    """An honest update, taken apart."""
    found = scan(data, STORED)
    sections: list[Section] = []
    for one in found.sections:
        structs = [
            Struct(kind, length, content_of(kind, length, value), origin, right, parent, sub)
            for _, length, kind, origin, right, parent, sub, value in one.structs
        ]
        sections.append(Section(one.client, one.start, structs))
    return Update(sections, list(found.deletes))


def content_of(kind: int, length: int, value: Any) -> bytes:
    if kind == STRING:
        return text(value)
    if kind == DELETED:
        return uint(length)
    if kind == FORMAT:
        return text(value[0]) + text(json.dumps(value[1]))
    if kind == TYPE:
        return uint(6) if value is None else uint(3) + text(value)
    return uint(len(value)) + b"".join(map(any_value, value)) if kind == ANY else b""
