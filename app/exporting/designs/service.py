"""What can be done with a book's looks: see what was chosen, choose, give it to an export."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.exporting.design import Design
from app.exporting.designs.models import BookDesign
from app.exporting.designs.schemas import ChangeDesign, DesignOut, Wished
from app.guides import queries
from app.guides.models import Guide
from app.kit import events
from app.kit.errors import Conflict

_FIELDS = ("name", "trim", "typeface", "colour", "accent", "paper", "qr")


async def find(session: AsyncSession, guide_id: str) -> DesignOut:
    """How a guide looks as a book, as the API says it."""
    return _out(await session.get(BookDesign, guide_id))


async def of_book(session: AsyncSession, guide_id: str) -> Design:
    """The same, as an export takes it."""
    found = await find(session, guide_id)
    return Wished(**found.model_dump(include=set(_FIELDS))).design()


async def change(
    session: AsyncSession, guide: Guide, person_id: str | None, wish: ChangeDesign
) -> DesignOut:
    """Choose other looks.

    Raises:
        Conflict: somebody chose since `wish.seen_version`.
    """
    # The guide's row keeps two first choices apart.
    await queries.hold(session, guide.id)
    row = await session.get(BookDesign, guide.id, populate_existing=True)
    if row is None:
        row = BookDesign(guide_id=guide.id, version=0, **_chosen(_out(None)))
        session.add(row)
    if wish.seen_version is not None and wish.seen_version != row.version:
        raise Conflict(
            "Someone changed how the book looks a moment ago. Look at it and choose again.",
            code="changed",
        )
    for name, value in wish.model_dump(exclude_none=True, exclude={"seen_version"}).items():
        setattr(row, name, value)
    row.version += 1
    row.updated_by = person_id
    await session.flush()
    events.queue(session, events.Event(guide.id, "guide"))
    return _out(row)


def _chosen(design: DesignOut) -> dict[str, object]:
    return {name: getattr(design, name) for name in _FIELDS}


def _out(row: BookDesign | None) -> DesignOut:
    source = row or Design()
    said = {name: getattr(source, name) for name in _FIELDS}
    return DesignOut.model_validate({**said, "version": row.version if row else 0})
