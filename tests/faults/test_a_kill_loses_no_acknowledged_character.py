"""Fifteen people type, the server is killed, and every acknowledged character is there once."""

from __future__ import annotations

import pytest

from tests.faults.kill_while_typing import run
from tests.servers import Server


@pytest.mark.parametrize("seconds", [6.0])
async def test_writers_go_on_where_they_were(server: Server, seconds: float) -> None:
    outcome = await run(server, writers=15, rate=5, seconds=seconds)
    assert outcome.good, outcome
    assert outcome.acknowledged > 15 * 5 * seconds * 0.5, outcome
