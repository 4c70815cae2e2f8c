"""What can be done with a guide: make one, change its details, its people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.guides import queries
from app.guides.models import Guide, Member
from app.guides.policy import Role, gives_more
from app.guides.schemas import ChangeGuide
from app.kit import clock, events
from app.kit.errors import Conflict, NotFound
from app.people import names
from app.people.models import Person

# What the nouns above do when somebody leaves a guide: their work becomes free for others.
Parting = Callable[[AsyncSession, str, str], Awaitable[None]]
partings: list[Parting] = []

ACCENTS = ("#8a3324", "#1f5f5b", "#2b4c7e", "#6b3fa0", "#7a5c00", "#96294f")


def slugify(title: str) -> str:
    """“Organizing in New York!” → “organizing-in-new-york”; letters of any script are kept out
    of addresses, so a title without Latin letters becomes “guide”."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "guide"


async def create(
    session: AsyncSession, *, title: str, subtitle: str, language: str, region: str, licence: str
) -> Guide:
    """Make a guide with a slug of its own."""
    stem = slugify(title)
    taken = await queries.slugs_like(session, stem)
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    guide = Guide(
        slug=slug,
        title=title,
        subtitle=subtitle,
        language=language,
        region=region,
        licence=licence,
        accent=ACCENTS[len(taken) % len(ACCENTS)],
        created_at=clock.now(),
    )
    session.add(guide)
    await session.flush()
    return guide


async def change(session: AsyncSession, guide: Guide, by: Person, wish: ChangeGuide) -> Guide:
    """Change the guide's details.

    Raises:
        Conflict: somebody changed them since `wish.seen_version`.
    """
    await session.refresh(guide, with_for_update=True)
    changes = wish.model_dump(exclude_unset=True, exclude={"seen_version"}, exclude_none=True)
    if wish.seen_version is not None and wish.seen_version != guide.version:
        raise Conflict(
            "Someone changed the guide's details a moment ago. Look at them and try again.",
            code="changed",
        )
    for field, value in changes.items():
        setattr(guide, field, value)
    guide.version += 1
    guide.updated_by = by.id
    events.queue(session, events.Event(guide.id, "guide"))
    return guide


async def enrol(session: AsyncSession, guide: Guide, person: Person, role: Role) -> Member:
    """Make `person` a member with at least `role`; joining again never takes anything away.

    Raises:
        Conflict: somebody else in the guide has the same name (code `name_taken`).
    """
    member = await session.get(Member, (guide.id, person.id))
    if member is None:
        member = Member(
            guide_id=guide.id,
            person_id=person.id,
            role=role,
            name_key=names.key(person.name),
            joined_at=clock.now(),
        )
        try:
            async with session.begin_nested():
                session.add(member)
        except IntegrityError as error:
            raise Conflict(
                "Somebody with this name has joined already.", code="name_taken"
            ) from error
    elif member.removed_at is not None:
        member.removed_at, member.role = None, role
        member.name_key = names.key(person.name)
    elif gives_more(role, member.role):
        member.role = role
    else:
        return member
    events.queue(session, events.Event(guide.id, "people"))
    return member


async def change_role(session: AsyncSession, guide: Guide, person_id: str, role: Role) -> Member:
    """Give a member another role; it holds from their next keystroke on.

    Raises:
        NotFound: no such member. Conflict: the guide would have no facilitator left.
    """
    await queries.hold(session, guide.id)
    member = await _member(session, guide, person_id)
    if member.role == "facilitator" and role != "facilitator":
        await _keep_one_facilitator(session, guide)
    member.role = role
    events.queue(
        session,
        events.Event(guide.id, "people"),
        events.Event(guide.id, "role", {"person_id": person_id}),
    )
    return member


async def remove(session: AsyncSession, guide: Guide, person_id: str) -> Member:
    """Take a person out of the guide; their words and their name in the credits stay.

    Raises:
        NotFound: no such member. Conflict: the guide would have no facilitator left.
    """
    await queries.hold(session, guide.id)
    member = await _member(session, guide, person_id)
    if member.role == "facilitator":
        await _keep_one_facilitator(session, guide)
    member.removed_at = clock.now()
    for let_go in partings:
        await let_go(session, guide.id, person_id)
    events.queue(
        session,
        events.Event(guide.id, "people"),
        events.Event(guide.id, "role", {"person_id": person_id}),
    )
    return member


async def rename_person(session: AsyncSession, person: Person, name: str) -> None:
    """Give a person another name in all their guides.

    Raises:
        BadInput: it is no name. Conflict: it is taken in one of the guides.
    """
    name = names.clean(name)
    for guide, member in await queries.guides_of(session, person.id):
        other = await queries.member_named(session, guide.id, names.key(name))
        if other is not None and other[1].id != person.id:
            raise Conflict(
                f"Somebody in “{guide.title}” is called {other[1].name} already. "
                "Add a letter or your last name.",
                code="name_used",
            )
        member.name_key = names.key(name)
        events.queue(session, events.Event(guide.id, "people"))
    person.name = name


async def _member(session: AsyncSession, guide: Guide, person_id: str) -> Member:
    member = await queries.member(session, guide.id, person_id)
    if member is None:
        raise NotFound("This person is not in the guide (any more).", code="person_not_found")
    return member


async def _keep_one_facilitator(session: AsyncSession, guide: Guide) -> None:
    if await queries.facilitators(session, guide.id) < 2:
        raise Conflict(
            "A guide needs a facilitator. Make somebody else one first.", code="last_facilitator"
        )
