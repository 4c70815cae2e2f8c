"""HTTP for findings and complete checks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from app.guides.access import Place, needs, needs_briefly
from app.guides.schemas import Ref
from app.kit.web import Session
from app.preflight import deciding, listing, queries, schemas, service
from app.preflight.schemas import Findings, NewRun, Overview, RunOut, Runs, Started, Wave, WavedOut
from app.tasks.schemas import TaskOut

router = APIRouter(prefix="/api/guides/{slug}", tags=["preflight"])

Reader = Annotated[Place, needs("read")]
Facilitator = Annotated[Place, needs("manage")]
Organiser = Annotated[Place, needs("organise")]
# Checked without holding a transaction: the job opens its own.
Asker = Annotated[Place, needs_briefly("organise")]


def get_preflight(request: Request) -> service.Preflight:
    """The checks of this process."""
    return request.app.state.preflight


Checks = Annotated[service.Preflight, Depends(get_preflight)]


@router.get("/findings")
async def findings(
    session: Session, checks: Checks, here: Reader, chapter: Annotated[Ref | None, Query()] = None
) -> Findings:
    """Everything to fix, or what there is to fix in one chapter."""
    listed = await listing.of_guide(session, here.guide)
    checks.watch.look_at(listed.waiting)
    return schemas.findings(here.guide.slug, listed, chapter)


@router.get("/findings/counts")
async def counts(session: Session, checks: Checks, here: Reader) -> Overview:
    """How much there is to fix."""
    overview, waiting = await checks.counting.of_guide(session, here.guide)
    checks.watch.look_at(waiting)
    return overview


@router.put("/findings/{key}/waiver")
async def wave_through(session: Session, here: Facilitator, key: str, body: Wave) -> WavedOut:
    """Wave a finding through, with a reason."""
    waiver = await deciding.wave_through(session, here, key, body.reason)
    return WavedOut(person_id=waiver.person_id, at=waiver.at, reason=waiver.reason)


@router.delete("/findings/{key}/waiver", status_code=204)
async def take_back(session: Session, here: Facilitator, key: str) -> None:
    """Have a finding that was waved through fixed after all."""
    await deciding.take_back(session, here, key)


@router.post("/findings/{key}/task", status_code=201)
async def make_task(session: Session, here: Organiser, key: str) -> TaskOut:
    """Make a finding a task of whoever has to fix it."""
    return TaskOut.model_validate(await deciding.make_task(session, here, key))


@router.post("/checks", status_code=202)
async def begin(checks: Checks, here: Asker, body: NewRun) -> Started:
    """Begin a complete check."""
    run = await checks.request(here.guide, here.person.id, with_files=body.files)
    return Started(id=run.id)


@router.get("/checks")
async def runs(session: Session, here: Reader) -> Runs:
    """The complete checks of the guide, newest first."""
    rows = await queries.runs(session, here.guide.id)
    return Runs(items=[RunOut.model_validate(row) for row in rows])


@router.get("/checks/{check_id}")
async def one(session: Session, here: Reader, check_id: str) -> RunOut:
    """How far a complete check is."""
    return RunOut.model_validate(await service.get(session, here.guide, check_id))


@router.delete("/checks/{check_id}", status_code=204)
async def cancel(checks: Checks, here: Asker, check_id: str) -> None:
    """Cancel a complete check."""
    await checks.cancel(here, check_id)
