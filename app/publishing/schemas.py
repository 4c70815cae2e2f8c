"""What the API says about editions, the public page and readers' reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from app.exporting.schemas import FindingOut, Format, Status
from app.guides.schemas import Line, Prose
from app.kit.bodies import Body
from app.manuscript import links
from app.people.schemas import Out
from app.publishing.models import Edition, PublicPage, Report

Note = Annotated[Prose, StringConstraints(max_length=2000)]
Erratum = Annotated[Prose, StringConstraints(max_length=1000)]


def _web_address(text: str) -> str:
    if not text:
        return ""
    clean = links.clean(text)
    if clean is None or not clean.startswith(("https://", "http://")):
        raise ValueError("must be an address that begins with https://")
    return clean


class NewEdition(Body):
    """An edition to make: which files readers are offered besides the web book, and what changed."""

    formats: Annotated[list[Format], Field(max_length=8)] = ["epub", "pdf"]
    name: Line = ""
    note: Note = ""


class EditionFile(BaseModel):
    """A file that readers are offered; `pages` where the format has pages."""

    format: Format
    name: str
    url: str
    bytes: int
    pages: int | None = None


class EditionOut(BaseModel):
    """An edition. `number` from its first publication on; `shown`: it is what readers get now."""

    id: str
    number: int | None
    name: str
    note: str
    status: Status
    percent: int
    step: str
    error: str | None
    formats: list[Format]
    files: list[EditionFile]
    findings: list[FindingOut]
    blocking: list[str]
    preview: str
    created_at: datetime
    published_at: datetime | None
    withdrawn_at: datetime | None
    shown: bool


class Started(BaseModel):
    """The id to ask for."""

    id: str


class PageOut(BaseModel):
    """What a guide's public page says besides its edition."""

    order_url: str
    seller: str
    price: str


class Publication(BaseModel):
    """Everything about a guide's publication; editions newest first, `unread` reports of readers."""

    address: str
    editions: list[EditionOut]
    page: PageOut
    unread: int


class ChangePage(Body):
    """New values; what is not given stays, what is empty is taken away."""

    order_url: (
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, max_length=2000),
            AfterValidator(_web_address),
        ]
        | None
    ) = None
    seller: Line | None = None
    price: Annotated[Line, StringConstraints(max_length=40)] | None = None


class ReportOut(Out):
    """A mistake that a reader reported."""

    id: str
    edition: int | None
    page: str
    chapter: str
    chapter_id: str | None
    text: str
    name: str
    status: Literal["new", "accepted", "declined"]
    erratum: str
    task_id: str | None
    created_at: datetime


class Reports(BaseModel):
    """What readers reported, newest first."""

    items: list[ReportOut]


class Decision(Body):
    """What becomes of a report. `erratum` is what the public page says about the mistake."""

    accept: bool
    erratum: Erratum = ""
    make_task: bool = True


def edition_out(slug: str, edition: Edition, shown_id: str | None) -> EditionOut:
    """An edition as the API says it."""
    at = f"/api/guides/{slug}/editions/{edition.id}/page/"
    files = [
        EditionFile.model_validate({**file, "url": f"{at}files/{file['name']}"})
        for file in offered(edition)
    ]
    return EditionOut(
        id=edition.id,
        number=edition.number,
        name=edition.name,
        note=edition.note,
        status=edition.status,  # pyright: ignore[reportArgumentType]
        percent=edition.percent,
        step=edition.step,
        error=edition.error,
        formats=edition.formats,  # pyright: ignore[reportArgumentType]
        files=files,
        findings=[FindingOut.model_validate(one) for one in edition.findings],
        blocking=edition.blocking,
        preview=at,
        created_at=edition.created_at,
        published_at=edition.published_at,
        withdrawn_at=edition.withdrawn_at,
        shown=edition.id == shown_id,
    )


def offered(edition: Edition) -> list[dict[str, object]]:
    """The files that readers may download: the formats that were chosen."""
    return [file for file in edition.files if file["format"] in edition.formats]


def page_out(row: PublicPage | None) -> PageOut:
    """What the page says besides."""
    if row is None:
        return PageOut(order_url="", seller="", price="")
    return PageOut(order_url=row.order_url, seller=row.seller, price=row.price)


def report_out(report: Report, editions: Mapping[str, Edition]) -> ReportOut:
    """A report as the API says it; the chapter as it was called in that edition."""
    edition = editions[report.edition_id]
    chapter = next((one for one in edition.about["chapters"] if one["page"] == report.page), None)
    return ReportOut(
        id=report.id,
        edition=edition.number,
        page=report.page,
        chapter=chapter["title"] if chapter else "",
        chapter_id=chapter["id"] if chapter else None,
        text=report.text,
        name=report.name,
        status=report.status,  # pyright: ignore[reportArgumentType]
        erratum=report.erratum,
        task_id=report.task_id,
        created_at=report.created_at,
    )
