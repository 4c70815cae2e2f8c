"""Sessions: a device says who it is with a cookie; nobody types a password."""

from __future__ import annotations

import re
from datetime import timedelta

from fastapi import Request, Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import cookie_parser
from starlette.types import Scope

from app.kit import clock
from app.kit.config import Settings
from app.kit.tokens import hash_token, new_token
from app.kit.web import header
from app.people.models import Device, Person

# A sprint is over after days, its guide is not: updates follow for a year.
LIFETIME = timedelta(days=400)
_SEEN_EVERY = timedelta(minutes=5)


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to HTTPS and to this host; plain HTTP cannot have the prefix."""
    return "__Host-chapterhouse" if settings.secure else "chapterhouse"


async def begin(
    session: AsyncSession, person: Person, request: Request, response: Response
) -> Device:
    """Sign `person` in on the asking device, with a secret of its own each time."""
    settings: Settings = request.app.state.settings
    token = new_token()
    device = Device(
        person_id=person.id,
        token_hash=hash_token(token),
        label=device_label(request.headers.get("user-agent", "")),
        created_at=clock.now(),
        last_seen_at=clock.now(),
        expires_at=clock.now() + LIFETIME,
    )
    session.add(device)
    await session.flush()
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        secure=settings.secure,
        samesite="lax",
        path="/",
    )
    return device


def token_of(scope: Scope, settings: Settings) -> str | None:
    """The session token a request or a socket came with."""
    raw = header(scope, b"cookie")
    if raw is None or len(raw) > 8192:
        return None
    # Not http.cookies: it drops all cookies when another application's one is malformed.
    return cookie_parser(raw).get(cookie_name(settings))


async def find(session: AsyncSession, token: str) -> tuple[Person, Device] | None:
    """The person and device a token belongs to, or None when it ended or never was."""
    row = (
        await session.execute(
            select(Person, Device)
            .join(Device, Device.person_id == Person.id)
            .where(
                Device.token_hash == hash_token(token),
                Device.ended_at.is_(None),
                Device.expires_at > clock.now(),
            )
        )
    ).one_or_none()
    return (row[0], row[1]) if row is not None else None


def is_stale(device: Device) -> bool:
    """Whether “last seen” is worth writing again."""
    return clock.now() - device.last_seen_at > _SEEN_EVERY


async def touch(session: AsyncSession, device_id: str) -> None:
    """Note that a device was seen just now."""
    now = clock.now()
    await session.execute(update(Device).where(Device.id == device_id).values(last_seen_at=now))


_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"),
    ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def device_label(user_agent: str) -> str:
    """What a person calls the device: “Firefox on Android”."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    if browser and system:
        return f"{browser} on {system}"
    first = re.match(r"[\w.-]{1,40}", user_agent)
    return browser or system or (first.group() if first else "A device")
