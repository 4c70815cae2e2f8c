"""Who is asking: the person behind a request, for routes that need one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from app.kit.errors import Unauthorised
from app.kit.web import Session, get_settings
from app.people import sessions
from app.people.models import Device, Person


class Visitor:
    """The person and device behind a request; both None for a stranger."""

    def __init__(self, person: Person | None, device: Device | None) -> None:
        self.person = person
        self.device = device


async def visitor(request: Request, session: Session) -> Visitor:
    """Whoever asks, known or not."""
    token = sessions.token_of(request.scope, get_settings(request))
    found = await sessions.find(session, token) if token else None
    if found is None:
        return Visitor(None, None)
    if session.info.get("writes") and sessions.is_stale(found[1]):
        await sessions.touch(session, found[1].id)
    return Visitor(*found)


AnyVisitor = Annotated[Visitor, Depends(visitor)]


async def signed_in(asking: AnyVisitor) -> Person:
    """The person who asks.

    Raises:
        Unauthorised: this device has not joined.
    """
    if asking.person is None:
        raise Unauthorised(
            "This device has not joined yet. Open the link or scan the code you were given."
        )
    return asking.person


SignedIn = Annotated[Person, Depends(signed_in)]
