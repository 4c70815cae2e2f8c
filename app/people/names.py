"""Names people give themselves: cleaned, compared and coloured."""

from __future__ import annotations

import re
import unicodedata
import zlib

from app.kit.errors import BadInput
from app.people.models import NAME_LENGTH

# Twelve hues that keep 4.5:1 under white text, so that a caret's label can be read.
COLOURS = (
    "#b3261e", "#a8480b", "#7a5c00", "#4d6b00", "#1d7031", "#00706a",
    "#00658f", "#2f5bb7", "#5a4fc4", "#8139b5", "#a22c8a", "#a62b5b",
)  # fmt: skip

ZWJ = "\u200d"
_EMOJI = "\ufe0f"
# Letters by their category, yet nothing to see: Hangul fillers and the empty braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Marks stacked higher than any script needs run into the lines above and below.
_STACK = 3
# Letters of other alphabets that nobody can tell from Latin ones.
_LOOKALIKES = str.maketrans("аеорсухіјѕһԁԛԝοανιρ", "aeopcyxijshdqwoavip")


def clean(name: str) -> str:
    """A name as it is kept: NFC, one line, no invisible characters.

    Raises:
        BadInput: nothing is left, or it is longer than 60 characters.
    """
    normal = unicodedata.normalize("NFC", name[: NAME_LENGTH * 20])
    # Controls and direction marks can hide who somebody is; a joiner is needed inside emoji.
    kept = "".join(
        " " if char.isspace() else char
        for char in normal
        if char.isspace() or char in {ZWJ, _EMOJI} or not _is_hidden(char)
    )
    kept = re.sub(r" +", " ", _unstack(kept)).strip(ZWJ + _EMOJI + " ")
    if not any(unicodedata.category(char)[0] in "LNS" for char in kept):
        raise BadInput("Please type your name, so that the others know who you are.", code="name")
    if len(kept) > NAME_LENGTH or len(name) > NAME_LENGTH * 20:
        raise BadInput(
            f"That name is too long. Please use at most {NAME_LENGTH} characters.", code="name"
        )
    return kept


def key(name: str) -> str:
    """What two names have in common when people would take them for the same name.

    “MARÍA ” and “María”; “Аna” with a Cyrillic А and “Ana”; “Ana” with a joiner hidden in it.
    """
    seen = "".join(char for char in unicodedata.normalize("NFKC", name) if not _is_hidden(char))
    plain = " ".join(seen.casefold().split()).translate(_LOOKALIKES)
    # A name of joined emoji alone may have nothing else.
    return plain[:NAME_LENGTH] or name[:NAME_LENGTH]


def _is_hidden(char: str) -> bool:
    return (
        unicodedata.category(char) in _HIDDEN
        or char in _BLANK
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )


def _unstack(text: str) -> str:
    kept: list[str] = []
    height = 0
    for char in text:
        height = height + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if height <= _STACK:
            kept.append(char)
    return "".join(kept)


def pick_colour(name: str, taken: list[str]) -> str:
    """A colour for a newcomer: the least used one, starting where the name points."""
    start = zlib.crc32(key(name).encode()) % len(COLOURS)
    order = COLOURS[start:] + COLOURS[:start]
    return min(order, key=taken.count)
