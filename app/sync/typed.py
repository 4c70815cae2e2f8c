"""The update of somebody who types, read in one go: a few plain letters beside what they wrote before.

Nine of ten updates are this and nothing else. Whatever is in any way different, or odd, is left to
`scan`, which reads all there is and says what is wrong; for what is read here both say the same.
"""

from __future__ import annotations

from typing import Final

from app.sync.protocol import MAX_CLIENT
from app.sync.structs import STRING, Scan, Section

_LONGEST: Final = 160
_HAS_ORIGIN: Final = 0x80
_HAS_RIGHT: Final = 0x40
_LETTERS: Final = frozenset({_HAS_ORIGIN | STRING, _HAS_RIGHT | STRING, 0xC0 | STRING})
"""The first byte of letters that name a neighbour."""
_REMEMBERED: Final = 4096


def typed(data: bytes) -> Scan | None:
    """What the update holds; None when it is for `scan` to say."""
    size = len(data)
    # One section with one struct, and no deletions behind it.
    if not 12 < size < _LONGEST or data[0] != 1 or data[1] != 1 or data[-1]:
        return None
    at = 2
    while data[at] > 127:
        at += 1
        if at > 9:
            return None
    own = data[2 : at + 1]
    client = _clients.get(own) or _client(own)
    clock, begin = _uint(data, at + 1)
    if client is None or clock < 0 or (info := data[begin]) not in _LETTERS:
        return None
    at = begin + 1
    origin = right = None
    if info & _HAS_ORIGIN:
        number, end = _uint(data, at + len(own))
        # Neighbours of somebody else are rarer, and read by `scan`.
        if not data.startswith(own, at) or not 0 <= number < clock:
            return None
        origin = (client, number)
        at = end
    if info & _HAS_RIGHT:
        number, end = _uint(data, at + len(own))
        if not data.startswith(own, at) or not 0 <= number < clock:
            return None
        right = (client, number)
        at = end
    # A byte is a letter here: what is not ASCII is read by `scan`.
    length, letters = data[at], data[at + 1 : -1]
    if not 0 < length < 128 or length != len(letters) or not letters.isascii():
        return None
    section = Section(client, clock, begin)
    section.end = clock + length
    section.stop = size - 1
    text = letters.decode("ascii")
    section.structs.append((clock, length, STRING, origin, right, None, None, text))
    return Scan(data, [section], [])


_clients: dict[bytes, int] = {}
"""The client ids that were seen lately, by how they are written."""


def _client(own: bytes) -> int | None:
    """A client id; None when it could have been written shorter, or is none."""
    value = 0
    for byte in reversed(own):
        value = value << 7 | byte & 127
    if value > MAX_CLIENT or not own[-1]:
        return None
    if len(_clients) >= _REMEMBERED:
        _clients.clear()
    _clients[own] = value
    return value


def _uint(data: bytes, at: int) -> tuple[int, int]:
    """A number of up to three bytes, and where it ends; -1 when it is another, or written oddly."""
    if at + 3 >= len(data):
        return -1, 0
    byte = data[at]
    if byte < 128:
        return byte, at + 1
    value, byte = byte & 127, data[at + 1]
    if byte < 128:
        return (value | byte << 7, at + 2) if byte else (-1, 0)
    value, byte = value | (byte & 127) << 7, data[at + 2]
    return (value | byte << 14, at + 3) if 0 < byte < 128 else (-1, 0)
