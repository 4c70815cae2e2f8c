"""Seeding: the first update of a document that begins with words.

Few words are made by the engine. Many would keep everybody waiting who writes meanwhile, so those
are made by an engine of their own (`aside`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.manuscript import tree
from app.manuscript.tree import Node
from app.sync import aside
from app.sync.supervisor import Supervisor

FEW: Final = 1_000
"""So many elements and texts take the engine less than 50 ms."""


async def seed(engine: Supervisor, node: Node) -> bytes:
    """The update that makes the content of `node` in an empty document.

    Raises:
        EngineRefused: it is not of our schema.
        EngineDied: it could not be made, or not within the limits.
    """
    if not is_big(node):
        return await engine.ask("seed", "", _values(node))
    return await aside.ask("seed", _values(node))


def is_big(node: Node) -> bool:
    """Whether there is so much in it that the engine should not be kept busy with it."""
    return any(count >= FEW for count, _ in enumerate(tree.walk(node)))


def _values(node: Node) -> Sequence[dict[str, Any]]:
    return [tree.to_json(child) for child in node.content]
