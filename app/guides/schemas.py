"""What the API says about guides, their people, parts and links."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from app.guides.models import TITLE_LENGTH
from app.guides.policy import Ability, Role
from app.kit.bodies import Body
from app.people.schemas import Out, PersonOut

RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "ha", "he", "ps", "sd", "ug", "ur", "yi"}
)


# Controls, halves of characters, and the marks that turn everything after them around.
_UNWANTED = {"Cc", "Cs"}
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def _storable(text: str) -> str:
    """Without the characters that no database, file or screen can hold."""
    return "".join(
        char
        for char in text
        if char in "\n\t" or (unicodedata.category(char) not in _UNWANTED and char not in _TURNING)
    )


def _one_line(text: str) -> str:
    """The same on one line, without spaces at its ends."""
    return " ".join(_storable(text.replace("\r", "\n")).split())


def _visible(text: str) -> str:
    if not any(unicodedata.category(char)[0] in "LNPS" for char in text):
        raise ValueError("must have at least one letter")
    return text


def _moment(at: datetime) -> datetime:
    """In UTC, and in a year that every database and calendar knows."""
    try:
        utc = at.astimezone(UTC)
    except (OverflowError, ValueError):
        utc = datetime.min.replace(tzinfo=UTC)
    if not FIRST_DAY.year <= utc.year <= LAST_DAY.year:
        raise ValueError(f"must be between {FIRST_DAY.year} and {LAST_DAY.year}")
    return utc


FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)

Line = Annotated[str, StringConstraints(max_length=TITLE_LENGTH), AfterValidator(_one_line)]
Title = Annotated[
    str,
    StringConstraints(min_length=1, max_length=TITLE_LENGTH),
    AfterValidator(_one_line),
    AfterValidator(_visible),
]
ShortTitle = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80),
    AfterValidator(_one_line),
    AfterValidator(_visible),
]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=10_000), AfterValidator(_storable)
]
Moment = Annotated[AwareDatetime, AfterValidator(_moment)]
# An id somebody sends: whether it is one shows when it is looked up.
Ref = Annotated[str, StringConstraints(max_length=64), AfterValidator(_one_line)]
# BCP 47, as much of it as a book needs: “en”, “pt-BR”, “zh-Hans”.
Language = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)
]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]


def direction(language: str) -> Literal["ltr", "rtl"]:
    """The direction a language is written in."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


class ChangeGuide(Body):
    """New details for a guide; what is not given stays."""

    title: Title | None = None
    subtitle: Line | None = None
    language: Language | None = None
    region: Line | None = None
    licence: Line | None = None
    accent: Colour | None = None
    seen_version: int | None = None


class Me(BaseModel):
    """The asking person in a guide."""

    person: PersonOut
    role: Role
    abilities: list[Ability]


class MemberOut(BaseModel):
    """A person in a guide."""

    id: str
    name: str
    colour: str
    role: Role
    joined_at: datetime


class People(BaseModel):
    """The people of a guide."""

    items: list[MemberOut]


class ChangeRole(Body):
    """Another role for a person."""

    role: Role


class PartOut(Out):
    """A part of the guide."""

    id: str
    title: str
    position: int
    version: int


class NewPart(Body):
    """A part to make, or its new title."""

    title: Title


class MovePart(Body):
    """Where a part goes: before another one, or to the end."""

    before_id: Ref | None = None


class InvitationOut(Out):
    """A link as it is listed: without its secret."""

    id: str
    role: Role
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    uses: int


class Invitations(BaseModel):
    """The links of a guide."""

    items: list[InvitationOut]


class NewInvitation(Body):
    """A link to make."""

    role: Role
    label: Annotated[str, StringConstraints(max_length=80), AfterValidator(_one_line)] = ""
    expires_at: Moment | None = Field(None, description="Default: 90 days after the sprint.")


class NewLink(BaseModel):
    """A link just made; its secret is shown this once."""

    id: str
    role: Role
    link: str
    qr_svg: str
    expires_at: datetime


class ClaimPerson(BaseModel):
    """Who a claim is about."""

    id: str
    name: str


class ClaimOut(BaseModel):
    """Someone on a new device says who they are."""

    id: str
    person: ClaimPerson
    device_label: str
    asked_at: datetime


class Claims(BaseModel):
    """The claims that wait for an answer."""

    items: list[ClaimOut]


class Answer(Body):
    """Whether it is them."""

    confirm: bool
