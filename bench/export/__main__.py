"""Measures the making of books: `python -m bench.export [--only formats,growth] [--publish]`."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from app.kit import clock
from bench import report
from bench.export import generated, real, typing
from bench.outcome import Outcome
from bench.sync.history import FOLDER, commit, machine

ROOT: Final = Path(__file__).parents[2]
RESULTS: Final = ROOT / "build" / "bench"

SCENARIOS: Final[Mapping[str, Callable[[Path], Outcome]]] = {
    "formats": generated.formats,
    "growth": generated.growth,
    "twice": generated.twice,
    "typing": lambda folder: asyncio.run(typing.run(folder)),
    "real": lambda _: real.run(["en", "ar", "zh-hans"]),
}


def main() -> None:
    """Measure, print, and keep what a whole run found."""
    asked = argparse.ArgumentParser(description=f"Scenarios: {', '.join(SCENARIOS)}.")
    asked.add_argument("--only", type=_names, default=list(SCENARIOS), help="with commas")
    asked.add_argument("--json", type=Path, default=RESULTS / "export.json", help="the figures")
    asked.add_argument("--publish", action="store_true", help="keep a whole run in docs/benchmarks")
    wish = asked.parse_args()
    if wish.publish and wish.only != list(SCENARIOS):
        asked.error("only a whole run is published")
    RESULTS.mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="export-", dir=RESULTS) as name:
        for scenario in wish.only:
            folder = Path(name) / scenario
            folder.mkdir()
            began = time.monotonic()
            outcome = SCENARIOS[scenario](folder)
            outcome.took_s = round(time.monotonic() - began, 1)
            print(report.on_terminal(outcome), flush=True)
            outcomes.append(outcome)
        told = machine(Path(name))
    print(report.summary(outcomes))
    run = {
        "at": clock.now().isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": told,
        "scenarios": [one.to_json() for one in outcomes],
    }
    said = json.dumps(run, indent=1, ensure_ascii=False) + "\n"
    wish.json.write_text(said)
    if wish.publish:
        FOLDER.mkdir(parents=True, exist_ok=True)
        FOLDER.joinpath(f"export-{run['at'][:10]}-{run['commit']}.json").write_text(said)


def _names(given: str) -> list[str]:
    names = given.split(",")
    if unknown := [name for name in names if name not in SCENARIOS]:
        raise argparse.ArgumentTypeError(
            f"no scenario {unknown[0]}; there are {', '.join(SCENARIOS)}"
        )
    return [name for name in SCENARIOS if name in names]


if __name__ == "__main__":
    main()
