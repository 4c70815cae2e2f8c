"""The writer: a tree becomes Yjs content, in the very shape that the editor would have written.

Runs where pycrdt runs: in the sync engine's process.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from app.manuscript.tree import Child, Node, Text

ROOT = "content"
"""The name of a chapter's root fragment."""


def update_for(node: Node, client_id: int) -> bytes:
    """A Yjs V1 update that creates the tree in an empty document, authored by `client_id`."""
    document: Doc[Any] = Doc(client_id=client_id)
    fragment = document.get(ROOT, type=XmlFragment)
    append(fragment, [child for child in node.content if isinstance(child, Node)])
    return document.get_update()


def append(fragment: XmlFragment, nodes: Iterable[Node]) -> None:
    """Add blocks at the end of a live fragment, in one transaction."""
    with cast("Doc[Any]", fragment.doc).transaction():  # pyright: ignore[reportUnknownMemberType]
        # A stack of (parent, its children still to be written, last first).
        stack: list[tuple[XmlFragment | XmlElement, list[Child]]] = [
            (fragment, list(reversed(list(nodes))))
        ]
        while stack:
            parent, waiting = stack[-1]
            if not waiting:
                stack.pop()
                continue
            if isinstance(waiting[-1], Text):
                _write_texts(parent, waiting)
                continue
            node = cast("Node", waiting.pop())
            element = XmlElement(node.type)
            parent.children.append(element)
            for name, value in node.attrs.items():
                # y-prosemirror leaves out attributes that are null.
                if value is not None:
                    element.attributes[name] = value
            stack.append((element, list(reversed(node.content))))


def _write_texts(parent: XmlFragment | XmlElement, waiting: list[Child]) -> None:
    """One XmlText for all the texts that follow each other."""
    run: list[Text] = []
    while waiting and isinstance(waiting[-1], Text):
        run.append(cast("Text", waiting.pop()))
    run = [text for text in run if text.text]
    if not run:
        return
    written = XmlText()
    parent.children.append(written)
    at = 0  # in bytes of UTF-8: that is how pycrdt counts
    for text in run:
        formats = {mark.type: dict(mark.attrs) for mark in text.marks}
        written.insert(at, text.text, formats)
        at += len(text.text.encode())
