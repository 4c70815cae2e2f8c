"""The four writers, started once, and a sync server."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.differential.writers import Writers
from tests.sync.conftest import bare

__all__ = ["bare"]


@pytest.fixture(scope="module")
def writers() -> Generator[Writers]:
    with Writers() as started:
        yield started
