"""HTTP for starting and joining: links, names, claims, one's own devices."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.guides import claims, invitations, queries, service
from app.guides.access import anyone, oneself
from app.guides.models import Claim, Guide, Invitation
from app.guides.policy import explain
from app.guides.schemas import direction
from app.kit import clock, events, qr
from app.kit.errors import Forbidden, NotFound
from app.kit.limits import Failures
from app.kit.tokens import hash_token, new_token
from app.kit.web import Config, Db, Session
from app.people import sessions
from app.people.access import AnyVisitor, Visitor, visitor
from app.people.models import Device, Person, PersonalLink
from app.people.schemas import ChangeMe, DeviceOut, Devices, LinkOut, PersonOut
from app.sprints import days, joining, starting
from app.sprints.schemas import (
    ClaimAsked,
    ClaimState,
    InvitationInfo,
    InvitedGuide,
    Join,
    Joined,
    KnownGuide,
    MeOut,
    NewGuide,
    NewGuideOut,
    TokenIn,
)

router = APIRouter(prefix="/api", tags=["joining"])

CLAIM_COOKIE = "chapterhouse-claim"
Oneself = Annotated[Person, oneself()]


@router.get("/me", dependencies=[anyone()])
async def me(request: Request, session: Session, config: Config, asking: AnyVisitor) -> MeOut:
    """Who asks, the guides they are in, and what this server offers."""
    mine = await queries.guides_of(session, asking.person.id) if asking.person else ()
    return MeOut(
        person=PersonOut.model_validate(asking.person) if asking.person else None,
        guides=[
            KnownGuide.model_validate(
                {
                    "slug": guide.slug,
                    "title": guide.title,
                    "subtitle": guide.subtitle,
                    "role": member.role,
                }
            )
            for guide, member in mine
        ],
        can_create=config.anyone_may_create,
        insecure=is_insecure(request),
        lan_url=config.base if config.lan else None,
    )


@router.patch("/me")
async def change_me(session: Session, person: Oneself, body: ChangeMe) -> PersonOut:
    """Take another name or colour."""
    if body.name is not None:
        await service.rename_person(session, person, body.name)
    if body.colour is not None:
        person.colour = body.colour
        for guide, _ in await queries.guides_of(session, person.id):
            events.queue(session, events.Event(guide.id, "people"))
    return PersonOut.model_validate(person)


@router.post("/guides", status_code=201, dependencies=[anyone()])
async def start_guide(
    request: Request,
    response: Response,
    session: Session,
    config: Config,
    asking: AnyVisitor,
    body: NewGuide,
) -> NewGuideOut:
    """Start a guide with its first sprint; with a name, the asking person is its facilitator."""
    if not config.anyone_may_create:
        raise Forbidden(
            "On this server guides are started by whoever runs it. Ask them to start one for you."
        )
    guide, _, token = await starting.start(session, body)
    person = asking.person
    if body.name is not None or person is not None:
        door = await joining.open_door(session, token)
        person, fresh = await joining.enter(session, door, person, body.name or "")
        if fresh:
            await _sign_in(request, response, session, asking, person)
    link = invitations.link_for(config, token)
    return NewGuideOut(
        slug=guide.slug,
        title=guide.title,
        facilitator_link=link,
        qr_svg=qr.svg(link),
        joined=person is not None,
    )


@router.post("/invitation", dependencies=[anyone()])
async def look_at_link(request: Request, database: Db, body: TokenIn) -> InvitationInfo:
    """What a link leads to. Looking changes nothing: scanners and previews may look."""
    # A reading session, although it is a POST: strangers must not occupy the one that writes.
    async with database.read() as session:
        return await _look(session, await _open(request, session, body.token), request)


async def _look(session: AsyncSession, door: joining.Door, request: Request) -> InvitationInfo:
    asking = await visitor(request, session)
    sprint = await days.current(session, door.guide.id)
    member = (
        await queries.member(session, door.guide.id, asking.person.id) if asking.person else None
    )
    person = door.person or asking.person
    return InvitationInfo(
        guide=InvitedGuide(
            slug=door.guide.slug,
            title=door.guide.title,
            subtitle=door.guide.subtitle,
            language=door.guide.language,
            dir=direction(door.guide.language),
        ),
        kind="personal" if door.person else "role",
        role=door.role,
        abilities_text=explain(door.role),
        sprint=days.out(sprint),
        person=PersonOut.model_validate(person) if person else None,
        member=member is not None and person is asking.person,
    )


@router.post(
    "/join",
    dependencies=[anyone()],
    response_model=Joined,
    responses={202: {"model": ClaimAsked}},
)
async def join(
    request: Request, response: Response, session: Session, asking: AnyVisitor, body: Join
) -> Any:
    """Join a guide. With `claim` one asks to be recognised as somebody who joined before."""
    door = await _open(request, session, body.token)
    if body.claim is not None and door.invitation is not None:
        return await _ask(request, session, door.invitation, body.claim)
    person, fresh = await joining.enter(session, door, asking.person, body.name)
    if fresh:
        await _sign_in(request, response, session, asking, person)
    return await joining.joined(session, door.guide, person)


async def _ask(
    request: Request, session: Session, invitation: Invitation, person_id: str
) -> Response:
    person = await session.get(Person, person_id)
    if person is None or await queries.member(session, invitation.guide_id, person_id) is None:
        raise NotFound("There is nobody of that name in this guide.", code="person_not_found")
    # One secret per browser: asking again must not fill the facilitator's screen with questions.
    browser = request.cookies.get(CLAIM_COOKIE) or new_token()
    label = sessions.device_label(request.headers.get("user-agent", ""))
    claim = await claims.ask(session, invitation, person, browser, label)
    # An answer of its own: what the route declares is the answer of somebody who is in.
    response = JSONResponse(ClaimAsked(claim=claim.id).model_dump(), status_code=202)
    response.set_cookie(
        CLAIM_COOKIE,
        browser,
        max_age=int(claims.LASTS.total_seconds()),
        httponly=True,
        secure=request.app.state.settings.secure,
        samesite="strict",
        path="/api/join",
    )
    return response


@router.post("/join/claims/{claim_id}", dependencies=[anyone()])
async def claim_state(
    request: Request, response: Response, session: Session, asking: AnyVisitor, claim_id: str
) -> ClaimState:
    """How a claim stands; once it is confirmed, the asking browser is signed in."""
    claim = await session.get(Claim, claim_id)
    browser = request.cookies.get(CLAIM_COOKIE, "")
    if claim is None or claim.browser_hash != hash_token(browser) or claim.status == "used":
        raise NotFound("This question was not asked from this device.", code="claim_unknown")
    if claim.status != "refused" and claims.is_over(claim):
        # Also a yes that nobody came for: it must not let somebody in days later.
        claim.status = "refused"
        events.queue(session, events.Event(claim.guide_id, "claims"))
    if claim.status != "confirmed":
        return ClaimState.model_validate({"status": claim.status})
    claim.status = "used"
    person = await session.get_one(Person, claim.person_id)
    guide = await session.get_one(Guide, claim.guide_id)
    await _sign_in(request, response, session, asking, person)
    response.delete_cookie(CLAIM_COOKIE, path="/api/join")
    return ClaimState(status="confirmed", joined=await joining.joined(session, guide, person))


@router.post("/leave", status_code=204)
async def leave(
    response: Response, session: Session, config: Config, asking: AnyVisitor, _: Oneself
) -> None:
    """Sign this device out."""
    if asking.device is not None:
        await _end(session, asking.device)
    response.delete_cookie(
        sessions.cookie_name(config), path="/", secure=config.secure, httponly=True
    )


@router.get("/devices")
async def devices(session: Session, asking: AnyVisitor, person: Oneself) -> Devices:
    """One's own devices, last seen first."""
    rows = await session.scalars(
        select(Device)
        .where(
            Device.person_id == person.id,
            Device.ended_at.is_(None),
            Device.expires_at > clock.now(),
        )
        .order_by(Device.last_seen_at.desc(), Device.id)
    )
    items = [DeviceOut.model_validate(row) for row in rows]
    for item in items:
        item.current = asking.device is not None and item.id == asking.device.id
    return Devices(items=items)


@router.delete("/devices/{device_id}", status_code=204)
async def end_device(session: Session, person: Oneself, device_id: str) -> None:
    """End the session of one of one's own devices at once."""
    device = await session.get(Device, device_id)
    if device is None or device.person_id != person.id:
        raise NotFound("This is not one of your devices.", code="device_not_found")
    await _end(session, device)


@router.post("/personal-link/{slug}")
async def personal_link(session: Session, config: Config, person: Oneself, slug: str) -> LinkOut:
    """A link labelled “Only for you”. A new one ends the one before it."""
    guide = await queries.guide_by_slug(session, slug)
    if guide is None or await queries.member(session, guide.id, person.id) is None:
        raise NotFound("You are not in this guide.", code="guide_not_found")
    await session.execute(
        update(PersonalLink)
        .where(PersonalLink.person_id == person.id, PersonalLink.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    token = new_token()
    sprint = await days.current(session, guide.id)
    link = PersonalLink(
        person_id=person.id,
        guide_id=guide.id,
        token_hash=hash_token(token),
        created_at=clock.now(),
        expires_at=days.links_end(sprint),
    )
    session.add(link)
    address = invitations.link_for(config, token)
    return LinkOut(link=address, qr_svg=qr.svg(address), expires_at=link.expires_at)


async def _open(request: Request, session: AsyncSession, token: str) -> joining.Door:
    try:
        return await joining.open_door(session, token)
    except NotFound:
        _failures(request).count(request.client.host if request.client else "")
        raise


def _failures(request: Request) -> Failures:
    """The wrong links this server was shown lately."""
    state = request.app.state
    if not hasattr(state, "wrong_links"):
        state.wrong_links = Failures(per_origin=30, overall=300)
    return state.wrong_links


async def _sign_in(
    request: Request, response: Response, session: Session, asking: Visitor, person: Person
) -> None:
    """Give the asking browser a session of `person`; the one it had ends, sockets and all."""
    if asking.device is not None:
        await _end(session, asking.device)
    await sessions.begin(session, person, request, response)


async def _end(session: Session, device: Device) -> None:
    device.ended_at = clock.now()
    for guide, _ in await queries.guides_of(session, device.person_id):
        events.queue(
            session, events.Event(guide.id, "device", {"id": device.id}, to=device.person_id)
        )


def is_insecure(request: Request) -> bool:
    """Whether others on the network could read along: plain HTTP to another machine."""
    loopback = request.url.hostname in {"localhost", "127.0.0.1", "::1"}
    return not (request.url.scheme == "https" or request.app.state.settings.secure or loopback)
