"""The operator's routes: what the command line asks of the server.

They answer on the socket in the data folder, which only its owner can open, or inside the command
itself when no server runs; so they ask nobody who they are.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from fastapi import FastAPI
from pydantic import BaseModel

from app.exporting import past
from app.exporting import routes as export_routes
from app.exporting import service as exports
from app.exporting.schemas import ExportOut, NewExport
from app.exporting.schemas import out as export_out
from app.guides import invitations, queries
from app.guides.models import Guide
from app.guides.policy import Role
from app.importing import routes as import_routes
from app.importing import service as imports
from app.importing.files import gather
from app.importing.schemas import ImportOut, Started
from app.kit import web
from app.kit.bodies import Body
from app.kit.errors import NotFound
from app.kit.web import Config, Db, Session
from app.preflight import listing
from app.preflight import routes as preflight_routes
from app.preflight import service as preflight
from app.preflight.schemas import Findings, NewRun, RunOut
from app.preflight.schemas import findings as preflight_findings
from app.publishing import deciding
from app.publishing import queries as publications
from app.publishing import routes as publishing_routes
from app.publishing import service as editions
from app.publishing.schemas import EditionOut, NewEdition, edition_out
from app.sprints import starting
from app.sprints.schemas import NewGuide


class NewGuideReport(BaseModel):
    """What `chapterhouse new --json` prints."""

    slug: str
    title: str
    facilitator_link: str


class LinkWish(Body):
    """Which link to make."""

    role: Role


class LinkReport(BaseModel):
    """What `chapterhouse link --json` prints."""

    link: str
    role: Role


class Paths(Body):
    """What to import: absolute paths of files and folders on this machine."""

    paths: list[Path]


class Place(BaseModel):
    """Where a job's files are on this machine."""

    folder: Path


class StretchOut(BaseModel):
    """When a chapter was written in without a long pause, in the sprint's time zone. `words` is
    how many there were at its end, where one chapter alone was asked for."""

    since: datetime
    until: datetime
    updates: int
    people: list[str]
    words: int | None


class PastChapter(BaseModel):
    """A chapter's past. The number is its place in the table of contents; the bin comes last."""

    number: int
    title: str
    in_the_bin: bool
    stretches: list[StretchOut]


class HistoryOut(BaseModel):
    """What `chapterhouse history --json` prints."""

    chapters: list[PastChapter]


class MomentWish(Body):
    """Which moment; a time without a zone is the sprint's."""

    at: datetime


class MomentOut(BaseModel):
    """A chapter as it was; `at` is when its last change before that was stored."""

    title: str
    at: datetime
    words: int
    markdown: str


class PublishedReport(BaseModel):
    """What `chapterhouse publish --json` prints."""

    edition: int
    address: str
    files: list[dict[str, Any]]


class WithdrawnReport(BaseModel):
    """What `chapterhouse withdraw --json` prints; `shown` is the edition that readers get now."""

    withdrawn: int
    shown: int | None
    address: str


class Ping(BaseModel):
    """The server answers."""

    status: Literal["ok"] = "ok"


def create_operator_app(app: FastAPI) -> FastAPI:
    """The operator's application; it shares the state of the public one."""
    operator = FastAPI(title="Chapterhouse, for its operator", openapi_url=None)
    operator.state = app.state
    web.install(operator)
    operator.post("/guides")(new_guide)
    operator.post("/guides/{slug}/links")(new_link)
    operator.post("/guides/{slug}/imports")(begin_import)
    operator.get("/guides/{slug}/imports/{import_id}")(see_import)
    operator.post("/guides/{slug}/exports")(begin_export)
    operator.get("/guides/{slug}/exports/{export_id}")(see_export)
    operator.get("/guides/{slug}/exports/{export_id}/folder")(export_folder)
    operator.post("/guides/{slug}/checks")(begin_check)
    operator.get("/guides/{slug}/checks/{check_id}")(see_check)
    operator.get("/guides/{slug}/findings")(see_findings)
    operator.post("/guides/{slug}/editions")(begin_edition)
    operator.get("/guides/{slug}/editions/{edition_id}")(see_edition)
    operator.post("/guides/{slug}/editions/{edition_id}/publish")(publish_edition)
    operator.post("/guides/{slug}/withdraw")(withdraw_edition)
    operator.get("/guides/{slug}/history")(see_history)
    operator.post("/guides/{slug}/history/{number}")(see_moment)
    operator.get("/ping")(ping)
    return operator


async def ping() -> Ping:
    """Answer."""
    return Ping()


async def new_guide(session: Session, config: Config, body: NewGuide) -> NewGuideReport:
    """Make a guide and its first sprint."""
    guide, _, token = await starting.start(session, body)
    return NewGuideReport(
        slug=guide.slug,
        title=guide.title,
        facilitator_link=invitations.link_for(config, token),
    )


async def new_link(session: Session, config: Config, slug: str, body: LinkWish) -> LinkReport:
    """Mint a link, also when the last facilitator lost theirs."""
    guide = await the_guide(session, slug)
    token = await starting.link(session, guide, body.role, label="Made on the command line")
    return LinkReport(link=invitations.link_for(config, token), role=body.role)


async def begin_import(database: Db, jobs: import_routes.Jobs, slug: str, body: Paths) -> Started:
    """Begin to import files and folders of this machine."""
    async with database.read() as session:
        guide = await the_guide(session, slug)
    row = await jobs.request(guide, None, await jobs.folder(), lambda: gather(body.paths))
    return Started(id=row.id)


async def see_import(session: Session, slug: str, import_id: str) -> ImportOut:
    """How far an import is, and its report."""
    guide = await the_guide(session, slug)
    return ImportOut.model_validate(await imports.get(session, guide, import_id))


async def begin_export(
    database: Db, jobs: export_routes.Jobs, slug: str, body: NewExport
) -> Started:
    """Begin to make files of a guide."""
    async with database.read() as session:
        guide = await the_guide(session, slug)
    row = await jobs.request(guide, None, body.wanted, proof=body.proof)
    return Started(id=row.id)


async def see_export(session: Session, slug: str, export_id: str) -> ExportOut:
    """How far an export is, and its files."""
    guide = await the_guide(session, slug)
    return export_out(slug, await exports.get(session, guide, export_id))


async def export_folder(jobs: export_routes.Jobs, slug: str, export_id: str) -> Place:
    """Where the files of an export are."""
    return Place(folder=jobs.folder(export_id).resolve())


async def begin_check(
    database: Db, checks: preflight_routes.Checks, slug: str, body: NewRun
) -> Started:
    """Begin a complete check of a guide."""
    async with database.read() as session:
        guide = await the_guide(session, slug)
    row = await checks.request(guide, None, with_files=body.files)
    return Started(id=row.id)


async def see_check(session: Session, slug: str, check_id: str) -> RunOut:
    """How far a complete check is."""
    guide = await the_guide(session, slug)
    return RunOut.model_validate(await preflight.get(session, guide, check_id))


async def see_findings(session: Session, slug: str) -> Findings:
    """Everything to fix in a guide."""
    guide = await the_guide(session, slug)
    return preflight_findings(slug, await listing.of_guide(session, guide))


async def begin_edition(
    database: Db, jobs: publishing_routes.Jobs, slug: str, body: NewEdition
) -> Started:
    """Begin to make an edition of a guide."""
    async with database.read() as session:
        guide = await the_guide(session, slug)
    return Started(id=(await jobs.request(guide, None, body)).id)


async def see_edition(session: Session, slug: str, edition_id: str) -> EditionOut:
    """How far an edition is."""
    edition = await editions.get(session, await the_guide(session, slug), edition_id)
    return edition_out(slug, edition, None)


async def publish_edition(
    session: Session, jobs: publishing_routes.Jobs, slug: str, edition_id: str
) -> PublishedReport:
    """Show an edition to the public."""
    guide = await the_guide(session, slug)
    edition = await deciding.publish(session, guide, None, edition_id)
    return PublishedReport(
        edition=edition.number or 0,
        address=jobs.address(guide),
        files=[file.model_dump(exclude={"url"}) for file in edition_out(slug, edition, None).files],
    )


async def withdraw_edition(
    session: Session, jobs: publishing_routes.Jobs, slug: str
) -> WithdrawnReport:
    """Take the edition back that the public sees."""
    guide = await the_guide(session, slug)
    edition = await deciding.withdraw(session, guide, None)
    shown = await publications.published(session, guide.id)
    return WithdrawnReport(
        withdrawn=edition.number or 0,
        shown=shown[0].number if shown else None,
        address=jobs.address(guide),
    )


async def see_history(database: Db, slug: str, chapter: int | None = None) -> HistoryOut:
    """When the chapters of a guide were written in, and by whom."""
    async with database.read() as session:
        guide = await the_guide(session, slug)
    names = await past.names(database, guide)
    zone = await past.zone(database, guide)
    return HistoryOut(
        chapters=[
            PastChapter(
                number=one.number,
                title=one.chapter.title,
                in_the_bin=one.chapter.binned_at is not None,
                stretches=[
                    StretchOut(
                        since=stretch.since.astimezone(zone),
                        until=stretch.until.astimezone(zone),
                        updates=stretch.updates,
                        people=[names.get(who, "?") for who in stretch.people if who],
                        words=one.words[at] if one.words else None,
                    )
                    for at, stretch in enumerate(one.stretches)
                ],
            )
            for one in await past.chapters(database, guide, chapter)
        ]
    )


async def see_moment(
    database: Db, config: Config, slug: str, number: int, body: MomentWish
) -> MomentOut:
    """What a chapter was at a moment."""
    async with database.read() as session:
        guide = await the_guide(session, slug)
    found = await past.moment(database, guide, number, body.at, config.base)
    return MomentOut(
        title=found.chapter.title,
        at=found.at.astimezone(await past.zone(database, guide)),
        words=found.words,
        markdown=found.markdown,
    )


async def the_guide(session: Session, slug: str) -> Guide:
    """The guide with that slug.

    Raises:
        NotFound: with the slugs there are.
    """
    guide = await queries.guide_by_slug(session, slug)
    if guide is None:
        known = sorted(await queries.slugs_like(session, ""))
        raise NotFound(
            f"There is no guide “{slug}”. "
            + (f"There are: {', '.join(known)}." if known else "There is none yet.")
        )
    return guide
