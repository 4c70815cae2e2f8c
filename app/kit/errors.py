"""Expected trouble: each has a status, a code for programs and a sentence for people.

Rendered as `application/problem+json` (RFC 9457); `detail` is the sentence that is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.kit.events import Event


class AppError(Exception):
    """Something a person can be told about and do something about.

    `notices` are events to publish although the transaction is undone: when two people want
    different things at once, the one who was quicker learns of it too.
    """

    status = 500
    code = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        notices: Sequence[Event] = (),
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.notices = notices
        self.message = message
        self.code = code or type(self).code
        self.extra = extra

    def problem(self) -> dict[str, Any]:
        """The body of the answer, as RFC 9457 lays it out."""
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.message,
            **self.extra,
        }


class BadInput(AppError):
    """What was sent cannot be used."""

    status = 422
    code = "bad_input"


class Unauthorised(AppError):
    """Nobody is signed in on this device."""

    status = 401
    code = "not_joined"


class Forbidden(AppError):
    """The person may not do this."""

    status = 403
    code = "forbidden"


class NotFound(AppError):
    """There is no such thing, or not for this person."""

    status = 404
    code = "not_found"


class Conflict(AppError):
    """Somebody else was quicker."""

    status = 409
    code = "conflict"


class Gone(AppError):
    """It was there and is no longer."""

    status = 410
    code = "gone"


class TooLarge(AppError):
    """More than the server takes."""

    status = 413
    code = "too_large"


class SlowDown(AppError):
    """Too many tries."""

    status = 429
    code = "slow_down"


class Unavailable(AppError):
    """It would work, but not now."""

    status = 503
    code = "unavailable"
