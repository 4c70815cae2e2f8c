"""The operator's routes: what the command line asks of the server.

They answer on the socket in the data folder, which only its owner can open, or inside the command
itself when no server runs; so they ask nobody who they are.
"""

from __future__ import annotations

from typing import Literal

from fastapi import FastAPI
from pydantic import BaseModel

from app.guides import invitations, queries
from app.guides.models import Guide
from app.guides.policy import Role
from app.kit import web
from app.kit.errors import NotFound
from app.kit.web import Config, Session
from app.sprints import starting
from app.sprints.schemas import NewGuide


class NewGuideReport(BaseModel):
    """What `chapterhouse new --json` prints."""

    slug: str
    title: str
    facilitator_link: str


class LinkWish(BaseModel):
    """Which link to make."""

    role: Role


class LinkReport(BaseModel):
    """What `chapterhouse link --json` prints."""

    link: str
    role: Role


class Ping(BaseModel):
    """The server answers."""

    status: Literal["ok"] = "ok"


def create_operator_app(app: FastAPI) -> FastAPI:
    """The operator's application; it shares the state of the public one."""
    operator = FastAPI(title="Chapterhouse, for its operator", openapi_url=None)
    operator.state = app.state
    web.install(operator)
    operator.post("/guides")(new_guide)
    operator.post("/guides/{slug}/links")(new_link)
    operator.get("/ping")(ping)
    return operator


async def ping() -> Ping:
    """Answer."""
    return Ping()


async def new_guide(session: Session, config: Config, body: NewGuide) -> NewGuideReport:
    """Make a guide and its first sprint."""
    guide, _, token = await starting.start(session, body)
    return NewGuideReport(
        slug=guide.slug,
        title=guide.title,
        facilitator_link=invitations.link_for(config, token),
    )


async def new_link(session: Session, config: Config, slug: str, body: LinkWish) -> LinkReport:
    """Mint a link, also when the last facilitator lost theirs."""
    guide = await the_guide(session, slug)
    token = await starting.link(session, guide, body.role, label="Made on the command line")
    return LinkReport(link=invitations.link_for(config, token), role=body.role)


async def the_guide(session: Session, slug: str) -> Guide:
    """The guide with that slug.

    Raises:
        NotFound: with the slugs there are.
    """
    guide = await queries.guide_by_slug(session, slug)
    if guide is None:
        known = sorted(await queries.slugs_like(session, ""))
        raise NotFound(
            f"There is no guide “{slug}”. "
            + (f"There are: {', '.join(known)}." if known else "There is none yet.")
        )
    return guide
