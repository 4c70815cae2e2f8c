"""HTTP for a guide as its members see it: details, sprint, countdown, new links."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from app.guides import invitations, service
from app.guides.access import Place, needs
from app.guides.policy import abilities
from app.guides.schemas import ChangeGuide, Me, NewInvitation, NewLink, direction
from app.kit import clock, events, qr
from app.kit.errors import BadInput
from app.kit.web import Config, Session
from app.people.schemas import PersonOut
from app.sprints import days
from app.sprints.schemas import Countdown, GuideOut, Now

router = APIRouter(prefix="/api/guides/{slug}", tags=["guides"])

Reader = Annotated[Place, needs("read")]
Manager = Annotated[Place, needs("manage")]
Inviter = Annotated[Place, needs("invite")]


@router.get("")
async def guide(session: Session, here: Reader) -> GuideOut:
    """The guide, its sprint, its countdown and what the asking person may do."""
    return await out(session, here)


@router.patch("")
async def change(session: Session, here: Manager, body: ChangeGuide) -> GuideOut:
    """Change the guide's details."""
    await service.change(session, here.guide, here.person, body)
    return await out(session, here)


@router.post("/invitations", status_code=201)
async def invite(session: Session, config: Config, here: Inviter, body: NewInvitation) -> NewLink:
    """Make a link; without a date it lasts until 90 days after the sprint."""
    sprint = await days.current(session, here.guide.id)
    expires_at = body.expires_at or days.links_end(sprint)
    if expires_at <= clock.now():
        raise BadInput("A link needs an end in the future.", code="expiry")
    invitation, token = await invitations.mint(
        session, here.guide, body.role, expires_at, label=body.label, by=here.person
    )
    link = invitations.link_for(config, token)
    return NewLink(
        id=invitation.id,
        role=body.role,
        link=link,
        qr_svg=qr.svg(link),
        expires_at=invitation.expires_at,
    )


@router.put("/countdown")
async def set_countdown(session: Session, here: Manager, body: Countdown) -> Countdown:
    """Say on everyone's screen what is done now, and until when."""
    sprint = await days.current(session, here.guide.id)
    sprint.countdown_label, sprint.countdown_until = body.label, body.until
    events.queue(session, events.Event(here.guide.id, "guide"))
    return body


@router.delete("/countdown", status_code=204)
async def end_countdown(session: Session, here: Manager) -> None:
    """Take the countdown off the screens."""
    sprint = await days.current(session, here.guide.id)
    sprint.countdown_label = sprint.countdown_until = None
    events.queue(session, events.Event(here.guide.id, "guide"))


@router.get("/clock")
async def time(_: Reader) -> Now:
    """The server's clock, against which a device with a wrong one counts down."""
    return Now(now=clock.now())


async def out(session: AsyncSession, here: Place) -> GuideOut:
    """A guide as the API says it to one person."""
    sprint = await days.current(session, here.guide.id)
    running = sprint.countdown_label is not None and sprint.countdown_until is not None
    return GuideOut(
        id=here.guide.id,
        slug=here.guide.slug,
        title=here.guide.title,
        subtitle=here.guide.subtitle,
        language=here.guide.language,
        dir=direction(here.guide.language),
        region=here.guide.region,
        licence=here.guide.licence,
        accent=here.guide.accent,
        version=here.guide.version,
        sprint=days.out(sprint),
        countdown=Countdown(label=sprint.countdown_label, until=sprint.countdown_until)  # pyright: ignore[reportArgumentType]
        if running
        else None,
        me=Me(
            person=PersonOut.model_validate(here.person),
            role=here.member.role,  # pyright: ignore[reportArgumentType]
            abilities=sorted(abilities(here.member.role)),
        ),
    )
