"""Joining: open a link, type a name, be in. No account, no e-mail, no password."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import queries as chapter_queries
from app.guides import invitations, queries, service
from app.guides.models import Guide, Invitation, Member
from app.guides.policy import Role
from app.kit import clock, events
from app.kit.errors import Conflict, Gone, NotFound
from app.kit.tokens import hash_token
from app.people import names
from app.people.models import Person, PersonalLink
from app.sprints import days
from app.sprints.schemas import Joined, JoinedPerson

UNKNOWN = (
    "This link is not one of ours. Perhaps a part of it is missing: "
    "scan the code again or ask the facilitator for a new link."
)


@dataclass(frozen=True, slots=True)
class Door:
    """What a secret opens: a guide with a role, or the way back for one person."""

    guide: Guide
    role: Role
    invitation: Invitation | None
    person: Person | None


async def open_door(session: AsyncSession, token: str) -> Door:
    """What is behind a secret.

    Raises:
        NotFound: nothing (code `link_unknown`). Gone: it was ended or its time is over.
    """
    if (found := await invitations.redeem(session, token)) is not None:
        invitation, guide = found
        return Door(guide, invitation.role, invitation, None)  # pyright: ignore[reportArgumentType]
    personal = await session.scalar(
        select(PersonalLink).where(PersonalLink.token_hash == hash_token(token))
    )
    if personal is None:
        raise NotFound(UNKNOWN, code="link_unknown")
    if personal.revoked_at is not None or personal.expires_at <= clock.now():
        raise Gone(
            "This personal link no longer works. Make a new one on a device where you are "
            "signed in, or join with the sprint's link.",
            code="link_expired" if personal.revoked_at is None else "link_revoked",
        )
    guide = await session.get_one(Guide, personal.guide_id)
    member = await queries.member(session, guide.id, personal.person_id)
    if member is None:
        raise Gone("You are no longer in this guide. Ask the facilitator.", code="link_revoked")
    person = await session.get_one(Person, personal.person_id)
    return Door(guide, member.role, None, person)  # pyright: ignore[reportArgumentType]


async def enter(
    session: AsyncSession, door: Door, known: Person | None, name: str
) -> tuple[Person, bool]:
    """Make somebody a member: the person of a personal link, a known one, or a new one by name.

    Returns:
        The person, and whether they were not signed in as that person before.
    Raises:
        BadInput: the name cannot be used. Conflict: it is taken (code `name_taken`, `person`).
    """
    if door.person is not None:
        return door.person, known is None or known.id != door.person.id
    if known is not None:
        await _enrol_known(session, door, known, name)
        return known, False
    person = await _newcomer(session, door.guide, name)
    try:
        await service.enrol(session, door.guide, person, door.role)
    except Conflict:
        # Two of the same name at the same moment: the slower one is asked the question, too.
        taken = await queries.member_named(session, door.guide.id, names.key(person.name))
        if taken is None:
            raise
        raise await name_taken(session, *taken) from None
    _count(door)
    return person, True


async def _newcomer(session: AsyncSession, guide: Guide, name: str) -> Person:
    name = names.clean(name)
    if (taken := await queries.member_named(session, guide.id, names.key(name))) is not None:
        raise await name_taken(session, *taken)
    here = await queries.members(session, guide.id)
    person = Person(
        name=name,
        colour=names.pick_colour(name, [one.colour for _, one in here]),
        created_at=clock.now(),
    )
    session.add(person)
    await session.flush()
    return person


async def _enrol_known(session: AsyncSession, door: Door, known: Person, name: str) -> None:
    if await queries.member(session, door.guide.id, known.id) is None:
        taken = await queries.member_named(session, door.guide.id, names.key(known.name))
        if taken is not None and taken[1].id != known.id:
            if names.key(name) in {"", names.key(known.name)}:
                raise await name_taken(session, *taken)
            # Two people of one name meet in this guide: the newcomer typed another one.
            name = names.clean(name)
            taken = await queries.member_named(session, door.guide.id, names.key(name))
            if taken is not None:
                raise await name_taken(session, *taken)
            await service.rename_person(session, known, name)
        _count(door)
    await service.enrol(session, door.guide, known, door.role)


async def name_taken(session: AsyncSession, member: Member, person: Person) -> Conflict:
    """The question to ask when a name is taken, with the hour as the room's clock showed it."""
    if member.removed_at is not None:
        return Conflict(
            f"Somebody called {person.name} took part in this guide before. "
            "Add a letter or your last name.",
            code="name_used",
        )
    sprint = await days.current(session, member.guide_id)
    zone = ZoneInfo(sprint.time_zone)
    at, now = member.joined_at.astimezone(zone), clock.now().astimezone(zone)
    when = f"at {at.hour}:{at:%M}" if at.date() == now.date() else f"on {at.day} {at:%B}"
    return Conflict(
        f"Are you {person.name}, who joined {when}?",
        code="name_taken",
        person={
            "id": person.id,
            "name": person.name,
            "joined_at": member.joined_at.isoformat().replace("+00:00", "Z"),
        },
    )


def _count(door: Door) -> None:
    if door.invitation is not None:
        door.invitation.uses += 1


async def joined(session: AsyncSession, guide: Guide, person: Person) -> Joined:
    """Where somebody who joined is now, and the chapter they should land in."""
    await session.flush()
    member = await queries.member(session, guide.id, person.id)
    if member is None:
        raise NotFound(UNKNOWN, code="link_unknown")
    chapter = await chapter_queries.first_of_person(session, guide.id, person.id)
    events.queue(session, events.Event(guide.id, "people"))
    return Joined(
        guide=guide.slug,
        person=JoinedPerson(
            id=person.id,
            name=person.name,
            colour=person.colour,
            role=member.role,  # pyright: ignore[reportArgumentType]
        ),
        chapter_id=chapter.id if chapter else None,
    )
