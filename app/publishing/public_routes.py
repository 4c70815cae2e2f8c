"""What the public reads of guides, without an account: their page, the web book, the files.

Everything is looked up in the edition that is shown and its closed lists. A guide that never
published anything answers like one that does not exist.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException

from app.guides import queries as guide_queries
from app.guides.access import anyone
from app.kit.errors import AppError, BadInput, Gone, NotFound, SlowDown
from app.kit.limits import Failures
from app.kit.web import Config, Db, Session
from app.publishing import answering, pages, queries, reporting, shelf
from app.publishing.about import About
from app.publishing.models import Edition
from app.publishing.pages import Form
from app.publishing.schemas import offered

router = APIRouter(tags=["public"], dependencies=[anyone()], include_in_schema=False)

READING: Final = ["GET", "HEAD"]
NOWHERE: Final = NotFound("There is no published guide at this address.")
WITHDRAWN: Final = Gone(
    "The people who make this guide have taken it back for now. Perhaps they are correcting it."
)


@router.api_route("/read/{slug}", methods=READING)
async def without_slash(request: Request, session: Session, slug: str) -> Response:
    """To the page of the guide."""
    try:
        await shown(session, slug)
    except AppError as error:
        return sorry(request, error)
    return RedirectResponse(f"/read/{slug}/", 308, answering.HEADERS)


@router.api_route("/read/{slug}/", methods=READING)
async def front(request: Request, session: Session, config: Config, slug: str) -> Response:
    """The public page of a guide."""
    try:
        edition = await shown(session, slug)
    except AppError as error:
        return sorry(request, error)
    thanked = "thanks" in request.query_params
    given = {"chapter": request.query_params.get("chapter", "")[:80]}
    address = f"{config.base}/read/{slug}/"
    body = await the_page(session, edition, Form(given, thanked=thanked), address)
    return answering.page(request, body)


@router.api_route("/read/{slug}/start", methods=READING)
async def start(request: Request, session: Session, slug: str) -> Response:
    """How to start a guide like this one."""
    try:
        edition = await shown(session, slug)
    except AppError as error:
        return sorry(request, error)
    return answering.page(request, pages.start(edition))


@router.api_route("/read/{slug}/files/{name}", methods=READING)
async def download(
    request: Request, session: Session, config: Config, slug: str, name: str
) -> Response:
    """A file of the edition that is shown."""
    try:
        edition = await shown(session, slug)
        kept = offered_file(config.data_dir, edition, name)
    except AppError as error:
        return sorry(request, error, f"/read/{slug}/")
    return answering.file(request, kept, answering.ASK_AGAIN, name)


@router.api_route("/read/{slug}/book/{path:path}", methods=READING)
async def book(
    request: Request, session: Session, config: Config, slug: str, path: str
) -> Response:
    """A page or another file of the web book."""
    try:
        edition = await shown(session, slug)
    except AppError as error:
        return sorry(request, error)
    name = path or "index.html"
    kept = shelf.page(shelf.folder(config.data_dir, edition.id), name)
    if kept is not None:
        return answering.file(request, kept, answering.lasting(name))
    if await was_a_chapter(session, edition, name):
        style = About.model_validate(edition.about).style
        return answering.page(request, pages.gone_chapter(edition, style), 410)
    missing = NotFound("There is no such page in this book. Look in its contents.")
    return sorry(request, missing, f"/read/{slug}/book/")


@router.post("/read/{slug}/report")
async def report(request: Request, config: Config, database: Db, slug: str) -> Response:
    """Take a reader's report of a mistake; the answer is a page, with and without JavaScript."""
    # Before anything is read of the body: the one writing connection never waits for a reader's line.
    async with database.read() as session:
        try:
            edition = await shown(session, slug)
        except AppError as error:
            return sorry(request, error)
    given: dict[str, str] = {}
    try:
        given = await _given(request)
        _often(request).count(request.client.host if request.client else "")
        async with database.write() as session:
            await reporting.take(session, await shown(session, slug), given)
    except (BadInput, SlowDown) as error:
        wrong = error.code if error.code.startswith("report_") else "report_often"
        async with database.read() as session:
            body = await the_page(session, edition, Form(given, wrong))
        return answering.page(request, body, error.status, answering.NEVER)
    except AppError as error:
        return sorry(request, error)
    return RedirectResponse(f"/read/{slug}/?thanks#report.", 303, answering.HEADERS)


@router.api_route("/read/{slug}/{path:path}", methods=READING)
async def elsewhere(request: Request, session: Session, slug: str, path: str) -> Response:
    """Whatever else somebody looks for below a guide's page."""
    try:
        await shown(session, slug)
    except AppError as error:
        return sorry(request, error)
    missing = NotFound(
        "There is no such page. The page of the guide has everything that is public."
    )
    return sorry(request, missing, f"/read/{slug}/")


@router.api_route(pages.SORRY_STYLE, methods=READING)
async def style(request: Request) -> Response:
    """The style sheet of pages that belong to no edition."""
    headers = {**answering.HEADERS, "Cache-Control": "public, max-age=3600"}
    return Response(pages.style(), headers=headers, media_type="text/css; charset=utf-8")


async def shown(session: AsyncSession, slug: str) -> Edition:
    """The edition that readers of a guide get.

    Raises:
        NotFound: the public never saw anything at this address. Gone: it did, and does not now.
    """
    guide = await guide_queries.guide_by_slug(session, slug)
    if guide is None:
        raise NOWHERE
    public = await queries.published(session, guide.id)
    if public:
        return public[0]
    raise WITHDRAWN if await queries.was_published(session, guide.id) else NOWHERE


async def the_page(
    session: AsyncSession, edition: Edition, form: Form, address: str = "", *, preview: bool = False
) -> bytes:
    """The public page of an edition."""
    known = list(await queries.published(session, edition.guide_id))
    if preview:
        known = [edition, *(one for one in known if one.id != edition.id)]
    errata = await queries.errata(session, edition.id)
    page = await queries.public_page(session, edition.guide_id)
    return pages.front(edition, known, errata, page, form, address, preview=preview)


def offered_file(data_dir: Path, edition: Edition, name: str) -> shelf.Kept:
    """A file that readers of an edition may download.

    Raises:
        NotFound: it has none of that name.
    """
    for file in offered(edition):
        if file["name"] == name:
            path = shelf.folder(data_dir, edition.id) / "files" / name
            if path.is_file():
                return shelf.Kept(path, str(file["sha256"]), int(str(file["bytes"])))
    raise NotFound("There is no such file. The page of the guide lists what can be downloaded.")


async def was_a_chapter(session: AsyncSession, edition: Edition, name: str) -> bool:
    """Whether an earlier edition that is still public had this page."""
    earlier = await queries.published(session, edition.guide_id)
    wanted = name.removesuffix(".html")
    return any(
        chapter.page == wanted
        for one in earlier
        for chapter in About.model_validate(one.about).chapters
    )


def sorry(request: Request, error: AppError, way: str = "") -> Response:
    """A page that says why there is nothing to read."""
    heading = "This guide is not public at the moment" if error.status == 410 else "Nothing here"
    body = pages.sorry(heading, error.message, way, "Back" if way else "")
    return answering.page(request, body, error.status)


async def _given(request: Request) -> dict[str, str]:
    try:
        async with request.form(max_files=0, max_fields=10) as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}
    except HTTPException as error:
        if error.status_code == 413:
            raise BadInput("long", code="report_long") from error
        raise BadInput("bad", code="report_bad") from error


def _often(request: Request) -> Failures:
    """The reports this server was given lately."""
    state = request.app.state
    if not hasattr(state, "reports_taken"):
        state.reports_taken = Failures(per_origin=5, overall=60, seconds=600)
    return state.reports_taken
