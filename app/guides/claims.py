"""Claims: “I am Maria, who joined at 9:05” — said on a new device, confirmed by someone who knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.guides import queries
from app.guides.access import Place
from app.guides.models import Claim, Invitation
from app.kit import clock, events
from app.kit.errors import Forbidden, NotFound
from app.kit.tokens import hash_token
from app.people.models import Person

LASTS = timedelta(minutes=30)


async def ask(
    session: AsyncSession, invitation: Invitation, person: Person, browser: str, device_label: str
) -> Claim:
    """Ask to be recognised as `person`; `browser` is a secret only the asking browser has.

    A browser asks one question at a time: asking again takes the earlier one back.
    """
    await session.execute(
        update(Claim)
        .where(Claim.browser_hash == hash_token(browser), Claim.status == "waiting")
        .values(status="refused")
    )
    claim = Claim(
        guide_id=invitation.guide_id,
        invitation_id=invitation.id,
        person_id=person.id,
        browser_hash=hash_token(browser),
        device_label=device_label,
        asked_at=clock.now(),
    )
    session.add(claim)
    await session.flush()
    events.queue(session, events.Event(invitation.guide_id, "claims"))
    return claim


def is_over(claim: Claim) -> bool:
    """Whether the time in which a claim can be answered and used has passed."""
    return clock.now() - claim.asked_at > LASTS


def is_waiting(claim: Claim) -> bool:
    """Whether a claim can still be answered."""
    return claim.status == "waiting" and not is_over(claim)


async def visible_to(session: AsyncSession, here: Place) -> Sequence[tuple[Claim, Person]]:
    """The waiting claims the person may answer: all for a facilitator, else those about oneself."""
    return [
        (claim, person)
        for claim, person in await queries.waiting_claims(session, here.guide.id)
        if is_waiting(claim) and (here.may("manage") or person.id == here.person.id)
    ]


async def answer(session: AsyncSession, here: Place, claim_id: str, *, confirm: bool) -> Claim:
    """Say whether it is them.

    Raises:
        NotFound: the claim is gone or answered. Forbidden: it is about somebody else.
    """
    claim = await session.get(Claim, claim_id)
    if claim is None or claim.guide_id != here.guide.id or not is_waiting(claim):
        raise NotFound("This question has been answered already.", code="claim_answered")
    if not here.may("manage") and claim.person_id != here.person.id:
        raise Forbidden("Only the facilitator or the person themselves can answer this.")
    claim.status = "confirmed" if confirm else "refused"
    claim.decided_by = here.person.id
    events.queue(session, events.Event(here.guide.id, "claims"))
    return claim
