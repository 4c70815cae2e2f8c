"""HTTP for exports: begin, follow, fetch, cancel."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from app.exporting import queries, schemas, service
from app.exporting.schemas import ExportOut, NewExport, Started
from app.guides.access import Place, needs, needs_briefly
from app.kit.web import Session

router = APIRouter(prefix="/api/guides/{slug}/exports", tags=["exports"])

Reader = Annotated[Place, needs("read")]
# Checked without holding a transaction: the jobs open their own.
Exporter = Annotated[Place, needs_briefly("export")]

MEDIA_TYPES = {
    ".epub": "application/epub+zip",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}


def get_exports(request: Request) -> service.Exports:
    """The exports of this process."""
    return request.app.state.exports


Jobs = Annotated[service.Exports, Depends(get_exports)]


@router.post("", status_code=202)
async def begin(jobs: Jobs, here: Exporter, body: NewExport) -> Started:
    """Begin an export."""
    export = await jobs.request(here.guide, here.person.id, body.wanted, proof=body.proof)
    return Started(id=export.id)


@router.get("")
async def all_of_guide(session: Session, here: Reader) -> schemas.Exports:
    """The exports of the guide, newest first."""
    rows = await queries.of_guide(session, here.guide.id)
    return schemas.Exports(items=[schemas.out(here.guide.slug, row) for row in rows])


@router.get("/{export_id}")
async def one(session: Session, here: Reader, export_id: str) -> ExportOut:
    """How far an export is, and its files."""
    return schemas.out(here.guide.slug, await service.get(session, here.guide, export_id))


@router.delete("/{export_id}", status_code=204)
async def cancel(jobs: Jobs, here: Exporter, export_id: str) -> None:
    """Cancel a running export, or take a finished one away."""
    await jobs.cancel(here, export_id)


@router.get("/{export_id}/files/{name}")
async def download(
    session: Session, jobs: Jobs, here: Reader, export_id: str, name: str
) -> FileResponse:
    """A finished file."""
    export = await service.get(session, here.guide, export_id)
    path = await asyncio.to_thread(jobs.path, export, name)
    return FileResponse(
        path,
        filename=name,
        media_type=MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
        headers={"Cache-Control": "private, no-cache"},
    )
