"""The documents show the newest benchmark, and the history says what each run ran on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.sync import history
from bench.sync.scenarios import ALL

RUNS = sorted(history.FOLDER.glob("sync-*.json"))


def test_the_readme_and_the_page_on_scaling_show_the_newest_run() -> None:
    run = history.newest()
    assert history.published(history.README) == history.table(run)
    assert history.published(history.SCALING) == history.costs(run)


@pytest.mark.parametrize("file", RUNS, ids=lambda file: file.stem)
def test_a_run_says_when_and_on_what_it_was_made(file: Path) -> None:
    run = json.loads(file.read_text())
    assert file.stem == f"sync-{run['at'][:10]}-{run['commit']}"
    assert {"processor", "cores", "memory_gb", "python", "node", "libraries", "peers"} <= set(
        run["machine"]
    )


def test_the_newest_run_has_every_scenario() -> None:
    assert [one["name"] for one in history.newest()["scenarios"]] == list(ALL)
