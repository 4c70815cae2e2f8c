"""What the API says about people."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.kit.bodies import Body


class Out(BaseModel):
    """Reads its fields from rows."""

    model_config = ConfigDict(from_attributes=True)


class PersonOut(Out):
    """A person as others see them."""

    id: str
    name: str
    colour: str


class ChangeMe(Body):
    """Another name or colour for oneself."""

    name: str | None = Field(None, max_length=20_000)
    colour: str | None = Field(None, pattern=r"^#[0-9a-f]{6}$")


class DeviceOut(Out):
    """A browser on which the person is signed in."""

    id: str
    label: str
    created_at: datetime
    last_seen_at: datetime
    current: bool = False


class Devices(BaseModel):
    """One's own devices."""

    items: list[DeviceOut]


class LinkOut(BaseModel):
    """A fresh link; its secret is shown this once."""

    link: str
    qr_svg: str
    expires_at: datetime
