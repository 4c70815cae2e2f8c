"""Ids: 26 lowercase characters, sorted by the time they were made (the ULID layout).

48 bits of milliseconds and 80 random bits in Crockford's base 32, see
https://github.com/ulid/spec.
"""

from __future__ import annotations

import re
import secrets

from app.kit import clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH = 26
_SHAPE = re.compile(rf"[{_ALPHABET}]{{{ID_LENGTH}}}")


def new_id() -> str:
    """A new id, never given before."""
    value = (int(clock.now().timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an id (it says nothing about whether it exists)."""
    return _SHAPE.fullmatch(text) is not None
