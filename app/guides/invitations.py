"""Invitations: links that let people join with a role; each can be ended without the others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.guides import queries
from app.guides.models import Guide, Invitation
from app.guides.policy import Role
from app.kit import clock, events
from app.kit.config import Settings
from app.kit.errors import Gone, NotFound
from app.kit.tokens import hash_token, new_token
from app.people.models import Person


def link_for(settings: Settings, token: str) -> str:
    """The address people open. The secret is in the fragment, which no server ever sees."""
    return f"{settings.base}/join#{token}"


async def mint(
    session: AsyncSession,
    guide: Guide,
    role: Role,
    expires_at: datetime,
    *,
    label: str = "",
    by: Person | None = None,
) -> tuple[Invitation, str]:
    """A new invitation and its secret, which is not kept anywhere."""
    token = new_token()
    invitation = Invitation(
        guide_id=guide.id,
        role=role,
        label=label,
        token_hash=hash_token(token),
        created_by=by.id if by else None,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    session.add(invitation)
    await session.flush()
    events.queue(session, events.Event(guide.id, "invitations"))
    return invitation, token


async def redeem(session: AsyncSession, token: str) -> tuple[Invitation, Guide] | None:
    """The invitation behind a secret and its guide; None when the secret is not one.

    Raises:
        Gone: the link was ended or its time is over.
    """
    invitation = await queries.invitation_by_hash(session, hash_token(token))
    if invitation is None:
        return None
    guide = await session.get_one(Guide, invitation.guide_id)
    if invitation.revoked_at is not None:
        raise Gone(
            "This link was ended by the facilitator. Ask them for a new one.", code="link_revoked"
        )
    if invitation.expires_at <= clock.now():
        raise Gone(
            f"This link was good until {invitation.expires_at:%d %B %Y}. "
            "Ask the facilitator for a new one.",
            code="link_expired",
        )
    return invitation, guide


async def revoke(session: AsyncSession, guide: Guide, invitation_id: str) -> Invitation:
    """End a link at once; the people who came through it stay.

    Raises:
        NotFound: the guide has no such invitation.
    """
    invitation = await session.get(Invitation, invitation_id)
    if invitation is None or invitation.guide_id != guide.id:
        raise NotFound("There is no such link in this guide.")
    if invitation.revoked_at is None:
        invitation.revoked_at = clock.now()
        events.queue(session, events.Event(guide.id, "invitations"))
    return invitation
