"""lib0: numbers, bytes and strings as Yjs and its protocols write them.

See https://github.com/dmonad/lib0/blob/main/encoding.js. Reading them is another matter: what a
browser sent is bounded first (`app.sync.protocol`, `app.sync.scan`).
"""

from __future__ import annotations

from typing import Final

_SMALL: Final = [bytes((value,)) for value in range(128)]


def uint(value: int) -> bytes:
    """A number in variable length, seven bits a byte (writeVarUint)."""
    if value < 128:
        return _SMALL[value]
    if value < 1 << 14:
        return bytes((128 | (value & 127), value >> 7))
    out = bytearray()
    while value > 127:
        out.append(128 | (value & 127))
        value >>= 7
    out.append(value)
    return bytes(out)


def block(data: bytes) -> bytes:
    """Bytes with their length before them (writeVarUint8Array)."""
    return uint(len(data)) + data


def text(value: str) -> bytes:
    """A string with its length in UTF-8 bytes before it (writeVarString)."""
    return block(value.encode())
