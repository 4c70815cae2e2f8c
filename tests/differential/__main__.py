"""Random sequences by four writers, in Yjs and in our engine: `python -m tests.differential 1000`.

The engine takes in each of them, and a whole server with its database every 25th, made longer. The
seed of one that differs is printed; `python -m tests.differential 1 --seed 17` plays it again.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from app.kit import migrations
from app.kit.config import Settings
from tests.conftest import free_port
from tests.differential.comparing import Differs, compare
from tests.differential.through_the_server import compare_on
from tests.differential.writers import Writers
from tests.sync.bare import Bare

EDITS = 60
"""Of a sequence."""
LONG = 250
"""Of one that a server takes in: enough for a snapshot."""
EVERY = 25


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("sequences", type=int)
    asked.add_argument("--seed", type=int, help="of the first; the next ones count on")
    asked.add_argument("--edits", type=int, default=EDITS)
    wish = asked.parse_args()
    first = wish.seed if wish.seed is not None else Random().randrange(1 << 31)
    begin = time.monotonic()
    updates, failed = asyncio.run(play(range(first, first + wish.sequences), wish.edits))
    took = time.monotonic() - begin
    print(
        f"{wish.sequences} sequences from seed {first}, {updates} updates, {took:.0f} s; "
        f"{len(failed)} differ{': ' + ', '.join(map(str, failed)) if failed else ''}"
    )
    sys.exit(bool(failed))


async def play(seeds: range, edits: int) -> tuple[int, list[int]]:
    """Compare; how many updates there were, and the seeds of the sequences that differ."""
    updates, failed = 0, []
    with tempfile.TemporaryDirectory() as folder, Writers() as writers:
        settings = Settings(
            data_dir=Path(folder), host="127.0.0.1", port=free_port(), create="anyone"
        )  # pyright: ignore[reportCallIssue]
        migrations.upgrade(settings)
        async with Bare(settings) as bare:
            for seed in seeds:
                try:
                    updates += await asyncio.to_thread(compare, writers, seed, edits)
                    if (seed - seeds[0]) % EVERY == 0:
                        await compare_on(bare, writers, seed, LONG)
                except Differs as error:
                    failed.append(seed)
                    print(f"--seed {seed} --edits {edits}: {str(error)[:2000]}", flush=True)
    return updates, failed


if __name__ == "__main__":
    main()
