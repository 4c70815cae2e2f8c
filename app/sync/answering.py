"""Answering: what people and the rest of the program ask about an open document.

The engine answers after all that came before; what it says is told when all that is stored.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from app.sync.items import Ask, Offer
from app.sync.judging import DEADLY
from app.sync.scan import scan
from app.sync.structs import STORED
from app.sync.supervisor import EngineDied, EngineRefused

if TYPE_CHECKING:
    from app.sync.room import Room


class Answering:
    """One room's questions, those together that can be answered together."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def answer(self, asks: list[Ask]) -> None:
        """Put questions to the engine; every one is answered, failed, or put back."""
        room = self._room
        if not await room.learning.settle():
            room.inbox.put_back(asks)
            return
        if any(ask.verb == "snapshot" for ask in asks):
            # It has to be the state after a row of the log, neither more nor less.
            await room.pending.wait()
            if room.lineage.broken:
                # The engine has what could not be stored: first it is loaded anew.
                room.inbox.put_back(asks)
                return
            if room.progress.has_gap:
                room.inbox.put_back([room.learning.look(), *asks])
                return
        groups: dict[tuple[Any, ...], list[Ask]] = {}
        for index, ask in enumerate(asks):
            # Whoever asks the same at the same time gets the same bytes.
            key = (ask.verb, *ask.rest) if ask.verb == "diff" else (index,)
            groups.setdefault(key, []).append(ask)
        shared = list(groups.values())
        answers = await asyncio.gather(
            *(room.engine.ask(group[0].verb, room.document_id, *group[0].rest) for group in shared),
            return_exceptions=True,
        )
        for group, answer in zip(shared, answers, strict=True):
            for ask in group:
                self._deliver(ask, answer)

    def _deliver(self, ask: Ask, answer: Any) -> None:
        room = self._room
        if isinstance(answer, EngineDied) or (
            isinstance(answer, EngineRefused) and answer.code in ("broken", "not_open")
        ):
            room.lose()
            # A question that came too late for one engine is simply put to the next.
            if isinstance(answer, EngineDied):
                ask.deaths += answer.culprit is not None
            else:
                ask.deaths += answer.code == "broken"
            if ask.deaths > DEADLY:
                ask.fail(answer)
            else:
                room.inbox.put_back([ask])
        elif isinstance(answer, BaseException):
            ask.fail(answer)
        elif ask.verb == "snapshot":
            self._tell(ask, (answer, room.seq), good=True)
        else:
            if ask.is_edit:
                self._store(ask, answer)
            room.pending.after(room.lineage, lambda good: self._tell(ask, answer, good=good))

    def _store(self, ask: Ask, answer: Any) -> None:
        data: bytes = cast("tuple[bytes, Any]", answer)[0] if ask.verb == "cut" else answer
        found = scan(data, STORED)
        if found.sections or found.deletes:
            offer = Offer(None, 0, found, ask.author, len(data))
            # Nobody else writes under its client id: what came meanwhile makes no difference.
            self._room.storing.submit([offer], self._room.progress.upto)

    def _tell(self, ask: Ask, answer: Any, *, good: bool) -> None:
        room = self._room
        if not good:
            room.inbox.put_back([ask])
            room.stir()
        elif ask.member is not None:
            room.show.answer(ask.member, ask.rest[0], answer)
        elif not ask.future.done():
            ask.future.set_result(answer)
