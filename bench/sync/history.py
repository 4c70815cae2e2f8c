"""The history: each whole run as JSON in docs/benchmarks, with the machine described, and the
newest one's tables in the README and in what is said about scaling.

`python -m bench.sync.history` writes the tables again.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psutil

from app.kit import clock
from bench.outcome import Outcome
from bench.report import in_markdown
from bench.sync.bench import ROOT, Bench
from bench.sync.servers.node import PACKAGES

FOLDER: Final = ROOT / "docs" / "benchmarks"
README: Final = ROOT / "README.md"
SCALING: Final = ROOT / "docs" / "explanation" / "scaling.md"
BEGIN: Final = "<!-- benchmark: written by `python -m bench.sync --publish` -->"
END: Final = "<!-- benchmark: end -->"

_LIBRARIES: Final = ("pycrdt", "uvicorn", "uvloop", "websockets", "sqlalchemy", "fastapi")


def record(bench: Bench, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """A run with all that is needed to read it later."""
    return {
        "at": clock.now().isoformat(timespec="seconds"),
        "commit": commit(),
        "seconds": bench.seconds,
        "machine": machine(bench.folder),
        "others_percent": _others(outcomes),
        "scenarios": [one.to_json() for one in outcomes],
    }


def keep(run: dict[str, Any]) -> Path:
    """Write a run into the history; returns the file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"sync-{run['at'][:10]}-{run['commit']}.json"
    file.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n")
    return file


def newest() -> dict[str, Any]:
    """The run that was made last."""
    runs = [json.loads(file.read_text()) for file in FOLDER.glob("sync-*.json")]
    found: dict[str, Any] = max(runs, key=lambda run: run["at"])
    return found


def table(run: dict[str, Any]) -> str:
    """What the README says about a run."""
    told = run["machine"]
    outcomes = [Outcome.from_json(one) for one in run["scenarios"]]
    peers = " and ".join(f"{name} {told['peers'][name]}" for name in ("y-websocket", "Hocuspocus"))
    return (
        f"Measured on {run['at'][:10]} at {run['commit']}, on {told['cores']} cores "
        f"({told['processor']}), the load on the same ones; {run['others_percent']:g} % of them "
        f"were busy with something else. Beside it {peers}, which store nothing.\n\n"
        f"{in_markdown(outcomes)}"
    )


def costs(run: dict[str, Any]) -> str:
    """What scaling.md says about a run: what our own processes took of a core and of memory."""
    rows = {one["name"]: one["rows"] for one in run["scenarios"]}
    memory = rows["memory"][0]
    lines = [
        (what, f"{rows[name][0]['cpu_percent']:.0f} % of a core")
        for name, what in (
            ("sprint", "sprint: 20 who type fast, 80 who read, 4 chapters"),
            ("rooms", "100 who type, 300 who read, 20 chapters"),
            ("observers", "one writer at 50 keystrokes a second, 500 readers"),
        )
    ]
    # Without PostgreSQL, Redis or the recorded edits some of it is not measured.
    if both := rows["two_processes"]:
        times = both[1]["cpu_us_per_delivery"] / both[0]["cpu_us_per_delivery"]
        lines.append(("the sprint through two processes", f"{times:.1f} times what one takes"))
    lines.append(("idle connection", f"{memory['kb_per_connection']:.0f} kB"))
    if chapter := memory.get("engine_mb_per_chapter"):
        lines.append(("open chapter of 260,000 edits", f"{chapter:.1f} MB in the engine"))
    return "\n".join(["| | measured |", "|---|---|", *(f"| {a} | {b} |" for a, b in lines)])


def publish() -> None:
    """Put the newest run's tables where they belong, between the two marks."""
    run = newest()
    for file, told in ((README, table(run)), (SCALING, costs(run))):
        text = file.read_text()
        before, _, rest = text.partition(BEGIN)
        _, found, after = rest.partition(END)
        if not found:
            sys.exit(f"{file.name} has lost the marks {BEGIN} and {END}.")
        file.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}")


def published(file: Path) -> str:
    """What stands between the marks."""
    return file.read_text().partition(BEGIN)[2].partition(END)[0].strip("\n")


def machine(folder: Path) -> dict[str, Any]:
    """What the figures depend on; neither names nor paths."""
    return {
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "fsync_ms": round(_fsync(folder) * 1000, 2),
        "python": platform.python_version(),
        "node": _said("node", "--version").lstrip("v"),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "peers": _peers(),
    }


def _others(outcomes: Sequence[Outcome]) -> float:
    """How busy the machine was with something else, on average: not a good time to be fast."""
    found = [
        row["others_percent"] for one in outcomes for row in one.rows if "others_percent" in row
    ]
    return round(sum(found) / max(1, len(found)), 1)


def _peers() -> dict[str, str]:
    packages: dict[str, str] = json.loads(PACKAGES.read_text())["dependencies"]
    packages["Hocuspocus"] = packages.pop("@hocuspocus/server")
    return packages


def commit() -> str:
    """The last one that changed what is measured."""
    log = ["git", "-C", str(ROOT), "log", "-1", "--abbrev=7", "--format=%h", "--", "app"]
    return _said(*log) or "unknown"


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except OSError:
        return ""
    return done.stdout.strip()


def _processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found.group(1).strip() if found else platform.machine()


def _fsync(folder: Path) -> float:
    """Seconds that bringing a page to the disk takes there: durable is only as fast as that."""
    took: list[float] = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(50):
            file.write(b"\0" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return sorted(took)[25]


if __name__ == "__main__":
    publish()
