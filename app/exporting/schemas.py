"""What the API says about exports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from app.exporting import proofs
from app.exporting.models import Export
from app.kit.bodies import Body

Format = Literal["epub", "pdf", "web", "docx", "odt", "icml", "markdown", "print", "booklet"]
Made = Literal[
    "epub", "pdf", "web", "docx", "odt", "icml", "markdown", "print", "print-inside", "print-cover",
    "print-template", "booklet",
]  # fmt: skip
Printer = Literal["lulu", "kdp", "ingramspark", "copyshop"]
Status = Literal["waiting", "running", "done", "failed", "cancelled"]


class NewExport(Body):
    """Which files to make."""

    formats: Annotated[list[Format], Field(min_length=1, max_length=8)] = ["epub", "pdf"]
    printer: Annotated[Printer, Field(description="For whom `print` is made.")] = "copyshop"
    sheet: Annotated[Literal["a4", "letter"], Field(description="What `booklet` is laid on.")] = (
        "a4"
    )

    proof: Annotated[
        bool, Field(description="Whether every page says that the book is not published.")
    ] = False

    @model_validator(mode="after")
    def _as_a_proof(self) -> NewExport:
        if self.proof and set(self.formats) - proofs.FORMATS:
            raise ValueError("a proof is made as EPUB, PDF or booklet")
        return self

    @property
    def wanted(self) -> list[str]:
        """The formats as jobs know them: `print-lulu`, `booklet-a4`."""
        more = {"print": self.printer, "booklet": self.sheet}
        return [f"{one}-{more[one]}" if one in more else one for one in self.formats]


class Started(BaseModel):
    """The id to ask for."""

    id: str


class FileOut(BaseModel):
    """A finished file; `pages` where the format has pages."""

    format: Made
    name: str
    url: str
    bytes: int
    pages: int | None = None


class FindingOut(BaseModel):
    """One thing to put right, and where."""

    code: str
    severity: Literal["must", "should"]
    place: str
    message: str
    chapter_id: str | None = None

    @field_validator("severity", mode="before")
    @classmethod
    def _in_todays_words(cls, value: object) -> object:
        # Exports that were made before findings had two degrees are still listed.
        return {"problem": "must", "warning": "should", "note": "should"}.get(str(value), value)


class ExportOut(BaseModel):
    """An export; `percent` from 0 to 100, `step` in plain words."""

    id: str
    person_id: str | None
    status: Status
    percent: int
    step: str
    formats: Annotated[list[str], Field(description="As asked; `print-lulu` names the printer.")]
    proof: bool
    files: list[FileOut]
    findings: list[FindingOut]
    error: str | None
    created_at: datetime
    finished_at: datetime | None


class Exports(BaseModel):
    """The exports of a guide, newest first."""

    items: list[ExportOut]


def out(slug: str, export: Export) -> ExportOut:
    """An export as the API says it."""
    files = [
        {**file, "url": f"/api/guides/{slug}/exports/{export.id}/files/{file['name']}"}
        for file in export.files
    ]
    return ExportOut.model_validate(
        {
            "id": export.id,
            "person_id": export.person_id,
            "status": export.status,
            "percent": export.percent,
            "step": export.step,
            "formats": export.formats,
            "proof": export.proof,
            "files": files,
            "findings": export.findings,
            "error": export.error,
            "created_at": export.created_at,
            "finished_at": export.finished_at,
        }
    )
