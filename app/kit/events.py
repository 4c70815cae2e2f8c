"""Events: what happened, told to the neighbours and to the screens after the commit.

`queue(session, event)` tells nobody until the transaction is on disk. Screens of a guide
subscribe to its events; neighbours in the same process register with `Broadcast.on`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.bus import Bus

log = logging.getLogger(__name__)

Hook = Callable[["Event"], Awaitable[None]]
_QUEUED = "chapterhouse.events"
_LINE = 256
_CHANNEL = "events"
LOOK_EVERY = 5.0
"""Seconds between two looks at everything while the other servers cannot be heard."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a guide.

    `topic` is what a screen should look at again ("chapters", "tasks", "people", …); `to`
    restricts it to one person; `payload` travels with it. What is `here_only` is not for the
    other processes: they have their own.
    """

    guide_id: str
    topic: str
    payload: dict[str, Any] = field(default_factory=dict[str, Any])
    to: str | None = None
    here_only: bool = False


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
    """Hands events to whoever listens, in this process and over the bus in the others."""

    def __init__(self, bus: Bus | None = None) -> None:
        self._bus = bus or Bus()
        self._lines: dict[str, set[asyncio.Queue[Event | None]]] = defaultdict(set)
        self._hooks: dict[str, list[Hook]] = defaultdict(list)
        self._everywhere: dict[str, list[Hook]] = defaultdict(list)
        self._hearing: set[asyncio.Task[None]] = set()
        self._bus.subscribe(_CHANNEL, self._heard)
        self._bus.on_return(self._missed)

    def on(self, topic: str, hook: Hook, *, everywhere: bool = False) -> None:
        """Call `hook` for every event of `topic`, in any guide.

        Where it happened only, or with `everywhere` in each process: for what a process holds in
        its memory.
        """
        (self._everywhere if everywhere else self._hooks)[topic].append(hook)

    async def publish(self, event: Event) -> None:
        """Tell everybody. A listener that does not keep up is told to start afresh."""
        if self._bus.is_shared and not event.here_only:
            about = [event.guide_id, event.topic, event.payload, event.to]
            self._bus.send(_CHANNEL, json.dumps(about).encode())
        self._put(event)
        await self._call(self._hooks, event)
        await self._call(self._everywhere, event)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Broadcast]:
        """While other processes cannot be heard, have every screen look at everything."""
        looking = asyncio.create_task(self._keep_looking()) if self._bus.is_shared else None
        try:
            yield self
        finally:
            if looking is not None:
                looking.cancel()

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if not self._bus.is_up:
                self._missed()

    def _put(self, event: Event) -> None:
        for line in list(self._lines.get(event.guide_id, ())):
            try:
                line.put_nowait(event)
            except asyncio.QueueFull:
                _start_afresh(line)

    async def _call(self, hooks: dict[str, list[Hook]], event: Event) -> None:
        for hook in hooks.get(event.topic, ()):
            try:
                await hook(event)
            except Exception:
                log.exception("A listener of %s failed.", event.topic)

    def _heard(self, _node: str, body: bytes) -> None:
        guide_id, topic, payload, to = json.loads(body)
        event = Event(guide_id, topic, payload, to)
        self._put(event)
        if topic in self._everywhere:
            task = asyncio.get_running_loop().create_task(self._call(self._everywhere, event))
            self._hearing.add(task)
            task.add_done_callback(self._hearing.discard)

    def _missed(self) -> None:
        for lines in self._lines.values():
            for line in lines:
                _start_afresh(line)

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


def _start_afresh(line: asyncio.Queue[Event | None]) -> None:
    """None says: you missed something, look at everything again."""
    while not line.empty():
        line.get_nowait()
    line.put_nowait(None)
