"""An engine for one question, in a process of its own, which is this module run as a program.

For what would keep the engine of the open rooms busy, and everybody waiting who writes in them.
It ends with its answer.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Final, cast

import app
from app.kit import box
from app.sync.pipe import Unpacker, pack
from app.sync.supervisor import EngineDied, EngineRefused

LIMITS: Final = box.Limits(seconds=120, cpu_seconds=60, memory_mb=2_000, output_mb=256)


async def ask(verb: str, *rest: Any) -> Any:
    """What an engine answers that has no document open.

    Raises:
        EngineRefused: it answered no.
        EngineDied: it came to no answer, or not within the limits.
    """
    request = await asyncio.to_thread(lambda: pack((1, verb, "", *rest)))
    with tempfile.TemporaryDirectory() as folder:
        try:
            result = await box.run(
                [sys.executable, "-P", "-m", __name__],
                folder=Path(folder),
                given=request,
                limits=LIMITS,
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
