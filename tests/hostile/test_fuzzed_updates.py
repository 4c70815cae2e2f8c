"""Updates bent in every way while honest people write: the short form of `make fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.fuzzing import attack


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_honest_socket_closes_and_nothing_acknowledged_is_lost(
    tmp_path: Path, seed: int, on_postgres: bool
) -> None:
    if on_postgres:
        pytest.skip("reads the SQLite file from outside")
    report = await attack(tmp_path, seed, count=200, seconds=100)
    assert not report.faults, str(report)
    assert report.sent == 200
    assert report.honest_words > 5
    # Some of everything: it is not one early check that turns all of it away.
    assert report.answers["taken"] > 20
    assert report.answers["invalid"] > 50
    assert report.answers["resync"] > 3
