"""The address of the sync socket."""

from __future__ import annotations

from typing import Any

from starlette.routing import WebSocketRoute

from app.sync.endpoint import Receive
from app.sync.line import Send


class Socket:
    """Hands a connection to the sync server of the running application.

    An object and not a function: Starlette then passes the raw ASGI calls on.
    """

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one connection."""
        await scope["app"].state.sync.endpoint(scope, receive, send)


route = WebSocketRoute("/api/sync/{document_id}", Socket())
