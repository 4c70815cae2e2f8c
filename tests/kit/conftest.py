"""What the tests of sockets share: one that is open."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from app.kit.config import Settings
from tests.kit.sockets import Application, Peer, open_socket


@pytest.fixture
async def opened(settings: Settings) -> AsyncGenerator[tuple[Application, Peer]]:
    """The application behind an open socket, and its peer."""
    async with open_socket(settings) as both:
        yield both
