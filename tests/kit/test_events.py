"""Events: told after the commit, never before, and never lost in silence."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from app.kit import clock
from app.kit.db import Database, Heartbeat
from app.kit.errors import Conflict
from app.kit.events import Broadcast, Event, notice, queue


async def test_nobody_hears_of_what_was_undone(app: FastAPI) -> None:
    database: Database = app.state.database
    async with database.broadcast.subscribe("g") as line:
        with pytest.raises(RuntimeError):
            async with database.write() as session:
                queue(session, Event("g", "chapters"))
                raise RuntimeError
        assert line.empty()


async def test_who_hears_of_it_can_read_it(app: FastAPI) -> None:
    database: Database = app.state.database
    seen: list[bool] = []

    async def look(_: Event) -> None:
        async with database.read() as session:
            seen.append(await session.get(Heartbeat, 7) is not None)

    database.broadcast.on("written", look)
    async with database.write() as session:
        session.add(Heartbeat(id=7, at=clock.now()))
        queue(session, Event("g", "written"))
        await session.flush()
        assert seen == []
    assert seen == [True]


async def test_a_refusal_tells_its_notices_although_nothing_was_stored(app: FastAPI) -> None:
    database: Database = app.state.database
    async with database.broadcast.subscribe("g") as line:
        with pytest.raises(Conflict):
            async with database.write() as session:
                queue(session, Event("g", "chapters"))
                raise Conflict("No.", notices=[notice("g", "Somebody wanted it too.", to="p")])
        told = line.get_nowait()
        assert told is not None
        assert (told.topic, told.to) == ("notice", "p")
        assert line.empty()


async def test_a_listener_that_does_not_keep_up_is_told_to_start_afresh() -> None:
    broadcast = Broadcast()
    async with broadcast.subscribe("g") as line:
        for _ in range(300):
            await broadcast.publish(Event("g", "chapters"))
        heard = [line.get_nowait() for _ in range(line.qsize())]
    assert None in heard
    assert len(heard) < 257


async def test_one_listener_that_fails_does_not_keep_it_from_the_others() -> None:
    broadcast = Broadcast()
    heard: list[str] = []

    async def fails(_: Event) -> None:
        raise ValueError

    async def hears(event: Event) -> None:
        heard.append(event.topic)

    broadcast.on("role", fails)
    broadcast.on("role", hears)
    await broadcast.publish(Event("g", "role"))
    assert heard == ["role"]


async def test_a_guide_hears_nothing_of_another() -> None:
    broadcast = Broadcast()
    async with broadcast.subscribe("one") as one, broadcast.subscribe("two") as two:
        await broadcast.publish(Event("one", "chapters"))
        assert (one.qsize(), two.qsize()) == (1, 0)
