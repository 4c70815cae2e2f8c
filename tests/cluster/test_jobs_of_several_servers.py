"""Exports where several servers share a database: each leaves the others' alone, and takes lost ones up."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.exporting.models import Export
from app.kit import clock, jobs
from app.main import create_app
from tests.cluster.pair import Pair
from tests.conftest import free_port


async def _export(pair: Pair, **more: Any) -> str:
    """A row as a running export of some server has it."""
    guide = (await pair.one.fay.yes("GET", ""))["id"]
    row = Export(
        guide_id=guide,
        formats=["pdf"],
        status="running",
        step="Reading",
        created_at=clock.now(),
        **{"beat_at": clock.now(), **more},
    )
    async with pair.one.app.state.database.write() as session:
        session.add(row)
    return row.id


async def _status(pair: Pair, export: str) -> str:
    async with pair.two.app.state.database.read() as session:
        found: str = (await session.get_one(Export, export)).status
        return found


async def test_a_server_that_starts_leaves_the_others_jobs_alone(pair: Pair) -> None:
    running = await _export(pair)
    lost = await _export(pair, beat_at=clock.now() - jobs.LOST - timedelta(seconds=1), lost=1)
    third = create_app(pair.one.settings.model_copy(update={"port": free_port()}))
    async with third.router.lifespan_context(third):
        assert await _status(pair, running) == "running"
        assert await _status(pair, lost) == "failed"


async def test_a_job_whose_server_is_gone_is_taken_up_by_another(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BEAT", 0.1)
    monkeypatch.setattr(jobs, "LOST", timedelta(seconds=1))
    third = create_app(pair.one.settings.model_copy(update={"port": free_port()}))
    async with third.router.lifespan_context(third):
        export = await _export(pair)
        async with asyncio.timeout(60):
            while await _status(pair, export) in jobs.UNFINISHED:
                await asyncio.sleep(0.05)
        async with pair.two.app.state.database.read() as session:
            row = await session.get_one(Export, export)
        assert (row.lost, row.status, [file["format"] for file in row.files]) == (
            1,
            "done",
            ["pdf"],
        )


async def test_an_export_is_cancelled_from_the_other_server(pair: Pair) -> None:
    made = await pair.one.fay.yes("POST", "exports", json={"formats": ["pdf"]})
    at_two = await pair.two.people.browser()
    at_two.cookies = pair.one.fay.cookies
    at_two.slug = pair.one.fay.slug
    await at_two.yes("DELETE", f"exports/{made['id']}")
    async with asyncio.timeout(10):
        while pair.one.app.state.exports._runner.running:
            await asyncio.sleep(0.05)
    assert await _status(pair, made["id"]) == "cancelled"
