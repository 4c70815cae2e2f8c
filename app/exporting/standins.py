"""Stand-ins: what pandoc sees of a picture is one pixel in a data: address.

So it stays in its sandbox, opens no file and holds no picture in memory. Each picture's pixel has a
colour of its own; in the finished file the picture is put in its place again.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.exporting.book import Picture


@dataclass(slots=True)
class StandIns:
    """The stand-ins of the pictures of a book, by the pictures' names in it."""

    pictures: dict[bytes, Picture] = field(default_factory=dict[bytes, Picture])
    """Stand-in → picture."""
    _addresses: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, pictures: Iterable[Picture]) -> StandIns:
        """One for each picture."""
        made = cls()
        for number, picture in enumerate(sorted(pictures, key=lambda one: one.name), 1):
            pixel = _png(number)
            made.pictures[pixel] = picture
            made._addresses[picture.name] = (
                "data:image/png;base64," + base64.b64encode(pixel).decode()
            )
        return made

    def address(self, name: str) -> str:
        """The data: address that stands for a picture."""
        return self._addresses[name]


def _png(number: int) -> bytes:
    """A PNG of one pixel whose colour is the number (PNG, third edition, §5)."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = b"\0" + (number % 2**24).to_bytes(3, "big")
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(pixel)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
