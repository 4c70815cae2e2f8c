"""What the API says about a book's details."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from app.exporting.details import isbn
from app.exporting.details.models import BookDetails
from app.guides.schemas import Line, Prose
from app.kit.bodies import Body

Audience = Literal[
    "general", "young_adult", "children", "professional", "academic", "adult_learning"
]


def _keyword(text: str) -> str:
    # Lists of keywords are joined with semicolons and commas wherever they go.
    return " ".join(text.replace(";", " ").replace(",", " ").split())


Keyword = Annotated[Line, StringConstraints(max_length=60), AfterValidator(_keyword)]
Summary = Annotated[Prose, StringConstraints(max_length=4000)]
# Three letters and six digits (BISG); a capital and up to nine more signs (EDItEUR).
Bisac = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}[0-9]{6}$")]
Thema = Annotated[str, StringConstraints(pattern=r"^[A-Z1-6][A-Z0-9-]{0,9}$")]
Price = Annotated[str, StringConstraints(pattern=r"^([0-9]{1,6}([.,][0-9]{1,2})?)?$")]
Currency = Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")]


class ChangeDetails(Body):
    """New details; what is not given stays, and what is given empty is taken away."""

    summary: Summary | None = None
    publisher: Line | None = None
    place: Line | None = None
    edition: Line | None = None
    print_isbn: Annotated[str, StringConstraints(max_length=60)] | None = None
    ebook_isbn: Annotated[str, StringConstraints(max_length=60)] | None = None
    keywords: Annotated[list[Keyword], Field(max_length=20)] | None = None
    bisac: Annotated[list[Bisac], Field(max_length=3)] | None = None
    thema: Annotated[list[Thema], Field(max_length=6)] | None = None
    audience: Audience | None = None
    price: Price | None = None
    currency: Currency | None = None
    seen_version: int | None = None


class DetailsOut(BaseModel):
    """A book's details; ISBNs with their hyphens, `version` 0 before anything was said."""

    summary: str
    publisher: str
    place: str
    edition: str
    print_isbn: str
    ebook_isbn: str
    keywords: list[str]
    bisac: list[str]
    thema: list[str]
    audience: Audience
    price: str
    currency: str
    version: int


def out(row: BookDetails | None) -> DetailsOut:
    """The details as the API says them."""
    if row is None:
        return DetailsOut(
            summary="", publisher="", place="", edition="", print_isbn="", ebook_isbn="",
            keywords=[], bisac=[], thema=[], audience="general", price="", currency="", version=0,
        )  # fmt: skip
    said = {name: getattr(row, name) for name in DetailsOut.model_fields}
    for name in ("print_isbn", "ebook_isbn"):
        said[name] = isbn.hyphenated(said[name]) if said[name] else ""
    return DetailsOut.model_validate(said)
