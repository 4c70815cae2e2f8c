"""`chapterhouse` that closes empty rooms sooner: `python -m bench.sync.servers.entry '{"idle": 1}' serve`.

Half a minute is right for people who reload a page, and too long for a thousand rooms to be opened
and closed in a benchmark.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from app import cli
from app.sync import rooms


def prepare(wish: dict[str, Any]) -> None:
    """Set what was asked for."""
    rooms.IDLE = wish["idle"]  # pyright: ignore[reportAttributeAccessIssue]


if __name__ == "__main__":
    prepare(json.loads(sys.argv.pop(1)))
    cli.main()
