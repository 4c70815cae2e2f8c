"""Who has a screen of which guide open, and who is in which chapter, in all processes together."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from app.kit.bus import Bus
from app.kit.events import Broadcast, Event

TOPIC = "presence"
WhoIsWhere = Callable[[str], dict[str, list[str]]]
"""A guide's id → {chapter id: [person ids]}, of this process."""


class Hub:
    """The people of this process, and what the others say of theirs."""

    def __init__(self, where: WhoIsWhere, broadcast: Broadcast, bus: Bus) -> None:
        self._where = where
        self._broadcast = broadcast
        self._bus = bus
        self._open: dict[str, Counter[str]] = defaultdict(Counter)
        # guide → process → (online, chapters)
        self._elsewhere: dict[str, dict[str, tuple[list[str], dict[str, list[str]]]]] = {}
        self._telling: set[asyncio.Task[None]] = set()
        broadcast.on(TOPIC, self._tell)
        bus.subscribe(TOPIC, self._heard)
        bus.on_gone(self._lost)
        bus.on_return(self._ask)

    def online(self, guide_id: str) -> list[str]:
        """The people with an open screen."""
        people = set(self._open.get(guide_id, ()))
        for online, _ in self._elsewhere.get(guide_id, {}).values():
            people.update(online)
        return sorted(people)

    def chapters(self, guide_id: str) -> dict[str, list[str]]:
        """Who has which chapter open: {chapter id: [person ids]}."""
        where = {chapter: set(people) for chapter, people in self._where(guide_id).items()}
        for _, chapters in self._elsewhere.get(guide_id, {}).values():
            for chapter, people in chapters.items():
                where.setdefault(chapter, set()).update(people)
        return {chapter: sorted(people) for chapter, people in where.items()}

    def enter(self, guide_id: str, person_id: str) -> None:
        """A screen opens."""
        self._open[guide_id][person_id] += 1

    def leave(self, guide_id: str, person_id: str) -> None:
        """A screen closes."""
        people = self._open[guide_id]
        people[person_id] -= 1
        if people[person_id] <= 0:
            del people[person_id]
        if not people:
            del self._open[guide_id]

    def presence(self, guide_id: str) -> dict[str, Any]:
        """The message that says who is here and who is in which chapter."""
        return {
            "topic": TOPIC,
            "online": self.online(guide_id),
            "chapters": self.chapters(guide_id),
        }

    async def changed(self, guide_id: str) -> None:
        """Somebody came or went: tell every screen."""
        await self._broadcast.publish(Event(guide_id, TOPIC, here_only=True))

    async def _tell(self, event: Event) -> None:
        if not event.payload:
            self._say(event.guide_id)

    def _say(self, guide_id: str) -> None:
        ours = [guide_id, sorted(self._open.get(guide_id, ())), self._where(guide_id)]
        self._bus.send(TOPIC, json.dumps(ours).encode())

    def _ask(self) -> None:
        """The others are there (again): say everything, and have them do the same."""
        self._bus.send(TOPIC, b"")
        for guide_id in self._open:
            self._say(guide_id)

    def _heard(self, node: str, body: bytes) -> None:
        if not body:
            for guide_id in self._open:
                self._say(guide_id)
            return
        guide_id, online, chapters = json.loads(body)
        if online or chapters:
            self._elsewhere.setdefault(guide_id, {})[node] = (online, chapters)
        else:
            self._forget(guide_id, node)
        self._show(guide_id)

    def _lost(self, node: str) -> None:
        for guide_id in [one for one, nodes in self._elsewhere.items() if node in nodes]:
            self._forget(guide_id, node)
            self._show(guide_id)

    def _forget(self, guide_id: str, node: str) -> None:
        nodes = self._elsewhere.get(guide_id, {})
        nodes.pop(node, None)
        if not nodes:
            self._elsewhere.pop(guide_id, None)

    def _show(self, guide_id: str) -> None:
        # The payload says that it is not about this process' own people.
        event = Event(guide_id, TOPIC, {"elsewhere": True}, here_only=True)
        task = asyncio.get_running_loop().create_task(self._broadcast.publish(event))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
