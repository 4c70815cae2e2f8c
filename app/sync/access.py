"""Access: who may open a chapter's socket, and what they may do at this moment.

A session is looked up once when the socket opens and kept live from then on: what changes about a
person, their device, their role or a chapter's being closed is read again at once, and everything
every two seconds.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from sqlalchemy import select

from app.chapters.models import Chapter
from app.guides.models import Member
from app.guides.policy import abilities
from app.kit import clock
from app.kit.config import Settings
from app.kit.db import Database
from app.kit.errors import Forbidden, NotFound, Unauthorised
from app.kit.web import origin_allowed
from app.people import sessions
from app.people.models import Device, Person
from app.sync import stored
from app.sync.member import Access
from app.sync.models import Document


class Gate:
    """Lets people in and keeps their sessions live."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._live: WeakSet[Access] = WeakSet()
        self._checks = 0

    async def __call__(self, scope: dict[str, Any], document_id: str) -> Access:
        """Who asks for this document. A document that does not exist yet is begun.

        Raises:
            Forbidden: the request comes from another website.
            Unauthorised: the device has not joined.
            NotFound: no such chapter, it is in the bin, or the person is not in its guide.
        """
        if not origin_allowed(scope, self._settings):
            raise Forbidden("This request came from another website.", code="origin")
        token = sessions.token_of(scope, self._settings)
        checks = self._checks
        async with self._database.read() as session:
            found = await sessions.find(session, token) if token else None
            if found is None:
                raise Unauthorised("This device has not joined yet.")
            person, device = found
            row = (
                await session.execute(
                    select(Chapter, Member)
                    .join(Member, Member.guide_id == Chapter.guide_id)
                    .where(
                        Chapter.document_id == document_id,
                        Chapter.binned_at.is_(None),
                        Member.person_id == person.id,
                        Member.removed_at.is_(None),
                    )
                )
            ).one_or_none()
            if row is None:
                raise NotFound("There is no such chapter here.", code="no_document")
            chapter: Chapter = row[0]
            member: Member = row[1]
            exists = await session.get(Document, document_id) is not None
        if not exists:
            async with self._database.write() as session:
                await stored.begin(session, document_id)
        access = Access(
            person_id=person.id,
            name=person.name,
            colour=person.colour,
            role=member.role,
            guide_id=chapter.guide_id,
            chapter_id=chapter.id,
            may_write=objection,
            device_id=device.id,
            frozen=chapter.frozen_at is not None,
        )
        self._live.add(access)
        if checks != self._checks:
            # Something may have changed since we looked, and the others were told before we were one.
            await self.recheck(person.id)
        return access

    async def recheck(self, person_id: str | None = None) -> list[Access]:
        """Read the live sessions again (of one person, or all); those that changed.

        A session whose device ended or whose person is no longer in the guide is closed.
        """
        self._checks += 1
        asked = [one for one in self._live if person_id is None or one.person_id == person_id]
        if not asked:
            return []
        async with self._database.read() as session:
            rows = await session.execute(
                select(Device.id, Member.guide_id, Member.role, Person.name, Person.colour)
                .join(Person, Person.id == Device.person_id)
                .join(Member, Member.person_id == Person.id)
                .where(
                    Device.id.in_({one.device_id for one in asked}),
                    Member.guide_id.in_({one.guide_id for one in asked}),
                    Device.ended_at.is_(None),
                    Device.expires_at > clock.now(),
                    Member.removed_at.is_(None),
                )
            )
            now = {(row.id, row.guide_id): (row.role, row.name, row.colour) for row in rows}
            frozen = set(
                await session.scalars(
                    select(Chapter.id).where(
                        Chapter.id.in_({one.chapter_id for one in asked}),
                        Chapter.frozen_at.is_not(None),
                    )
                )
            )
        changed: list[Access] = []
        for one in asked:
            one.freeze(one.chapter_id in frozen)
            state = now.get((one.device_id or "", one.guide_id))
            if state is None:
                one.role = ""
                self._live.discard(one)
                one.end()
            elif state != (one.role, one.name, one.colour):
                one.role, one.name, one.colour = state
                changed.append(one)
        return changed


def objection(access: Access) -> str | None:
    """Why a person may not write: the role's abilities decide, then whether the chapter is closed."""
    if "write" not in abilities(access.role):
        return "read_only"
    return "frozen" if access.frozen else None
