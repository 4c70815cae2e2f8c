"""The days of a sprint, in its own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.sprints.models import Sprint
from app.sprints.schemas import SprintOut

LINKS_LAST = timedelta(days=90)


def day_of(sprint: Sprint) -> int | None:
    """Which day of the sprint it is, from 1; None before and after."""
    today = clock.now().astimezone(ZoneInfo(sprint.time_zone)).date()
    day = (today - sprint.starts_on).days + 1
    return day if 1 <= day <= sprint.days else None


def end_of(sprint: Sprint) -> datetime:
    """The midnight after the last day, in UTC."""
    zone = ZoneInfo(sprint.time_zone)
    end = datetime.combine(sprint.starts_on + timedelta(days=sprint.days), time(), zone)
    return end.astimezone(UTC)


def links_end(sprint: Sprint) -> datetime:
    """When links stop working unless somebody says otherwise: 90 days after the sprint.

    A link made for a sprint long past is good for 90 days from now.
    """
    return max(end_of(sprint), clock.now()) + LINKS_LAST


async def current(session: AsyncSession, guide_id: str) -> Sprint:
    """The guide's newest sprint; every guide is started with one."""
    rows = await session.scalars(
        select(Sprint).where(Sprint.guide_id == guide_id).order_by(Sprint.id.desc()).limit(1)
    )
    return rows.one()


def out(sprint: Sprint) -> SprintOut:
    """A sprint as the API says it."""
    return SprintOut(
        id=sprint.id,
        title=sprint.title,
        starts_on=sprint.starts_on,
        days=sprint.days,
        time_zone=sprint.time_zone,
        day=day_of(sprint),
    )
