"""What the API says about sprints, joining and the guide as a whole."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from app.guides.policy import Role
from app.guides.schemas import (
    FIRST_DAY,
    LAST_DAY,
    Language,
    Line,
    Me,
    Moment,
    Ref,
    ShortTitle,
    Title,
)
from app.kit.bodies import Body
from app.people.schemas import PersonOut


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone “{name[:40]}”; try “America/New_York”") from error
    return name


TimeZone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_zone)]
# A name of any length arrives, so that the answer can be a sentence about names.
TypedName = Annotated[str, StringConstraints(max_length=100_000)]
Token = Annotated[str, StringConstraints(strip_whitespace=True, max_length=512)]


class NewGuide(Body):
    """A guide to start, with its first sprint."""

    title: Title
    subtitle: Line = ""
    language: Language = "en"
    region: Line = ""
    licence: Line = "CC BY-SA 4.0"
    days: Annotated[int, Field(ge=1, le=60)] = 5
    start: date | None = Field(
        None,
        ge=FIRST_DAY,
        le=LAST_DAY,
        description="First day; default: today in the time zone.",
    )
    time_zone: TimeZone = "UTC"
    name: TypedName | None = Field(None, description="The facilitator's own name: joins them.")


class SprintOut(BaseModel):
    """A sprint; `day` counts from 1 and is null before and after it."""

    id: str
    title: str
    starts_on: date
    days: int
    time_zone: str
    day: int | None


class Countdown(Body):
    """What everybody does, and until when."""

    label: ShortTitle
    until: Moment


class GuideOut(BaseModel):
    """A guide as its members see it."""

    id: str
    slug: str
    title: str
    subtitle: str
    language: str
    dir: Literal["ltr", "rtl"]
    region: str
    licence: str
    accent: str
    version: int
    sprint: SprintOut
    countdown: Countdown | None
    me: Me


class NewGuideOut(BaseModel):
    """The guide that was started. The facilitator's link is shown this once."""

    slug: str
    title: str
    facilitator_link: str
    qr_svg: str
    joined: bool


class KnownGuide(BaseModel):
    """A guide on the start page."""

    slug: str
    title: str
    subtitle: str
    role: Role


class MeOut(BaseModel):
    """Who asks, and what this server offers them."""

    person: PersonOut | None
    guides: list[KnownGuide]
    can_create: bool
    insecure: bool = Field(description="Others on this network could read along.")
    lan_url: str | None


class TokenIn(Body):
    """The secret of a link."""

    token: Token


class InvitedGuide(BaseModel):
    """The guide a link leads to."""

    slug: str
    title: str
    subtitle: str
    language: str
    dir: Literal["ltr", "rtl"]


class InvitationInfo(BaseModel):
    """What a link leads to, before one joins."""

    guide: InvitedGuide
    kind: Literal["role", "personal"]
    role: Role
    abilities_text: str
    sprint: SprintOut
    person: PersonOut | None = Field(description="Set when joining needs no name.")
    member: bool = Field(description="This device is in the guide already.")


class Join(Body):
    """Joining: the link's secret and the name one wants to be known by."""

    token: Token
    name: TypedName = ""
    claim: Ref | None = Field(None, description="“Yes, that is me”: the id of a person.")


class JoinedPerson(PersonOut):
    """The person one is now."""

    role: Role


class Joined(BaseModel):
    """One is in; `chapter_id` is the chapter to land in."""

    guide: str
    person: JoinedPerson
    chapter_id: str | None


class ClaimAsked(BaseModel):
    """A claim waits for someone's answer."""

    claim: str


class ClaimState(BaseModel):
    """How a claim stands; `joined` comes with a yes."""

    status: Literal["waiting", "confirmed", "refused"]
    joined: Joined | None = None


class Now(BaseModel):
    """The server's clock."""

    now: datetime
