"""Waiting: until something is so, and no longer than that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


async def until(what: Callable[[], Any], within: float = 10) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it is not so within seconds.
    """
    async with asyncio.timeout(within):
        while not what():
            await asyncio.sleep(0.005)
