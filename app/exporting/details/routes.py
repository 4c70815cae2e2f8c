"""HTTP for a book's details."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from app.exporting.details import service
from app.exporting.details.schemas import ChangeDetails, DetailsOut, out
from app.guides.access import Place, needs
from app.kit.web import Session

router = APIRouter(prefix="/api/guides/{slug}/details", tags=["exports"])

Reader = Annotated[Place, needs("read")]
Manager = Annotated[Place, needs("manage")]


@router.get("")
async def details(session: Session, here: Reader) -> DetailsOut:
    """What the book says about itself to booksellers, libraries and printers."""
    return out(await service.find(session, here.guide.id))


@router.patch("")
async def change_details(session: Session, here: Manager, body: ChangeDetails) -> DetailsOut:
    """Change what the book says about itself."""
    return out(await service.change(session, here.guide, here.person.id, body))
