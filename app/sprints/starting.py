"""Starting a guide: the guide, its first sprint and the link its facilitator keeps."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.guides import invitations, service
from app.guides.models import Guide
from app.guides.policy import Role
from app.kit import clock
from app.people.models import Person
from app.sprints import days
from app.sprints.models import Sprint
from app.sprints.schemas import NewGuide


async def start(session: AsyncSession, wish: NewGuide) -> tuple[Guide, Sprint, str]:
    """Make a guide with its first sprint.

    Returns:
        The guide, the sprint and the secret of the facilitator's link.
    """
    guide = await service.create(
        session,
        title=wish.title,
        subtitle=wish.subtitle,
        language=wish.language,
        region=wish.region,
        licence=wish.licence,
    )
    sprint = Sprint(
        guide_id=guide.id,
        title=wish.title,
        starts_on=wish.start or clock.now().astimezone(ZoneInfo(wish.time_zone)).date(),
        days=wish.days,
        time_zone=wish.time_zone,
    )
    session.add(sprint)
    await session.flush()
    token = await link(session, guide, "facilitator", label="The facilitator's link to keep")
    return guide, sprint, token


async def link(
    session: AsyncSession, guide: Guide, role: Role, *, label: str = "", by: Person | None = None
) -> str:
    """The secret of a new link with `role` that lasts as long as links do."""
    sprint = await days.current(session, guide.id)
    _, token = await invitations.mint(
        session, guide, role, days.links_end(sprint), label=label, by=by
    )
    return token
