"""Encoding: blocks as the bytes of a Yjs V1 update, written one after the other.

Asking the Yjs library to append a block makes it walk past all blocks before: 40,000 take it a
quarter of a minute, writing the bytes takes a second. The format is described in Yjs'
`src/utils/encoding.js` and `src/structs/`, lib0's values in `lib0/encoding.js`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from app.kit import lib0
from app.manuscript.tree import Child, Json, Node, Text

Id = tuple[int, int]
"""A client id and a clock."""

_STRING: Final = 4
_FORMAT: Final = 6
_TYPE: Final = 7
_ANY: Final = 8
_BEHIND: Final = 0x80
_ATTRIBUTE: Final = 0x20
_ELEMENT: Final = b"\x03"
_TEXT: Final = b"\x06"
_SMALL: Final = (1 << 31) - 1
_EXACT: Final = 1 << 53


def update(nodes: Sequence[Child], client: int, root: str) -> bytes:
    """The update that makes blocks in an empty root fragment, authored by `client`."""
    written = _Writer(client, 0)
    written.blocks(b"\x01" + lib0.text(root), nodes)
    return written.update()


def update_behind(first: Node, more: Sequence[Child], client: int, clock: int) -> bytes:
    """The update that fills the still empty element that `client` made at `clock` as `first`,
    and puts `more` behind it; it begins at the clock after."""
    written = _Writer(client, clock + 1)
    written.inside(clock, first)
    written.blocks(b"", more, behind=clock)
    return written.update()


def clock_of(state: bytes, client: int) -> int:
    """How much a client has written, according to a state vector of our own library."""
    numbers: list[int] = []
    value = shift = 0
    for byte in state:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    return dict(zip(numbers[1::2], numbers[2::2], strict=True)).get(client, 0)


class _Writer:
    """The structs of one client, from `clock` on."""

    def __init__(self, client: int, clock: int) -> None:
        self._client = lib0.uint(client)
        self._begin = self._clock = clock
        self._structs: list[bytes] = []

    def update(self) -> bytes:
        """What was written; an update that says nothing when that is nothing."""
        if not self._structs:
            return b"\x00\x00"
        head = [b"\x01", lib0.uint(len(self._structs)), self._client, lib0.uint(self._begin)]
        return b"".join([*head, *self._structs, b"\x00"])

    def blocks(self, parent: bytes, nodes: Sequence[Child], behind: int | None = None) -> None:
        """Nodes and texts one behind the other, and all that is in them; never recurses.

        `parent` is the encoded name of what they are in; `behind` the clock of the one before.
        """
        # (parent, its children still to be written with the last first, clock of the one before)
        stack: list[tuple[bytes, list[Child], int | None]] = [(parent, _reversed(nodes), behind)]
        while stack:
            parent, waiting, behind = stack.pop()
            if not waiting:
                continue
            child = waiting.pop()
            if isinstance(child, Text):
                run = [child]
                while waiting and isinstance(waiting[-1], Text):
                    run.append(cast("Text", waiting.pop()))
                made = self._texts(parent, behind, run)
                stack.append((parent, waiting, behind if made is None else made))
                continue
            kind = _ELEMENT + lib0.text(child.type)
            made = self._add(_TYPE, kind, parent, behind)
            stack.append((parent, waiting, made))
            self._attributes(made, child.attrs)
            stack.append((self._inside_of(made), _reversed(child.content), None))

    def inside(self, clock: int, node: Node) -> None:
        """The attributes and the content of the element made at `clock`."""
        self._attributes(clock, node.attrs)
        self.blocks(self._inside_of(clock), node.content)

    def _attributes(self, clock: int, attrs: Mapping[str, Json]) -> None:
        inside = self._inside_of(clock)
        for name, value in attrs.items():
            # y-prosemirror leaves out attributes that are null.
            if value is not None:
                self._add(_ANY, b"\x01" + _any(value), inside, None, sub=name)

    def _texts(self, parent: bytes, behind: int | None, run: Iterable[Text]) -> int | None:
        """One Y.XmlText for texts that follow each other; its clock, None when there is nothing."""
        run = [text for text in run if text.text]
        if not run:
            return None
        made = self._add(_TYPE, _TEXT, parent, behind)
        inside = self._inside_of(made)
        at: int | None = None
        current: dict[str, str] = {}
        for text in [*run, Text("")]:
            wanted = {mark.type: _json(dict(mark.attrs)) for mark in text.marks}
            changes = {name: "null" for name in current if name not in wanted}
            changes |= {k: value for k, value in wanted.items() if current.get(k) != value}
            current = wanted
            for name, value in changes.items():
                at = self._add(_FORMAT, lib0.text(name) + lib0.text(value), inside, at)
            if text.text:
                length = len(text.text.encode("utf-16-le")) >> 1
                at = self._add(_STRING, lib0.text(text.text), inside, at, length) + length - 1
        return made

    def _add(
        self,
        kind: int,
        content: bytes,
        parent: bytes,
        behind: int | None,
        length: int = 1,
        sub: str | None = None,
    ) -> int:
        """Write one struct; its clock."""
        clock = self._clock
        if behind is not None:
            where = bytes((kind | _BEHIND,)) + self._client + lib0.uint(behind)
        elif sub is not None:
            where = bytes((kind | _ATTRIBUTE,)) + parent + lib0.text(sub)
        else:
            where = bytes((kind,)) + parent
        self._structs.append(where + content)
        self._clock += length
        return clock

    def _inside_of(self, clock: int) -> bytes:
        return b"\x00" + self._client + lib0.uint(clock)


def _reversed(nodes: Sequence[Child]) -> list[Child]:
    return list(reversed(nodes))


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _any(value: Json) -> bytes:
    """A value as lib0's writeAny gives it."""
    if value is None:
        return b"\x7e"
    if isinstance(value, bool):
        return b"\x78" if value else b"\x79"
    if isinstance(value, int) and abs(value) <= _SMALL:
        return b"\x7d" + _int(value)
    if isinstance(value, int | float):
        if abs(value) > _EXACT:
            raise ValueError("a number that no browser can hold")
        return b"\x7b" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"\x77" + lib0.text(value)
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return b"".join([b"\x75", lib0.uint(len(items)), *map(_any, items)])
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        parts = [lib0.text(key) + _any(item) for key, item in pairs]
        return b"".join([b"\x76", lib0.uint(len(parts)), *parts])
    raise ValueError(f"{type(value).__name__} is no value of a document")


def _int(value: int) -> bytes:
    """lib0's writeVarInt: the first byte holds a sign and six bits."""
    sign, value = (0x40, -value) if value < 0 else (0, value)
    if value < 64:
        return bytes((sign | value,))
    return bytes((0x80 | sign | value & 63,)) + lib0.uint(value >> 6)
