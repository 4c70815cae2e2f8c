"""Owners: which person may write under which Yjs client id.

A struct under a foreign id is not a nuisance but an attack: eight bytes would swallow the next
thousand characters of the one whose id it is, in that person's own browser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from app.sync.items import Offer
from app.sync.structs import Section

MOST: Final = 4000
"""Client ids that one person may use in a document; a browser takes a new one per page load."""


class Owners:
    """The client ids of one document. `caret` names the person whose caret shows an id."""

    def __init__(self, caret: Callable[[int], str | None]) -> None:
        self._caret = caret
        self._stored: dict[int, str | None] = {}
        # Taken by an update that is on its way.
        self._claimed: dict[int, str] = {}

    def load(self, owners: Mapping[int, str | None]) -> None:
        """What the database says; None is the server itself."""
        self._stored = dict(owners)
        self._claimed.clear()

    def of(self, client: int) -> str | None:
        """Whose a client id is; "" for the server, None for nobody."""
        if client in self._stored:
            return self._stored[client] or ""
        return self._claimed.get(client)

    def objection(
        self, person: str, sections: Sequence[Section], clocks: Mapping[int, int]
    ) -> str | None:
        """Why a person may not bring these structs, as a code; new ids become theirs."""
        for section in sections:
            # What is stored already may come back from anybody.
            if section.end <= clocks.get(section.client, 0):
                continue
            owner = self.of(section.client)
            if owner is None:
                # A caret under this id says whose it is before the first word is written.
                if self._caret(section.client) not in (None, person):
                    return "not_owner"
                if sum(one == person for one in self._stored.values()) >= MOST:
                    return "slow_down"
                self._claimed[section.client] = person
            elif owner != person:
                return "not_owner"
        return None

    def claims(self, offers: Sequence[Offer]) -> dict[int, str | None]:
        """The client ids that become somebody's with these updates."""
        return {
            section.client: offer.person_id if offer.member is not None else None
            for offer in offers
            for section in offer.found.sections
            if section.client not in self._stored
        }

    def keep(self, claims: Mapping[int, str | None]) -> None:
        """The claims are stored."""
        self._stored.update(claims)

    def learn(self, clients: Iterable[int], person: str | None) -> None:
        """Another process has stored structs that this person sent. An id that was somebody's already
        stays theirs: whoever sends all they have sends the others' words too."""
        for client in clients:
            self._stored.setdefault(client, person)
