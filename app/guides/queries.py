"""Every question the guides' tables are asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.guides.models import Claim, Guide, Invitation, Member, Part
from app.people.models import Person


async def guide_by_slug(session: AsyncSession, slug: str) -> Guide | None:
    """The guide with that slug."""
    return await session.scalar(select(Guide).where(Guide.slug == slug))


async def hold(session: AsyncSession, guide_id: str) -> None:
    """Let one change of a guide's order or people happen at a time until the transaction ends.

    On SQLite there is one writer anyway.
    """
    await session.execute(
        select(Guide.id).where(Guide.id == guide_id).with_for_update(key_share=True)
    )


async def slugs_like(session: AsyncSession, stem: str) -> set[str]:
    """The slugs that begin with `stem`."""
    rows = await session.scalars(
        select(Guide.slug).where(Guide.slug.startswith(stem, autoescape=True))
    )
    return set(rows)


async def member(session: AsyncSession, guide_id: str, person_id: str) -> Member | None:
    """A person's place in a guide, unless it was taken away."""
    return await session.scalar(
        select(Member).where(
            Member.guide_id == guide_id,
            Member.person_id == person_id,
            Member.removed_at.is_(None),
        )
    )


async def members(
    session: AsyncSession, guide_id: str, *, with_removed: bool = False
) -> Sequence[tuple[Member, Person]]:
    """The people of a guide, first come first."""
    query = (
        select(Member, Person)
        .join(Person, Person.id == Member.person_id)
        .where(Member.guide_id == guide_id)
        .order_by(Member.joined_at, Person.id)
    )
    if not with_removed:
        query = query.where(Member.removed_at.is_(None))
    return [(row[0], row[1]) for row in await session.execute(query)]


async def member_named(
    session: AsyncSession, guide_id: str, name_key: str
) -> tuple[Member, Person] | None:
    """Whoever goes by that name in the guide."""
    row = (
        await session.execute(
            select(Member, Person)
            .join(Person, Person.id == Member.person_id)
            .where(Member.guide_id == guide_id, Member.name_key == name_key)
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


async def guides_of(session: AsyncSession, person_id: str) -> Sequence[tuple[Guide, Member]]:
    """The guides a person is a member of, newest first."""
    rows = await session.execute(
        select(Guide, Member)
        .join(Member, Member.guide_id == Guide.id)
        .where(Member.person_id == person_id, Member.removed_at.is_(None))
        .order_by(Guide.created_at.desc())
    )
    return [(row[0], row[1]) for row in rows]


async def facilitators(session: AsyncSession, guide_id: str) -> int:
    """How many people can run the guide."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(Member)
            .where(
                Member.guide_id == guide_id,
                Member.role == "facilitator",
                Member.removed_at.is_(None),
            )
        )
        or 0
    )


async def parts(session: AsyncSession, guide_id: str) -> Sequence[Part]:
    """The parts of a guide in their order."""
    rows = await session.scalars(
        select(Part).where(Part.guide_id == guide_id).order_by(Part.position, Part.id)
    )
    return rows.all()


async def invitation_by_hash(session: AsyncSession, token_hash: str) -> Invitation | None:
    """The invitation a secret belongs to, also when it has expired or was revoked."""
    return await session.scalar(select(Invitation).where(Invitation.token_hash == token_hash))


async def invitations(session: AsyncSession, guide_id: str) -> Sequence[Invitation]:
    """The invitations of a guide, newest first."""
    rows = await session.scalars(
        select(Invitation)
        .where(Invitation.guide_id == guide_id)
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )
    return rows.all()


async def waiting_claims(session: AsyncSession, guide_id: str) -> Sequence[tuple[Claim, Person]]:
    """The claims nobody has answered yet, first come first."""
    rows = await session.execute(
        select(Claim, Person)
        .join(Person, Person.id == Claim.person_id)
        .where(Claim.guide_id == guide_id, Claim.status == "waiting")
        .order_by(Claim.asked_at)
    )
    return [(row[0], row[1]) for row in rows]
