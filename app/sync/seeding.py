"""Seeding: the first update of a document that begins with words.

Few words are made by the engine. Many would keep everybody waiting who writes meanwhile, so those
are made by a process of their own, which is this module run as a program; it ends with its answer.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, cast

import app
from app.kit import box
from app.manuscript import tree
from app.manuscript.tree import Node
from app.sync.pipe import Unpacker, pack
from app.sync.supervisor import EngineDied, EngineRefused, Supervisor

FEW: Final = 1_000
"""So many elements and texts take the engine less than 50 ms."""

_LIMITS: Final = box.Limits(seconds=120, cpu_seconds=60, memory_mb=2_000, output_mb=256)


async def seed(engine: Supervisor, node: Node) -> bytes:
    """The update that makes the content of `node` in an empty document.

    Raises:
        EngineRefused: it is not of our schema.
        EngineDied: it could not be made, or not within the limits.
    """
    if not is_big(node):
        return await engine.ask("seed", "", _values(node))
    request = await asyncio.to_thread(lambda: pack((1, "seed", "", _values(node))))
    with tempfile.TemporaryDirectory() as folder:
        try:
            result = await box.run(
                [sys.executable, "-P", "-m", __name__],
                folder=Path(folder),
                given=request,
                limits=_LIMITS,
                environment={"PYTHONPATH": str(Path(app.__file__).parents[1])},
            )
        except box.BoxError:
            raise EngineDied(None) from None
    answers = list(Unpacker().feed(result.output))
    if result.code != 0 or len(answers) != 1:
        raise EngineDied(None)
    _, good, value = cast("tuple[int, bool, Any]", answers[0])
    if not good:
        raise EngineRefused(*value)
    return value


def is_big(node: Node) -> bool:
    """Whether there is so much in it that the engine should not be kept busy with it."""
    return any(count >= FEW for count, _ in enumerate(tree.walk(node)))


def _values(node: Node) -> Sequence[dict[str, Any]]:
    return [tree.to_json(child) for child in node.content]


def main() -> None:
    """Answer the one request on standard input, as the engine would."""
    # Only here: the server's process never loads the library with the documents.
    from app.sync.engine import Engine

    [request] = Unpacker().feed(sys.stdin.buffer.read())
    engine = Engine(lambda _number, _index: None, frozenset())
    answer = pack(engine.answer(request))
    sys.stdout.buffer.write(answer)
    sys.stdout.flush()
    # Taking everything apart again would take as long as making it.
    os._exit(0)


if __name__ == "__main__":
    main()
