"""Access: the guide, the member and what they may do, for routes.

Every route names what it needs: `Access = Annotated[Place, needs("organise")]`. A guide one is
not a member of answers like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.guides import queries
from app.guides.models import Guide, Member
from app.guides.policy import Ability, abilities
from app.kit.errors import Forbidden, NotFound
from app.kit.web import Db, Session
from app.people.access import SignedIn, signed_in, visitor
from app.people.models import Person

# What each route's check stands for; a test walks all routes and fails on one without.
declared: dict[Callable[..., Awaitable[Any]], str] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request is and who makes it."""

    guide: Guide
    person: Person
    member: Member

    def may(self, ability: Ability) -> bool:
        """Whether the person may do something here."""
        return ability in abilities(self.member.role)

    def require(self, ability: Ability) -> None:
        """Refuse unless the person may.

        Raises:
            Forbidden: with a sentence that says who can help.
        """
        if not self.may(ability):
            raise Forbidden(_REFUSALS.get(ability, _REFUSAL), ability=ability)


_REFUSAL = "Your link does not let you do this. Ask the facilitator."
_REFUSALS: dict[str, str] = {
    "write": "Your link lets you read. Ask the facilitator for a link that lets you write.",
    "organise": "Your link lets you read. Ask the facilitator to change chapters and tasks.",
    "assign": "Only the facilitator hands out chapters and tasks to others.",
    "invite": "Only the facilitator makes and ends links.",
    "manage": "Only the facilitator can do this.",
    "design": "Only the facilitator and designers choose how the book looks.",
    "import": "Only the facilitator brings in files.",
}


async def place(slug: str, session: Session, person: SignedIn) -> Place:
    """The guide in the address and the asking person's membership.

    Raises:
        NotFound: there is no such guide, or the person is no member of it.
    """
    return await find_place(session, slug, person)


async def find_place(session: AsyncSession, slug: str, person: Person) -> Place:
    """The same, for callers with a session of their own."""
    guide = await queries.guide_by_slug(session, slug)
    found = await queries.member(session, guide.id, person.id) if guide else None
    if guide is None or found is None:
        raise NotFound(
            "There is no such guide here, or this device has not joined it. "
            "Open the link you were given again.",
            code="guide_not_found",
        )
    return Place(guide, person, found)


def needs(ability: Ability) -> Any:
    """A dependency: the place, for people with `ability`."""

    async def check(here: Place = Depends(place)) -> Place:  # noqa: B008 - FastAPI's way
        here.require(ability)
        return here

    declared[check] = ability
    return Depends(check)


def needs_briefly(ability: Ability) -> Any:
    """Like `needs`, for routes that take their time: the check holds no transaction.

    A request that decodes a picture or starts a converter must not keep the one writing
    connection of SQLite meanwhile.
    """

    async def check(slug: str, request: Request, database: Db) -> Place:
        async with database.read() as session:
            asking = await visitor(request, session)
            here = await find_place(session, slug, await signed_in(asking))
        here.require(ability)
        return here

    declared[check] = ability
    return Depends(check)


def anyone() -> Any:
    """A dependency that says out loud: this route is for everybody, joined or not."""

    async def check() -> None:
        return None

    declared[check] = "anyone"
    return Depends(check)


def oneself() -> Any:
    """A dependency: the asking person, for routes about nobody but them."""

    async def check(person: SignedIn) -> Person:
        return person

    declared[check] = "oneself"
    return Depends(check)
