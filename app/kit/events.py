"""Events: what happened, told to the neighbours and to the screens after the commit.

`queue(session, event)` tells nobody until the transaction is on disk. Screens of a guide
subscribe to its events; neighbours in the same process register with `Broadcast.on`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

log = logging.getLogger(__name__)

Hook = Callable[["Event"], Awaitable[None]]
_QUEUED = "chapterhouse.events"
_LINE = 256


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a guide.

    `topic` is what a screen should look at again ("chapters", "tasks", "people", …); `to`
    restricts it to one person; `payload` travels with it.
    """

    guide_id: str
    topic: str
    payload: dict[str, Any] = field(default_factory=dict[str, Any])
    to: str | None = None


def queue(session: AsyncSession, *events: Event) -> None:
    """Publish `events` once the transaction of `session` is committed."""
    session.info.setdefault(_QUEUED, []).extend(events)


def queued(session: AsyncSession) -> list[Event]:
    """Take the events that wait for the commit of `session`."""
    return session.info.pop(_QUEUED, [])


def notice(guide_id: str, text: str, *, to: str | None = None, **more: Any) -> Event:
    """A sentence that appears on people's screens; not on the one of `by`, who did it."""
    return Event(guide_id, "notice", {"text": text, **more}, to=to)


class Broadcast:
    """Hands events to whoever listens in this process."""

    def __init__(self) -> None:
        self._lines: dict[str, set[asyncio.Queue[Event | None]]] = defaultdict(set)
        self._hooks: dict[str, list[Hook]] = defaultdict(list)

    def on(self, topic: str, hook: Hook) -> None:
        """Call `hook` for every event of `topic`, in any guide."""
        self._hooks[topic].append(hook)

    async def publish(self, event: Event) -> None:
        """Tell everybody. A listener that does not keep up is told to start afresh."""
        for line in list(self._lines.get(event.guide_id, ())):
            try:
                line.put_nowait(event)
            except asyncio.QueueFull:
                # None says: you missed something, look at everything again.
                while not line.empty():
                    line.get_nowait()
                line.put_nowait(None)
        for hook in self._hooks.get(event.topic, ()):
            try:
                await hook(event)
            except Exception:
                log.exception("A listener of %s failed.", event.topic)

    @asynccontextmanager
    async def subscribe(self, guide_id: str) -> AsyncGenerator[asyncio.Queue[Event | None]]:
        """A line with the events of one guide; `None` in it means that some were lost."""
        line: asyncio.Queue[Event | None] = asyncio.Queue(_LINE)
        self._lines[guide_id].add(line)
        try:
            yield line
        finally:
            self._lines[guide_id].discard(line)
            if not self._lines[guide_id]:
                with contextlib.suppress(KeyError):
                    del self._lines[guide_id]
