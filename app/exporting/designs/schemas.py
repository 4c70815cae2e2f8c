"""What the API says about a book's looks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from app.exporting.design import Design, Name, Paper, Purpose
from app.kit.bodies import Body

Trim = Literal["a5", "5.5x8.5", "6x9", "7x10", "letter", "a4"]
Typeface = Literal["", "source", "garamond", "franklin"]
Accent = Annotated[str, StringConstraints(pattern=r"^(#[0-9a-fA-F]{6})?$")]


class ChangeDesign(Body):
    """Other looks; what is not given stays. An empty typeface is the design's own, an empty accent
    the guide's."""

    name: Name | None = None
    trim: Trim | None = None
    typeface: Typeface | None = None
    colour: bool | None = None
    accent: Accent | None = None
    paper: Paper | None = None
    qr: bool | None = None
    seen_version: int | None = None


class Wished(Body):
    """Looks to see pages in, before they are kept."""

    name: Name = "manual"
    trim: Trim = "6x9"
    typeface: Typeface = ""
    colour: bool = True
    accent: Accent = ""
    paper: Paper = "white"
    qr: bool = False
    purpose: Purpose = "screen"

    def design(self) -> Design:
        """As an export takes it."""
        return Design(**self.model_dump(exclude={"purpose"}))


class DesignOut(BaseModel):
    """How the book looks; `version` is 0 before anybody chose."""

    name: Name
    trim: Trim
    typeface: Typeface
    colour: bool
    accent: Accent
    paper: Paper
    qr: bool
    version: int


class PreviewPage(BaseModel):
    """A page as a picture; sizes in pixels, `number` as counted from the first page of the file."""

    shows: Literal["title", "contents", "opening", "text", "figure", "table"]
    url: str
    number: int
    width: int
    height: int


class Preview(BaseModel):
    """Pages of the book as it would look now, and how many pages it would have."""

    pages: list[PreviewPage]
    of: int
