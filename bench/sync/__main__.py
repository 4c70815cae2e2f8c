"""Measures the sync: `python -m bench.sync [--only sprint,quiet] [--alone] [--seconds 8] [--publish]`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

import uvloop

from bench import report
from bench.outcome import Limit, Outcome
from bench.sync import history
from bench.sync.bench import ROOT, Bench
from bench.sync.scenarios import ALL, Scenario
from bench.sync.servers import node

RESULTS = ROOT / "build" / "bench"


def main() -> int:
    """Measure, print, and keep what a whole run found; 1 when a scenario could not be measured."""
    wish = _wish()
    # Asked to stop, it stops the servers too, as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    RESULTS.mkdir(parents=True, exist_ok=True)
    # Not in /tmp, which may be memory: durable is meant to be durable.
    with tempfile.TemporaryDirectory(prefix="sync-", dir=RESULTS) as folder:
        bench = Bench(wish.seconds, Path(folder), None)
        if not wish.alone:
            bench.installed = _install(Path(folder))
        outcomes = [_one(bench, name, ALL[name]) for name in wish.only]
        print(report.summary(outcomes))
        run = history.record(bench, outcomes)
    if wish.json:
        wish.json.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n")
    broken = any(limit.met is None and not limit.why for o in outcomes for limit in o.limits)
    if wish.publish and (broken or bench.installed is None):
        print("\nNot kept: part of it could not be measured.")
    elif wish.publish:
        print(f"\nKept as {history.keep(run).relative_to(ROOT)}; the README has its table.")
        history.publish()
    return int(broken)


def _wish() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m bench.sync", description=_said())
    asked.add_argument("--seconds", type=float, default=8, help="how long each load lasts")
    asked.add_argument("--only", type=_names, default=list(ALL), help="scenarios, with commas")
    asked.add_argument("--alone", action="store_true", help="without the other servers")
    asked.add_argument("--json", type=Path, default=RESULTS / "sync.json", help="the figures")
    asked.add_argument(
        "--publish", action="store_true", help="keep a whole run in docs/benchmarks and the README"
    )
    wish = asked.parse_args()
    if wish.publish and (wish.alone or wish.only != list(ALL)):
        asked.error("only a whole run is published")
    return wish


def _said() -> str:
    return f"From a keystroke to the others, and what it costs. Scenarios: {', '.join(ALL)}."


def _names(given: str) -> list[str]:
    names = given.split(",")
    if unknown := [name for name in names if name not in ALL]:
        raise argparse.ArgumentTypeError(f"no scenario {unknown[0]}; there are {', '.join(ALL)}")
    return [name for name in ALL if name in names]


def _install(folder: Path) -> Path | None:
    target = folder / "peers"
    target.mkdir()
    if why := node.install(target):
        print(f"Measured without the other servers: {why}.", file=sys.stderr)
        return None
    return target


def _one(bench: Bench, name: str, scenario: Scenario) -> Outcome:
    """One scenario; what goes wrong in it does not take the others along."""
    began = time.monotonic()
    try:
        outcome = uvloop.run(scenario(bench))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told and the next one begins
        traceback.print_exc()
        outcome = Outcome(
            name, f"{name}: could not be measured", [Limit("ran", None, 1, at_most=False)]
        )
        outcome.notes.append(f"{type(error).__name__}: {error}"[:200])
    outcome.took_s = round(time.monotonic() - began, 1)
    print(report.on_terminal(outcome), flush=True)
    return outcome


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped; nothing was kept.")
