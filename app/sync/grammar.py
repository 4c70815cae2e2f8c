"""The grammar: what may stand in a stored chapter, drawn from the manuscript's schema.

An editor deletes nodes and marks that its schema does not know, for everybody; so what is not
allowed here must never reach the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from app.kit.ids import is_id
from app.manuscript import schema

MAX_DEPTH: Final = schema.MAX_DEPTH
MAX_ATTRIBUTE: Final = 2048
"""Characters of an attribute's value."""
ROOT: Final = "content"
VERSION: Final = 1
"""Of the schema; a client that says a lower one may read and not write."""

_HASHED = re.compile(r"(.+)--[A-Za-z0-9+/=]{8}")
_LANGUAGE = re.compile(r"[A-Za-z0-9_+#. -]{0,40}")
# No white space and no control characters anywhere: browsers strip them and run "java\tscript:".
_LINK = re.compile(
    r"(?:https?://[^\s\x00-\x1f\x7f]+|mailto:[^\s\x00-\x1f\x7f]+|tel:[^\s\x00-\x1f\x7f]+"
    r"|#[^\s\x00-\x1f\x7f]*|chapter:[0-9A-Za-z_-]{1,64}(?:#[^\s\x00-\x1f\x7f]*)?)",
    re.IGNORECASE,
)


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        return (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and low <= value <= high
            and value == int(value)
        )

    return check


_width = _whole(1, 10_000)


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_ATTRIBUTE


def _widths(value: Any) -> bool:
    if value is None:
        return True
    if not isinstance(value, list):
        return False
    items = cast("list[Any]", value)
    return len(items) <= 100 and all(item is None or item == 0 or _width(item) for item in items)


ATTRIBUTES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "level": _whole(1, 6),
    "start": _whole(0, 1_000_000),
    "kind": lambda value: value in schema.CALLOUT_KINDS,
    "asset": lambda value: value is None or (isinstance(value, str) and is_id(value)),
    "alt": _text,
    "credit": _text,
    "decorative": lambda value: isinstance(value, bool),
    "colspan": _whole(1, 1000),
    "rowspan": _whole(1, 1000),
    "colwidth": _widths,
    "language": lambda value: (
        value is None or (isinstance(value, str) and _LANGUAGE.fullmatch(value) is not None)
    ),
}
"""A check for the value of each attribute; a name means the same on every node."""

NODES: Final[Mapping[str, schema.NodeType]] = schema.nodes()
MARKS: Final[Mapping[str, schema.MarkType]] = schema.marks()
ELEMENTS: Final[frozenset[str]] = frozenset(NODES) - {"doc", "text"}


def mark_name(key: str) -> str:
    """The mark of a format's key: overlapping marks are stored as `name--hash`."""
    found = _HASHED.fullmatch(key)
    return found.group(1) if found else key


def mark_value_ok(name: str, value: Any) -> bool:
    """Whether a mark may carry this value; null ends a mark."""
    if value is None:
        return True
    if value is True:
        return name != "link"
    if not isinstance(value, dict):
        return False
    attrs = cast("dict[str, Any]", value)
    if name == "link":
        href = attrs.get("href")
        return set(attrs) == {"href"} and isinstance(href, str) and link_ok(href)
    return not attrs


def link_ok(href: str) -> bool:
    """Whether a link may lead there."""
    return len(href) <= MAX_ATTRIBUTE and _LINK.fullmatch(href) is not None


def may_hold(parent: str, child: str) -> bool:
    """Whether an element named `child` (or "text") may stand directly in `parent`."""
    return child in NODES[parent].children
