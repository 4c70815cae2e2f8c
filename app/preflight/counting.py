"""Counting: how much there is to fix, for every screen of a guide, without listing it for each anew.

A count holds until something of the guide is told to the screens; then the next who asks counts again.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.guides.models import Guide
from app.kit import clock
from app.kit.events import Broadcast, Event
from app.preflight import listing, queries, schemas
from app.preflight.looking import EDITION
from app.preflight.schemas import Overview

_TOPICS: Final = (
    "findings", "chapters", "tasks", "guide", "people", "claims", "kept", "bin", "freeze", "merged",
)  # fmt: skip
_HOLDS: Final = 5.0
"""Seconds after which is counted again in any case: a claim ends by itself, another server may not be heard."""
_GUIDES: Final = 64


@dataclass(frozen=True, slots=True)
class _Count:
    revision: int
    at: float
    overview: Overview


class Counting:
    """The last counts of this process."""

    def __init__(self, broadcast: Broadcast) -> None:
        self._revisions: Counter[str] = Counter()
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        for topic in _TOPICS:
            broadcast.on(topic, self._changed, everywhere=True)

    async def of_guide(self, session: AsyncSession, guide: Guide) -> tuple[Overview, list[str]]:
        """How much there is to fix, and the chapters that wait to be looked at."""
        waiting = await queries.waiting(session, guide.id, EDITION)
        known = self._counts.get(guide.id)
        revision, now = self._revisions[guide.id], clock.monotonic()
        if known is None or known.revision != revision or now - known.at > _HOLDS:
            overview = schemas.overview(await listing.of_guide(session, guide))
            known = self._counts[guide.id] = _Count(revision, now, overview)
            while len(self._counts) > _GUIDES:
                gone, _ = self._counts.popitem(last=False)
                del self._revisions[gone]
        return known.overview.model_copy(update={"waiting": len(waiting)}), waiting

    async def _changed(self, event: Event) -> None:
        if event.guide_id in self._counts or event.guide_id in self._revisions:
            self._revisions[event.guide_id] += 1
