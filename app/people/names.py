"""Names people give themselves: cleaned, compared and coloured."""

from __future__ import annotations

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
_VARIATION = "\ufe0f"


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
        if char.isspace()
        or char in {ZWJ, _VARIATION}
        or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    kept = " ".join(kept.split()).strip(ZWJ + _VARIATION + " ")
    if not any(unicodedata.category(char)[0] in "LNS" for char in kept):
        raise BadInput("Please type your name, so that the others know who you are.", code="name")
    if len(kept) > NAME_LENGTH or len(name) > NAME_LENGTH * 20:
        raise BadInput(
            f"That name is too long. Please use at most {NAME_LENGTH} characters.", code="name"
        )
    return kept


def key(name: str) -> str:
    """What two names have in common when they are the same name: “MARÍA ” and “María”."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:NAME_LENGTH]


def pick_colour(name: str, taken: list[str]) -> str:
    """A colour for a newcomer: the least used one, starting where the name points."""
    start = zlib.crc32(key(name).encode()) % len(COLOURS)
    order = COLOURS[start:] + COLOURS[:start]
    return min(order, key=taken.count)
