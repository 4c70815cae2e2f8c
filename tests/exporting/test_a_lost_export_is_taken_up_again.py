"""A server that ends in the middle of a book: the next one goes on with it, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.exporting import making
from app.exporting.models import Export
from app.guides.models import Guide
from app.kit import clock, jobs, memory
from app.kit.config import Settings
from app.main import create_app
from tests.people_at_work import People


@asynccontextmanager
async def server(settings: Settings) -> AsyncGenerator[tuple[FastAPI, People]]:
    app = create_app(settings)
    async with app.router.lifespan_context(app), People(settings.base, app) as people:
        yield app, people


async def begin(people: People) -> str:
    fay = await people.start_guide()
    await fay.yes("POST", "chapters", json={"title": "One"})
    return fay.slug


async def row(app: FastAPI) -> Export:
    async with app.state.database.read() as session:
        return (await session.scalars(select(Export))).one()


async def ended(app: FastAPI) -> Export:
    async with asyncio.timeout(60):
        while (found := await row(app)).status in jobs.UNFINISHED:
            await asyncio.sleep(0.02)
    return found


async def left_behind(settings: Settings, **more: Any) -> None:
    """A guide with an export as a server that was killed leaves it."""
    async with server(settings) as (app, people):
        await begin(people)
        async with app.state.database.write() as session:
            guide = (await session.scalars(select(Guide))).one()
            session.add(
                Export(
                    guide_id=guide.id,
                    formats=["markdown"],
                    step="Reading",
                    created_at=clock.now(),
                    beat_at=clock.now(),
                    **{"status": "running", **more},
                )
            )
            await session.flush()
            export = (await session.scalars(select(Export))).one()
            folder = app.state.exports.folder(export.id)
        half = folder / "making-half"
        half.mkdir(parents=True)
        half.joinpath("chapter.typ").write_text("half of it")


async def test_a_killed_server_s_export_is_begun_again(settings: Settings) -> None:
    await left_behind(settings)
    async with server(settings) as (app, _):
        export = await ended(app)
        assert (export.status, export.lost, export.error) == ("done", 1, None)
        assert [file["format"] for file in export.files] == ["markdown"]
        left = [path.name for path in app.state.exports.folder(export.id).iterdir()]
        assert left == [export.files[0]["name"]], "what the killed one left is gone"


async def test_what_killed_two_servers_is_not_tried_on_a_third(settings: Settings) -> None:
    await left_behind(settings, lost=1)
    async with server(settings) as (app, _):
        export = await ended(app)
        assert export.status == "failed"
        assert "stopped twice" in (export.error or "")
        assert export.finished_at is not None


async def test_a_server_that_is_asked_to_stop_puts_it_back(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = making.make
    begun = asyncio.Event()

    async def endless(*_: Any, **__: Any) -> making.Result:
        begun.set()
        await asyncio.sleep(1000)
        raise AssertionError

    monkeypatch.setattr(making, "make", endless)
    async with server(settings) as (app, people):
        slug = await begin(people)
        async with app.state.database.read() as session:
            guide = (await session.scalars(select(Guide).where(Guide.slug == slug))).one()
        await app.state.exports.request(guide, None, ["markdown"])
        async with asyncio.timeout(30):
            await begun.wait()
    monkeypatch.setattr(making, "make", honest)
    async with server(settings) as (app, _):
        export = await ended(app)
        assert (export.status, export.lost) == ("done", 0), "stopping is nobody's fault"


async def test_an_export_that_does_not_fit_says_what_it_waits_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [10]
    monkeypatch.setattr(memory, "free_mb", lambda: free[0])
    monkeypatch.setattr(memory, "LOOK_AGAIN", 0.02)
    async with server(settings) as (app, people):
        slug = await begin(people)
        async with app.state.database.read() as session:
            guide = (await session.scalars(select(Guide).where(Guide.slug == slug))).one()
        await app.state.exports.request(guide, None, ["markdown"])
        async with asyncio.timeout(30):
            while "Waiting for memory" not in (await row(app)).step:
                await asyncio.sleep(0.02)
        assert "10 MB are free" in (await row(app)).step
        free[0] = 10_000
        assert (await ended(app)).status == "done"
