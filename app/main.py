"""The application: everything put together, and the order in which it starts and stops."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from app.assets import routes as asset_routes
from app.chapters import routes as chapter_routes
from app.exporting import routes as export_routes
from app.exporting.designs import routes as design_routes
from app.exporting.designs.preview import Previews
from app.exporting.details import routes as details_routes
from app.exporting.printing import routes as printing_routes
from app.exporting.service import Exports
from app.guides import routes as guide_routes
from app.importing import routes as import_routes
from app.importing.service import Imports
from app.kit import health, migrations, web
from app.kit.bus import make as make_bus
from app.kit.config import Settings
from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.events import Broadcast
from app.kit.lock import DataFolderLock
from app.preflight import routes as preflight_routes
from app.preflight.service import Preflight
from app.publishing import public_routes
from app.publishing import routes as publishing_routes
from app.publishing.service import Editions
from app.sprints import freeze_routes, join_routes, live
from app.sprints import routes as sprint_routes
from app.sprints.hub import Hub
from app.sync import rescue_routes, reshape_routes
from app.sync.endpoint import PATH
from app.sync.service import Sync
from app.tasks import routes as task_routes
from app.tasks import service as task_service

FRONTEND = Path(__file__).parent.parent / "frontend" / "dist"
ROUTERS = (
    health.router,
    join_routes.router,
    sprint_routes.router,
    guide_routes.router,
    chapter_routes.router,
    freeze_routes.router,
    reshape_routes.router,
    rescue_routes.router,
    asset_routes.router,
    task_routes.router,
    export_routes.router,
    details_routes.router,
    printing_routes.router,
    design_routes.router,
    import_routes.router,
    preflight_routes.router,
    publishing_routes.router,
    public_routes.router,
    live.router,
)


class Application(FastAPI):
    """FastAPI, and the sync sockets beside it: its layers would hold 8 kB for as long as each is open."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a socket."""
        if scope["type"] == "websocket" and scope["path"].startswith(PATH):
            scope["app"] = self
            await self.state.sync.endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings) -> FastAPI:
    """The whole server for `settings`; it opens the database when its lifespan begins."""
    app = Application(
        title="Chapterhouse",
        version="0.1.0",
        lifespan=_lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: (
            f"{route.tags[0] if route.tags else ''}-{route.name}"
        ),
    )
    app.state.settings = settings
    web.install(app)
    for router in ROUTERS:
        app.include_router(router)
    _serve_frontend(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    settings: Settings = app.state.settings
    lock = DataFolderLock(settings.data_dir, shared=settings.redis_url is not None)
    lock.take()
    try:
        await asyncio.to_thread(migrations.upgrade, settings)
        bus = make_bus(settings)
        broadcast = Broadcast(bus)
        database = Database(settings, broadcast)
        app.state.broadcast, app.state.database = broadcast, database
        task_service.follow_merges(database)
        sync = app.state.sync = Sync(database, broadcast, settings, bus)
        app.state.hub = Hub(sync.presence, broadcast, bus)
        exports = app.state.exports = Exports(database, sync, settings)
        app.state.previews = Previews(settings.data_dir)
        imports = app.state.imports = Imports(database, sync, settings)
        preflight = app.state.preflight = Preflight(database, sync, settings)
        editions = app.state.editions = Editions(database, sync, settings, preflight)
        try:
            async with (
                database.alone(),
                bus.running(),
                broadcast.running(),
                sync.running(),
                exports.running(),
                imports.running(),
                preflight.running(),
                editions.running(),
            ):
                yield
        finally:
            await database.close()
    finally:
        lock.release()


def _serve_frontend(app: FastAPI) -> None:
    """The interface: files with a hash in their name for ever, the page itself always fresh."""
    app.mount(
        "/assets", StaticFiles(directory=FRONTEND / "assets", check_dir=False), name="frontend"
    )

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str, request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        if path.startswith("api/"):
            raise NotFound("There is nothing at this address.")
        with contextlib.suppress(OSError):  # a name longer than any file's
            file = (FRONTEND / path).resolve()
            if path and file.is_relative_to(FRONTEND.resolve()) and file.is_file():
                return FileResponse(file)
        index = FRONTEND / "index.html"
        if not index.is_file():
            raise NotFound("The interface is not built yet. Run `make frontend`.")
        return FileResponse(index, headers={"Cache-Control": "no-cache"})
