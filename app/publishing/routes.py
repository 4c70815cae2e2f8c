"""HTTP for the makers: editions, their preview, the public page's own lines, readers' reports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.guides.access import Place, needs, needs_briefly
from app.kit.errors import NotFound
from app.kit.web import Config, Session
from app.publishing import (
    answering,
    deciding,
    pages,
    public_routes,
    queries,
    schemas,
    service,
    shelf,
)
from app.publishing.pages import Form
from app.publishing.schemas import (
    ChangePage,
    Decision,
    EditionOut,
    NewEdition,
    PageOut,
    Publication,
    ReportOut,
    Reports,
    Started,
)

router = APIRouter(prefix="/api/guides/{slug}", tags=["publishing"])

Reader = Annotated[Place, needs("read")]
Manager = Annotated[Place, needs("manage")]
# Checked without holding a transaction: the job opens its own.
Maker = Annotated[Place, needs_briefly("manage")]


def get_editions(request: Request) -> service.Editions:
    """The editions that this process makes."""
    return request.app.state.editions


Jobs = Annotated[service.Editions, Depends(get_editions)]


@router.get("/publication")
async def publication(session: Session, jobs: Jobs, here: Reader) -> Publication:
    """The editions of a guide and what its public page says besides."""
    rows = await queries.editions(session, here.guide.id)
    public = await queries.published(session, here.guide.id)
    shown = public[0].id if public else None
    # What only the facilitator may look into is no news for the others.
    seen = rows if here.may("manage") else public
    return Publication(
        address=jobs.address(here.guide),
        editions=[schemas.edition_out(here.guide.slug, one, shown) for one in seen],
        page=schemas.page_out(await queries.public_page(session, here.guide.id)),
        unread=await queries.unread(session, here.guide.id) if here.may("manage") else 0,
    )


@router.patch("/publication")
async def change_page(session: Session, here: Manager, body: ChangePage) -> PageOut:
    """Change what the public page says besides its edition."""
    return schemas.page_out(await deciding.change_page(session, here.guide, body))


@router.post("/editions", status_code=202)
async def begin(jobs: Jobs, here: Maker, body: NewEdition) -> Started:
    """Begin to make an edition; nobody outside sees it before it is published."""
    return Started(id=(await jobs.request(here.guide, here.person.id, body)).id)


@router.delete("/editions/{edition_id}", status_code=204)
async def take_away(jobs: Jobs, here: Maker, edition_id: str) -> None:
    """Cancel an edition that is being made, or take one away that nobody published."""
    await jobs.take_away(here.guide, edition_id)


@router.post("/editions/{edition_id}/publish")
async def publish(session: Session, here: Manager, edition_id: str) -> EditionOut:
    """Show an edition to the public."""
    edition = await deciding.publish(session, here.guide, here.person.id, edition_id)
    public = await queries.published(session, here.guide.id)
    return schemas.edition_out(here.guide.slug, edition, public[0].id)


@router.post("/editions/{edition_id}/withdraw")
async def withdraw(session: Session, here: Manager, edition_id: str) -> EditionOut:
    """Take an edition back from the public; the one before it is shown again."""
    edition = await deciding.withdraw(session, here.guide, edition_id)
    return schemas.edition_out(here.guide.slug, edition, None)


@router.get("/editions/{edition_id}/page/{path:path}", response_class=Response)
async def preview(
    request: Request, session: Session, config: Config, here: Manager, edition_id: str, path: str
) -> Response:
    """An edition as the public would see it, for those who may publish it."""
    edition = await service.get(session, here.guide, edition_id)
    if edition.status != "done":
        raise NotFound("This edition is not ready yet.", code="edition_not_found")
    if path == "":
        body = await public_routes.the_page(session, edition, Form(), preview=True)
        return answering.page(request, body, cache=answering.NEVER)
    if path == "start":
        return answering.page(request, pages.start(edition), cache=answering.NEVER)
    if path.startswith("files/"):
        name = path.removeprefix("files/")
        kept = public_routes.offered_file(config.data_dir, edition, name)
        return answering.file(request, kept, answering.NEVER, name)
    found = None
    if path.startswith("book/"):
        name = path.removeprefix("book/") or "index.html"
        found = shelf.page(shelf.folder(config.data_dir, edition.id), name)
    if found is None:
        raise NotFound("There is no such page in this edition.")
    return answering.file(request, found, answering.NEVER)


@router.get("/reports")
async def reports(session: Session, here: Manager) -> Reports:
    """What readers reported, newest first."""
    editions = {one.id: one for one in await queries.editions(session, here.guide.id)}
    rows = await queries.reports(session, here.guide.id)
    return Reports(items=[schemas.report_out(row, editions) for row in rows])


@router.post("/reports/{report_id}")
async def decide(session: Session, here: Manager, report_id: str, body: Decision) -> ReportOut:
    """Accept or decline a report."""
    editions = await queries.editions(session, here.guide.id)
    report = await deciding.decide(session, here, report_id, body, editions)
    return schemas.report_out(report, {one.id: one for one in editions})
