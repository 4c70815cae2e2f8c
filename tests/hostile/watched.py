"""`chapterhouse` that watches its own event loop: `python -m tests.hostile.watched FILE serve`.

FILE gets, as JSON: `scan`, the longest that one scan has worked on the loop, and `pause`, the longest
that a heartbeat came late, both in seconds. The second is also the machine's doing.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from app import cli
from app.sync import intake
from app.sync.rooms import Rooms

BEAT = 0.005


def watch(file: Path) -> None:
    """From now on, write down how long the loop is held."""
    found = {"scan": 0.0, "pause": 0.0}
    scan, start = intake.scan, Rooms.start
    loop_thread = threading.main_thread()
    beating: list[asyncio.Task[None]] = []

    def timed(*arguments: Any) -> Any:
        began = time.thread_time()
        try:
            return scan(*arguments)
        finally:
            if threading.current_thread() is loop_thread:
                found["scan"] = max(found["scan"], time.thread_time() - began)

    async def beat() -> None:
        said: dict[str, float] = {}
        while True:
            began = time.monotonic()
            await asyncio.sleep(BEAT)
            found["pause"] = max(found["pause"], time.monotonic() - began - BEAT)
            if said != found:
                said = dict(found)
                file.write_text(json.dumps(said))

    def started(self: Rooms) -> None:
        start(self)
        beating.append(asyncio.get_running_loop().create_task(beat()))

    intake.scan = timed
    Rooms.start = started  # type: ignore[method-assign]


if __name__ == "__main__":
    watch(Path(sys.argv.pop(1)))
    cli.main()
