"""Storing: what was judged good goes to the log, and what is in the log is acknowledged and shown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from app.kit import failpoints
from app.sync.commits import Commit, Lineage, Row, Stale, Taken
from app.sync.items import Offer

if TYPE_CHECKING:
    from app.sync.log import Log
    from app.sync.room import Room

GAP: Final = 0.25
"""Seconds for which rows of another process are waited for before the log is read."""


class Storing:
    """One room's way to the log."""

    def __init__(self, room: Room, writer: Log) -> None:
        self._room = room
        self._log = writer
        self._refused: list[Offer] = []
        self._looking: asyncio.TimerHandle | None = None

    def submit(self, offers: list[Offer], seen: int) -> None:
        """Have updates stored that the engine has taken in when row `seen` was the last it knew."""
        failpoints.here(failpoints.AFTER_APPLY)
        room = self._room
        claims = room.owners.claims(offers)
        lineage = room.lineage
        rows = [
            Row(o.found.data, o.person_id, [s.client for s in o.found.sections], self._unseen(o))
            for o in offers
        ]
        room.pending.submitted()
        self._log.submit(
            Commit(
                room.document_id,
                room.epoch,
                rows,
                claims,
                lineage,
                lambda first: self._committed(offers, rows, claims, first),
                lambda why: self._not_committed(offers, lineage, why),
                seen,
            )
        )

    def _unseen(self, offer: Offer) -> list[tuple[str, str]]:
        of = self._room.owner
        # What the server wrote itself nobody misses.
        return [(person, words) for client, words in offer.unseen if (person := of(client))]

    def settle_after(self, offers: list[Offer]) -> None:
        """Updates that hold nothing new are settled once what they repeat is stored."""
        lineage = self._room.lineage

        def settle(good: bool) -> None:
            if good:
                self._room.show.settle_same(offers)
            else:
                self._turn_down(offers, lineage, "storage_full")

        self._room.pending.after(lineage, settle)

    def take_refused(self) -> list[Offer]:
        """The updates that have to be judged anew, in their order; they are given once."""
        refused, self._refused = self._refused, []
        return refused

    def _committed(
        self, offers: list[Offer], rows: list[Row], claims: dict[int, str | None], first: int
    ) -> None:
        room = self._room
        room.progress.show(first, first + len(offers) - 1)
        if room.progress.has_gap and self._looking is None:
            # Somebody else wrote in between. Mostly their word of it is here in a moment.
            self._wait_for_others()
        room.owners.keep(claims)
        try:
            for offer in offers:
                room.note(offer.found)
            if room.on_stored is not None:
                room.on_stored(first, rows)
            room.show.committed(offers)
        except Exception as error:
            # It is stored, and who wrote it was not told: they ask when they come again.
            room.fail(error)
            raise
        finally:
            # What waits for this commit must not wait for ever.
            room.pending.resolved()
            room.learning.go_on()

    def _not_committed(self, offers: list[Offer], lineage: Lineage, why: BaseException) -> None:
        room = self._room
        lineage.broken = True
        lineage.is_stale |= isinstance(why, Stale)
        self._turn_down(offers, lineage, "not_owner" if isinstance(why, Taken) else "storage_full")
        room.pending.resolved()
        room.learning.go_on()

    def _turn_down(self, offers: list[Offer], lineage: Lineage, code: str) -> None:
        """Updates whose commit, or one before it, came to nothing."""
        if lineage.is_stale:
            # Judged anew after a reload. What the server itself wanted is asked for again.
            refused = [offer for offer in offers if offer.member is not None]
            if refused and not self._refused:
                # The reload comes with the next item, so there has to be one.
                room = self._room
                room.inbox.put_back([room.learning.look()])
                asyncio.get_running_loop().call_soon(room.stir)
            self._refused += refused
            return
        for offer in offers:
            self._room.show.refuse(offer, code, "the server could not store it")

    def _wait_for_others(self) -> None:
        at = self._room.seq
        self._looking = asyncio.get_running_loop().call_later(GAP, self._look, at)

    def _look(self, before: int) -> None:
        self._looking = None
        room = self._room
        if not room.progress.has_gap:
            return
        if room.seq == before:
            room.learn()
        else:
            # Another one than a moment ago: while many type there nearly always is one.
            self._wait_for_others()
