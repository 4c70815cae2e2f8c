"""HTTP for words that were taken away unseen and are kept for the one who wrote them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from app.guides.access import Place, needs
from app.kit.web import Session
from app.sync import rescuing

router = APIRouter(prefix="/api/guides/{slug}/rescued-words", tags=["kept"])

Reader = Annotated[Place, needs("read")]


class RescuedOut(BaseModel):
    """Words of one's own that somebody took away without seeing them."""

    id: str
    chapter_id: str
    document_id: str
    title: str
    at: datetime
    text: str


class Rescued(BaseModel):
    """What is kept for the person who asks."""

    items: list[RescuedOut]


@router.get("")
async def rescued(session: Session, here: Reader) -> Rescued:
    """What is kept for oneself."""
    found = await rescuing.of_person(session, here.guide.id, here.person.id)
    return Rescued(
        items=[
            RescuedOut(
                id=words.id,
                chapter_id=chapter.id,
                document_id=words.document_id,
                title=chapter.title,
                at=words.at,
                text=words.text,
            )
            for words, chapter in found
        ]
    )


@router.delete("/{rescued_id}", status_code=204)
async def give_up(session: Session, here: Reader, rescued_id: str) -> None:
    """Have the words in hand, or not want them."""
    await rescuing.give_up(session, here.person.id, rescued_id)
