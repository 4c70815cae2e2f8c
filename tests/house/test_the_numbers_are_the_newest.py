"""The README shows the newest benchmark, whole, and the history says what each run ran on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.sync import history
from bench.sync.scenarios import ALL

RUNS = sorted(history.FOLDER.glob("sync-*.json"))


def test_the_readme_shows_the_newest_run() -> None:
    assert history.published() == history.table(history.newest())


@pytest.mark.parametrize("file", RUNS, ids=lambda file: file.stem)
def test_a_run_says_when_and_on_what_it_was_made(file: Path) -> None:
    run = json.loads(file.read_text())
    assert file.stem == f"sync-{run['at'][:10]}-{run['commit']}"
    assert {"processor", "cores", "memory_gb", "python", "node", "libraries", "peers"} <= set(
        run["machine"]
    )


def test_the_newest_run_has_every_scenario() -> None:
    assert [one["name"] for one in history.newest()["scenarios"]] == list(ALL)
