"""Coverage: which characters some face of the book has, read from the fonts' own tables (`cmap`).

typst looks through all faces for a character, so one that has it is enough.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

from app.exporting import fonts

_PLANES = 0x110000
# What never draws anything: controls, joiners, marks of direction, variation selectors, spaces.
_SILENT = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Cs"})


def lacking(text: str) -> str:
    """The characters of a text that no face has, in the order in which they first stand there."""
    known = covered()
    if not known:
        return ""  # without fonts nothing is known
    return "".join(
        character
        for character in dict.fromkeys(text)
        if not known[ord(character) >> 3] >> (ord(character) & 7) & 1
        and unicodedata.category(character) not in _SILENT
        and not _selects(character)
    )


@cache
def covered() -> bytes:
    """A bit for every code point that the installed faces have; empty when none are installed.

    Takes some milliseconds the first time: call it outside the event loop.
    """
    bits = bytearray(_PLANES >> 3)
    files = sorted(file for folder in fonts.folders() for file in folder.glob("*.ttf"))
    for file in files:
        for first, last in ranges(file):
            for code in range(first, min(last, _PLANES - 1) + 1):
                bits[code >> 3] |= 1 << (code & 7)
    return bytes(bits) if files else b""


def ranges(file: Path) -> list[tuple[int, int]]:
    """The ranges of code points, both ends included, that a TrueType font has glyphs for.

    OpenType 1.9, "cmap": format 12 where there is one, else format 4. ValueError when neither is.
    """
    with file.open("rb") as font:
        tables = struct.unpack(">H", font.read(12)[4:6])[0]
        directory = font.read(16 * tables)
        for at in range(0, len(directory), 16):
            tag, _, offset, length = struct.unpack(">4sIII", directory[at : at + 16])
            if tag == b"cmap":
                font.seek(offset)
                return _best(font.read(length))
    raise ValueError(f"{file.name} has no cmap")


def _best(cmap: bytes) -> list[tuple[int, int]]:
    found: dict[int, int] = {}
    for at in range(struct.unpack(">H", cmap[2:4])[0]):
        offset = struct.unpack(">I", cmap[8 + 8 * at : 12 + 8 * at])[0]
        found[struct.unpack(">H", cmap[offset : offset + 2])[0]] = offset
    if 12 in found:
        return _format_12(cmap[found[12] :])
    if 4 in found:
        return _format_4(cmap[found[4] :])
    raise ValueError("a cmap without Unicode")


def _format_12(table: bytes) -> list[tuple[int, int]]:
    groups = struct.unpack(">I", table[12:16])[0]
    every = struct.iter_unpack(">III", table[16 : 16 + 12 * groups])
    return [(first, last) for first, last, _ in every]


def _format_4(table: bytes) -> list[tuple[int, int]]:
    count = struct.unpack(">H", table[6:8])[0] // 2
    ends = struct.unpack(f">{count}H", table[14 : 14 + 2 * count])
    starts = struct.unpack(f">{count}H", table[16 + 2 * count : 16 + 4 * count])
    # The last segment, 0xFFFF alone, only ends the table.
    return [(first, last) for first, last in zip(starts, ends, strict=True) if first != 0xFFFF]


def _selects(character: str) -> bool:
    """Whether a character only chooses how the one before it looks."""
    return 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF
