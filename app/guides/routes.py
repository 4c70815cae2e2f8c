"""HTTP for the people of a guide, their roles, and the links that lead in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from app.guides import claims, invitations, queries, service
from app.guides.access import Place, needs
from app.guides.models import Member
from app.guides.schemas import (
    Answer,
    ChangeRole,
    ClaimOut,
    ClaimPerson,
    Claims,
    InvitationOut,
    Invitations,
    MemberOut,
    People,
)
from app.kit.web import Session
from app.people.models import Person

router = APIRouter(prefix="/api/guides/{slug}", tags=["guides"])

Reader = Annotated[Place, needs("read")]
Manager = Annotated[Place, needs("manage")]
Inviter = Annotated[Place, needs("invite")]


@router.get("/people")
async def people(session: Session, here: Reader) -> People:
    """The people of the guide, first come first."""
    rows = await queries.members(session, here.guide.id)
    return People(items=[_out(member, person) for member, person in rows])


@router.patch("/people/{person_id}")
async def change_role(
    session: Session, here: Manager, person_id: str, body: ChangeRole
) -> MemberOut:
    """Give a person another role."""
    member = await service.change_role(session, here.guide, person_id, body.role)
    return _out(member, await session.get_one(Person, person_id))


@router.delete("/people/{person_id}", status_code=204)
async def remove(session: Session, here: Manager, person_id: str) -> None:
    """Take a person out of the guide."""
    await service.remove(session, here.guide, person_id)


@router.get("/invitations")
async def list_invitations(session: Session, here: Inviter) -> Invitations:
    """The links of the guide, newest first, without their secrets."""
    rows = await queries.invitations(session, here.guide.id)
    return Invitations(items=[InvitationOut.model_validate(row) for row in rows])


@router.delete("/invitations/{invitation_id}")
async def revoke(session: Session, here: Inviter, invitation_id: str) -> InvitationOut:
    """End a link at once."""
    row = await invitations.revoke(session, here.guide, invitation_id)
    return InvitationOut.model_validate(row)


@router.get("/claims")
async def waiting(session: Session, here: Reader) -> Claims:
    """The claims the asking person may answer."""
    rows = await claims.visible_to(session, here)
    return Claims(
        items=[
            ClaimOut(
                id=claim.id,
                person=ClaimPerson(id=person.id, name=person.name),
                device_label=claim.device_label,
                asked_at=claim.asked_at,
            )
            for claim, person in rows
        ]
    )


@router.post("/claims/{claim_id}", status_code=204)
async def answer(session: Session, here: Reader, claim_id: str, body: Answer) -> None:
    """Confirm or refuse a claim."""
    await claims.answer(session, here, claim_id, confirm=body.confirm)


def _out(member: Member, person: Person) -> MemberOut:
    return MemberOut.model_validate(
        {
            "id": person.id,
            "name": person.name,
            "colour": person.colour,
            "role": member.role,
            "joined_at": member.joined_at,
        }
    )
