"""Web: what every route shares — sessions on the database, problems, headers, where requests come from."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit import wording
from app.kit.bodies import UNKNOWN
from app.kit.config import Settings, is_private_host
from app.kit.db import Database
from app.kit.errors import (
    AppError,
    BadInput,
    Conflict,
    Forbidden,
    NotFound,
    TooLarge,
    Unavailable,
)

log = logging.getLogger(__name__)

MAX_FILES = 500
"""So many files go up in one request."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Styles as attributes are needed by ProseMirror's column widths and caret colours; everything else
# comes from our own files. `blob:` is a picture on its way up.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def get_settings(request: Request) -> Settings:
    """The settings the server runs with."""
    return request.app.state.settings


def get_database(request: Request) -> Database:
    """The database, for routes that open their transactions themselves."""
    return request.app.state.database


async def get_session(request: Request) -> AsyncGenerator[AsyncSession]:
    """The request's one transaction: reading for GET, writing for everything else.

    It ends before the answer is sent, so that whoever is told "done" can rely on it.
    """
    database = get_database(request)
    opened = database.read() if request.method in SAFE_METHODS else database.write()
    async with opened as session:
        yield session


# scope="function": without it FastAPI ends the generator after the response has left.
Session = Annotated[AsyncSession, Depends(get_session, scope="function")]
Config = Annotated[Settings, Depends(get_settings)]
Db = Annotated[Database, Depends(get_database)]


def problem(error: AppError) -> Response:
    """The answer for an expected error."""
    return JSONResponse(
        error.problem(), status_code=error.status, media_type="application/problem+json"
    )


def install(app: FastAPI) -> None:
    """Install error rendering, the origin check and the headers on `app`."""

    async def on_app_error(_request: Request, error: Exception) -> Response:
        return problem(cast(AppError, error))

    async def on_invalid(_request: Request, error: Exception) -> Response:
        invalid = cast(RequestValidationError, error)
        return problem(_unusable(invalid.errors()))

    async def on_http(_request: Request, error: Exception) -> Response:
        http = cast(HTTPException, error)
        if (too_much := _form_too_large(http)) is not None:
            return problem(too_much)
        wrapped = AppError(_say(http), code=_code(http.status_code))
        wrapped.status = http.status_code
        answer = problem(wrapped)
        answer.headers.update(http.headers or {})
        return answer

    async def on_surprise(_request: Request, error: Exception) -> Response:
        log.error("A request failed.", exc_info=error)
        answer = problem(
            AppError(
                "Something went wrong on the server. Your text is kept; try again in a moment.",
                code="server_error",
            )
        )
        # This answer is made outside the Guard.
        answer.headers.update(HEADERS)
        return answer

    async def on_overtaken(_request: Request, error: Exception) -> Response:
        # What two transactions of PostgreSQL can do at once and one writer of SQLite cannot.
        log.info("A change was overtaken.", exc_info=error)
        return problem(
            Conflict("Somebody else changed the same thing at this moment. Please try again.")
        )

    async def on_busy(_request: Request, error: Exception) -> Response:
        log.error("The database did not take a change.", exc_info=error)
        return problem(
            Unavailable("The server could not store this just now. Please try again in a moment.")
        )

    app.add_exception_handler(AppError, on_app_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(IntegrityError, on_overtaken)
    app.add_exception_handler(OperationalError, on_busy)
    app.add_exception_handler(PoolTimeout, on_busy)
    app.add_exception_handler(Exception, on_surprise)
    app.add_middleware(Guard)


class Guard:
    """Refuses changes from other websites and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it. Sockets look at their Origin themselves."""
        if scope["type"] == "websocket" and "\x00" in scope["path"]:
            await receive()
            return await send({"type": "websocket.close", "code": 4404})
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        settings: Settings = scope["app"].state.settings

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if settings.lan and not settings.secure:
                    # Browsers do not follow it on plain HTTP, and say so on every page.
                    del headers["Cross-Origin-Opener-Policy"]
                if settings.secure:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if "\x00" in scope["path"]:
            # No database and no file system takes it.
            nowhere = problem(NotFound("There is nothing at this address."))
            return await nowhere(scope, receive, send_guarded)
        if scope["method"] in SAFE_METHODS:
            return await self._app(scope, receive, send_guarded)
        if not origin_allowed(scope, settings):
            refused = problem(
                Forbidden("This request came from another website and was refused.", code="origin")
            )
            return await refused(scope, receive, send_guarded)
        limit = body_limit(scope["path"], settings)
        if _declared_length(scope) > limit:
            return await problem(_too_large(limit))(scope, receive, send_guarded)
        taken = 0

        async def receive_limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                # An HTTPException, because FastAPI turns everything else into “400”.
                raise HTTPException(413, _too_large(limit).message)
            return message

        return await self._app(scope, receive_limited, send_guarded)


def body_limit(path: str, settings: Settings) -> int:
    """The most bytes a request to `path` may carry, with some room for the multipart frame."""
    if path.endswith("/imports"):
        return settings.max_import_mb * 1_000_000 + 100_000
    if path.endswith("/assets"):
        return settings.max_upload_mb * 1_000_000 + 10_000
    return 1_000_000


def _declared_length(scope: Scope) -> int:
    declared = header(scope, b"content-length") or "0"
    return int(declared) if declared.isdecimal() else 0


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"That is too much at once: the server takes up to {max(limit // 1_000_000, 1)} MB here. "
        "Please make the files smaller or send fewer at a time."
    )


def too_many_files() -> TooLarge:
    """What is said when more files come than go up in one request."""
    return TooLarge(
        f"That is too much at once: the server takes up to {MAX_FILES} files here. "
        "Please send fewer at a time."
    )


def _form_too_large(error: HTTPException) -> TooLarge | None:
    """What the form parser has against a form, where it is one of its limits."""
    said = str(error.detail)
    if error.status_code != 400:
        return None
    if said.startswith("Too many files"):
        return too_many_files()
    if said.startswith("Too many fields"):
        return TooLarge("There are more fields in this form than the server takes.")
    if said.startswith(("Part exceeded", "Field exceeded")):
        return TooLarge("A field of this form is longer than the server takes.")
    return None


def header(scope: Scope, name: bytes) -> str | None:
    """The value of a request header, or None."""
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return None


def origin_allowed(scope: Scope, settings: Settings) -> bool:
    """Whether a socket or a change may come from where it comes from.

    A present Origin must be the server's own address or a listed one. No Origin and no
    Sec-Fetch-Site means that no browser sent it. On a private network the server is reached by
    several addresses, so there the Origin must equal the Host the browser asked for.
    """
    origin = header(scope, b"origin")
    if origin is None:
        return header(scope, b"sec-fetch-site") in {None, "same-origin", "none"}
    if origin in {settings.origin, *settings.allowed_origins}:
        return True
    if settings.base_url and not settings.lan:
        return False
    try:
        parts = urlsplit(origin)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        parts.netloc == header(scope, b"host")
        and is_private_host(host)
        and parts.scheme in {"http", "https"}
    )


def _unusable(errors: Sequence[Any]) -> BadInput:
    """What is wrong with a request, in words: “Title is too long: at most 200 characters.”"""
    for one in errors:
        if one["type"] == UNKNOWN:
            named = [{"field": name, "message": "Unknown field"} for name in one["ctx"]["unknown"]]
            return BadInput(f"That cannot be used. {one['msg']}.", code=UNKNOWN, fields=named)
    fields = [
        {
            "field": ".".join(str(part) for part in one["loc"][1:]),
            "message": one["msg"].removeprefix("Value error, "),
        }
        for one in errors
    ]
    if any(one["type"] == "json_invalid" for one in errors):
        return BadInput("What was sent is not JSON.", fields=fields)
    return BadInput(f"That cannot be used. {wording.sentence(errors)}", fields=fields)


def _code(status: int) -> str:
    known: dict[int, str] = {
        400: "bad_request",
        404: "not_found",
        405: "method_not_allowed",
        413: "too_large",
    }
    return known.get(status, "error")


def _say(error: HTTPException) -> str:
    """What the framework says in two words, as a sentence."""
    known: dict[int, str] = {
        400: "What was sent could not be read.",
        404: "There is nothing at this address.",
        405: "This address does not answer to that.",
    }
    return known.get(error.status_code, str(error.detail))
