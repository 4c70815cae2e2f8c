"""The clock: the one place that knows what time it is, so that tests can hold it still."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime

Source = Callable[[], datetime]


def _system() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the one allowed call


_source: list[Source] = [_system]


def now() -> datetime:
    """The current time, aware, in UTC."""
    return _source[-1]()


def monotonic() -> float:
    """Seconds on a clock that never goes back; for waiting, never for ordering what is stored."""
    return time.monotonic()


@contextmanager
def held(source: Source) -> Generator[None]:
    """Tell the time from `source` until the block ends."""
    _source.append(source)
    try:
        yield
    finally:
        _source.pop()
