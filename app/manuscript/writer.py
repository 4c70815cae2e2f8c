"""The writer: a tree becomes Yjs content, in the very shape that the editor would have written.

Runs where pycrdt runs: in the sync engine's process.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from pycrdt import Doc, XmlElement, XmlFragment

from app.manuscript import encoding
from app.manuscript.tree import Node

ROOT = "content"
"""The name of a chapter's root fragment."""


def update_for(node: Node, client_id: int) -> bytes:
    """A Yjs V1 update that creates the tree in an empty document, authored by `client_id`."""
    blocks = [child for child in node.content if isinstance(child, Node)]
    return encoding.update(blocks, client_id, ROOT)


def append(fragment: XmlFragment, nodes: Sequence[Node]) -> None:
    """Add blocks at the end of a live fragment, in one transaction."""
    if not nodes:
        return
    document = cast("Doc[Any]", fragment.doc)  # pyright: ignore[reportUnknownMemberType]
    client = document.client_id
    with document.transaction():
        clock = encoding.clock_of(document.get_state(), client)
        # The library knows what stands last; all that follows leans on this one element.
        fragment.children.append(XmlElement(nodes[0].type))
        update = encoding.update_behind(nodes[0], nodes[1:], client, clock)
        document.apply_update(update)
