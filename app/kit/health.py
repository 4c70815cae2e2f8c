"""Health: is the server alive, and does the disk take what people write?"""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.kit import clock
from app.kit.errors import Unavailable
from app.kit.web import Db

router = APIRouter(prefix="/api", tags=["health"])
_FRESH_SECONDS = 10.0


class Health(BaseModel):
    """Alive."""

    status: str = "ok"


@router.get("/health")
async def health() -> Health:
    """Answers while the process lives."""
    return Health()


@router.get("/ready")
async def ready(request: Request, database: Db) -> Health:
    """Answers when a real write has succeeded within the last ten seconds."""
    last: float = getattr(request.app.state, "last_write", float("-inf"))
    if clock.monotonic() - last > _FRESH_SECONDS:
        try:
            await database.ping()
        except Exception as error:
            raise Unavailable(
                "The database does not take writes at the moment.", code="not_writable"
            ) from error
        request.app.state.last_write = clock.monotonic()
    return Health()
