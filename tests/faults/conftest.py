"""What the tests of faults share: a server that can be broken on purpose."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from app.kit.config import Settings
from tests.faults.under_fire import Fragile


@pytest.fixture
def fragile(settings: Settings, tmp_path: Path, on_postgres: bool) -> Generator[Fragile]:
    """A server on SQLite, not started yet."""
    if on_postgres:
        pytest.skip("reads the SQLite file from outside")
    made = Fragile(settings, tmp_path / "server.log")
    yield made
    made.kill()
