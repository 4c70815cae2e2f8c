"""Attributes: each one's allowed values, and what stands in when a value is not allowed."""

from __future__ import annotations

import re
from typing import cast

from app.manuscript import schema
from app.manuscript.tree import Json, Node

MAX_VALUE = 2048
MAX_COLUMNS = 50
MAX_SPAN_ROWS = 500

# A newline or a back-tick in a language would end the code block in typst's source.
_LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]{1,32}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u2028-\u202e]+")


def tidy_attrs(node: Node) -> dict[str, Json]:
    """The node's attributes: all that its type has, each with an allowed value, and no others."""
    return {
        name: _value(name, node.attrs.get(name, default), default)
        for name, default in schema.defaults(node.type).items()
    }


def _value(name: str, value: Json, default: Json) -> Json:
    match name:
        case "level":
            return clamp(value, 1, 6, default)
        case "start":
            return clamp(value, 0, 99_999, default)
        case "colspan":
            return clamp(value, 1, MAX_COLUMNS, default)
        case "rowspan":
            return clamp(value, 1, MAX_SPAN_ROWS, default)
        case "colwidth":
            return _widths(value)
        case "kind":
            return value if value in schema.CALLOUT_KINDS else default
        case "language":
            return value if isinstance(value, str) and _LANGUAGE.fullmatch(value) else None
        case "asset":
            return value if isinstance(value, str) and _ID.fullmatch(value) else None
        case "decorative":
            return value is True
        case _:
            return line(value) if isinstance(value, str) else default


def line(value: str) -> str:
    """A short text for an attribute: one line, no control characters, at most 2 KiB characters."""
    return _CONTROL.sub(" ", value)[:MAX_VALUE]


def clamp(value: Json, low: int, high: int, default: Json) -> int:
    """A whole number between two bounds; the default when it is none at all."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return int(default)
    if value != value:
        return int(default)
    return int(max(low, min(high, value)))


def _widths(value: Json) -> list[int] | None:
    if not isinstance(value, list):
        return None
    widths = cast("list[Json]", value)
    if not widths or any(isinstance(w, bool) or not isinstance(w, int | float) for w in widths):
        return None
    return [clamp(width, 0, 10_000, 0) for width in widths[:MAX_COLUMNS]]
