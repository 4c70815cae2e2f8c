"""What the tests of sync share: a running server with a chapter."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from app.kit.config import Settings
from tests.sync.bare import Bare
from tests.sync.stage import Stage


@pytest.fixture
async def stage(settings: Settings) -> AsyncGenerator[Stage]:
    """The application on a real socket, with a guide and a chapter."""
    async with Stage(settings) as made:
        await made.begin()
        yield made


@pytest.fixture
async def bare(settings: Settings) -> AsyncGenerator[Bare]:
    """The sync server alone on a real socket."""
    async with Bare(settings) as made:
        yield made
