"""`chapterhouse` with something broken on purpose: `python -m tests.faults.entry '{…}' serve`.

mutant: a name of `tests.faults.mutants`. disk: the folder of a `tests.faults.disk.Disk`.
snapshots: rows after which one is made, again and again. clock: true lets the wall clock jump a
day back and forth each time that it is looked at. writer_fails: the nth time that commits
are put together goes wrong.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from app import cli
from app.kit import clock
from app.sync import log, rooms
from app.sync.commits import Commit
from tests.faults.disk import Disk
from tests.faults.mutants import MUTANTS


def prepare(wish: dict[str, Any]) -> None:
    """Break what was asked for."""
    if mutant := wish.get("mutant"):
        MUTANTS[mutant]()
    if disk := wish.get("disk"):
        Disk(Path(disk)).install(Path(os.environ["CHAPTERHOUSE_DATA_DIR"]))
    if rows := wish.get("snapshots"):
        rooms._SNAPSHOT_ROWS = rows  # type: ignore[misc]
        rooms.WORDS = 0.1  # type: ignore[misc]
        rooms._BUSY = 1.0  # type: ignore[misc]
    if wish.get("clock"):
        dice = random.Random(3)
        system = clock._source[-1]
        clock._source.append(
            lambda: system() + timedelta(days=dice.choice([-1, 0, 1]), seconds=dice.random())
        )
    if count := wish.get("writer_fails"):
        fail(count)


def fail(count: int) -> None:
    """Let the writer stumble once, outside of what it expects to go wrong."""
    take = log.Log._take
    left = [count]

    def taken(self: log.Log) -> list[Commit]:
        left[0] -= 1
        if not left[0]:
            raise RuntimeError("a bug")
        return take(self)

    log.Log._take = taken  # type: ignore[method-assign]


if __name__ == "__main__":
    prepare(json.loads(sys.argv.pop(1)))
    cli.main()
