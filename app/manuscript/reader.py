"""The reader: a live Yjs fragment becomes a tree.

Runs where pycrdt runs: in the sync engine's process. The shape read is the one that y-prosemirror
and y-tiptap write: an XmlElement per node, an XmlText per run of inline text, attributes as map
entries, marks as formats of the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from pycrdt import XmlElement, XmlFragment, XmlText

from app.manuscript import schema
from app.manuscript.tree import Child, Json, Mark, Node, Text

# y-prosemirror stores marks that may overlap as "comment--<hash>"; the hash is not part of the name.
_HASHED = re.compile(r"(.*)--[a-zA-Z0-9+/=]{8}", re.DOTALL)


def read(fragment: XmlFragment) -> Node:
    """The tree in a document's root fragment, exactly as it is stored; defaults are filled in.

    Never fails on odd nesting: what a well-behaved editor would not have written is still read.
    """
    root: list[Child] = []
    # Elements still to be read, each with the list its node goes into.
    frames: list[tuple[XmlElement | None, list[Any], list[Child]]] = [
        (None, _children(fragment), root)
    ]
    while frames:
        element, waiting, done = frames[-1]
        if not waiting:
            frames.pop()
            if element is not None:
                frames[-1][2].append(_node(element, done))
            continue
        child = waiting.pop()
        if isinstance(child, XmlElement):
            frames.append((child, _children(child), []))
        elif isinstance(child, XmlText):
            _add_texts(child, done)
    return Node("doc", {}, tuple(root))


def _children(parent: XmlFragment | XmlElement) -> list[Any]:
    found = list(cast("Any", parent.children))
    found.reverse()
    return found


def _node(element: XmlElement, content: list[Child]) -> Node:
    name = element.tag or ""
    attrs = schema.defaults(name)
    for key, value in cast("list[tuple[str, Any]]", list(cast("Any", element.attributes))):
        attrs[key] = plain_json(value)
    return Node(name, attrs, tuple(content))


def _add_texts(text: XmlText, done: list[Child]) -> None:
    for value, formats in cast("list[tuple[Any, Mapping[str, Any] | None]]", text.diff()):
        # Anything but a string here is an embed, which no editor of ours writes.
        if not isinstance(value, str) or not value:
            continue
        marks = _marks(formats or {})
        last = done[-1] if done else None
        if isinstance(last, Text) and last.marks == marks:
            done[-1] = Text(last.text + value, marks)
        else:
            done.append(Text(value, marks))


def _marks(formats: Mapping[str, Any]) -> tuple[Mark, ...]:
    known = schema.marks()
    found: list[Mark] = []
    # pycrdt gives formats in another order each time, and two marks of one kind may overlap.
    for key, value in sorted(formats.items()):
        if value is None:
            continue
        hashed = _HASHED.fullmatch(key)
        name = hashed.group(1) if hashed else key
        attrs = dict(known[name].attrs) if name in known else {}
        if isinstance(value, dict):
            attrs |= plain_json(cast("dict[str, Any]", value))
        found.append(Mark(name, attrs))
    # The order that ProseMirror keeps: by rank; the sort is stable, unknown marks come last.
    found.sort(key=lambda mark: (known[mark.type].rank if mark.type in known else 999, mark.type))
    return tuple(found)


def plain_json(value: Any) -> Json:
    """A value from pycrdt as JSON: whole floats become ints again (Yjs has only one number type)."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [plain_json(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: plain_json(item) for key, item in cast("dict[str, Any]", value).items()}
    return value
