"""Judging: whether an update may be stored. The live session and the client ids' owners are asked
here, whether it fits the document the engine; what fits goes on to be stored."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from app.sync import quarantine
from app.sync.items import Offer
from app.sync.supervisor import EngineDied, EngineRefused

if TYPE_CHECKING:
    from app.sync.room import Room

log = logging.getLogger(__name__)

Result = int | tuple[str, str] | list[tuple[int, str]]
"""The engine's word on an update: see `Engine.do_apply`."""

DEADLY: Final = 2
"""How often something may end the engine before it is believed to be the cause."""


_WHY: Final = {"read_only": "may not write", "frozen": "the chapter is closed for changes"}
"""Why somebody may not write at all."""


class Judging:
    """One room's updates, a batch at a time."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def judge(self, offers: list[Offer]) -> None:
        """Judge a batch; every offer is stored, refused, or put back into the inbox."""
        room = self._room
        batch: list[Offer] = []
        questions: list[tuple[bytes, bool]] = []
        offers = [offer for offer in offers if offer.read()]
        for offer in offers:
            code = self._objection(offer)
            if code == "not_owner" and self._may_lack(offer):
                room.inbox.put_back([room.learning.look(), *offers])
                return
            # A reader's update is let through to be compared: what holds nothing new is fine.
            if code is None or code in _WHY:
                offer.objection = code
                batch.append(offer)
                questions.append((offer.found.data, code is None))
            else:
                room.show.refuse(offer, code, code)
        if not batch:
            return
        while room.learning.concerns(batch):
            if not await room.learning.settle():
                room.inbox.put_back(batch)
                return
        # Rows that come while the engine judges are not known to it.
        seen = room.progress.upto
        if room.inbox:
            # Once the engine has the question: what comes next is read while it works.
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, room.inbox.read_ahead)
        try:
            results = await room.engine.ask("apply", room.document_id, questions)
        except EngineDied as died:
            room.lose()
            await self._again(batch, died.culprit, "ended the engine")
            return
        except EngineRefused as refused:
            room.lose()
            if refused.code == "not_open":
                room.inbox.put_back(batch)
                return
            raise
        await self._sort(batch, results, seen)

    async def _sort(self, batch: list[Offer], results: list[Result], seen: int) -> None:
        """Do with each update what the engine said: 0 it is new, 1 it holds nothing new, or why not."""
        room = self._room
        accepted: list[Offer] = []
        same: list[Offer] = []
        early: list[Offer] = []
        broken: str | None = None
        for offer, result in zip(batch, results, strict=False):
            if result == 0:
                accepted.append(offer)
            elif isinstance(result, list):
                offer.unseen = result
                accepted.append(offer)
            elif isinstance(result, int):
                same.append(offer)
            elif result[0] == "broken":
                broken = result[1]
            elif result[0] == "resync" and self._may_lack(offer):
                early.append(offer)
            elif result[0] == "read_only" and offer.objection is not None:
                room.show.refuse(offer, offer.objection, _WHY[offer.objection])
            else:
                room.show.refuse(offer, *result)
        if early:
            # What they lean on may be stored already, by another process.
            room.inbox.put_back([room.learning.look(), *early])
        if accepted:
            room.storing.submit(accepted, seen)
        if same:
            room.storing.settle_after(same)
        if broken is not None:
            room.lose()
            await self._again(batch[len(results) - 1 :], 0, broken)

    def _objection(self, offer: Offer) -> str | None:
        """Why an update must not be stored, as a code."""
        member = offer.member
        if member is None:
            return None
        room = self._room
        return (
            member.barred
            or member.access.objection()
            or room.owners.objection(member.person_id, offer.found.sections, room.clocks)
        )

    def _may_lack(self, offer: Offer) -> bool:
        """Whether an update should be tried again after a look into the log; once only."""
        first = self._room.on_stored is not None and not offer.has_waited
        offer.has_waited = True
        return first

    async def _again(self, batch: list[Offer], culprit: int | None, reason: str) -> None:
        """Put updates back after the engine failed; who made it fail twice stays out."""
        room = self._room
        if culprit is not None and culprit < len(batch):
            suspect = batch[culprit]
            suspect.deaths += 1
            if suspect.deaths >= DEADLY:
                del batch[culprit]
                log.error("An update for document %s %s.", room.document_id, reason)
                await quarantine.keep_apart(
                    room.database,
                    room.document_id,
                    suspect.person_id,
                    suspect.found.data,
                    reason,
                )
                room.show.refuse(suspect, "invalid", "this update cannot be applied")
        room.inbox.put_back(batch)
