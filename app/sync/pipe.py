"""The pipe between the server and the engine: length-prefixed marshal messages.

Marshal carries None, bools, numbers, strings, bytes, tuples, lists and dicts and nothing that
could run. Both ends are the same interpreter; the other end is our own child.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Iterator
from typing import Any, Final

_LENGTH: Final = struct.Struct("<I")
MARK: Final = struct.Struct("<QQ")
"""What is being applied, kept outside the child: (request number, index in its list) + 1 each."""


def pack(message: Any) -> bytes:
    """A message as it goes through the pipe."""
    body = marshal.dumps(message)
    return _LENGTH.pack(len(body)) + body


class Unpacker:
    """Collects bytes and gives whole messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Add what was read; yield the messages that are complete."""
        buffer: bytes | bytearray = data
        # Mostly whole messages come, and are read where they are.
        if self._buffer:
            self._buffer += data
            buffer = self._buffer
        at = 0
        while len(buffer) - at >= 4:
            (length,) = _LENGTH.unpack_from(buffer, at)
            if len(buffer) - at - 4 < length:
                break
            # Our own child at the other end, see above.
            message = marshal.loads(buffer[at + 4 : at + 4 + length])  # noqa: S302
            at += 4 + length
            yield message
        if buffer is data:
            self._buffer += data[at:]
        else:
            del self._buffer[:at]
