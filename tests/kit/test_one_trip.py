"""Statements that go to PostgreSQL together are done together or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import psycopg
import pytest

from app.kit import migrations
from app.kit.config import Settings
from app.kit.one_trip import OneTrip, array, text

_ADD = "INSERT INTO heartbeats (id, at) SELECT number, now() FROM unnest($1::int[]) AS number"
_ALL = "SELECT id FROM heartbeats ORDER BY id"


@pytest.fixture
async def trip(settings: Settings, on_postgres: bool) -> AsyncGenerator[OneTrip]:
    if not on_postgres:
        pytest.skip("part of `make test-postgres`")
    await asyncio.to_thread(migrations.upgrade, settings)
    made = OneTrip(settings.database)
    yield made
    made.close()


async def _numbers(trip: OneTrip) -> list[int]:
    [rows] = await trip.run((_ALL, []))
    return [int(text(value)) for (value,) in rows]


async def test_a_trip_brings_the_rows_of_every_statement_that_gives_some(trip: OneTrip) -> None:
    none, found = await trip.run((_ALL, []), (_ADD, [array([3, 1, 2])]), (_ALL, []))
    assert none == []
    assert found == [(b"1",), (b"2",), (b"3",)]


async def test_when_one_statement_fails_nothing_is_done_and_the_next_trip_goes_well(
    trip: OneTrip,
) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        await trip.run((_ADD, [array([1])]), (_ADD, [array([1])]))
    with pytest.raises(psycopg.errors.UndefinedTable):
        await trip.run((_ADD, [array([1])]), ("SELECT FROM nowhere", []))
    assert await _numbers(trip) == []


async def test_trips_at_the_same_time_keep_their_answers_apart(trip: OneTrip) -> None:
    answers = await asyncio.gather(
        *(trip.run(("SELECT $1::int", [b"%d" % number])) for number in range(50))
    )
    assert [int(text(found[0][0])) for [found] in answers] == list(range(50))


async def test_whoever_is_cancelled_leaves_no_answer_for_the_next(trip: OneTrip) -> None:
    await _numbers(trip)
    task = asyncio.create_task(trip.run(("SELECT pg_sleep(0.2)::text", [])))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await _numbers(trip) == []


async def test_a_connection_that_breaks_leaves_it_open_whether_it_was_done(
    trip: OneTrip, settings: Settings
) -> None:
    [[(mine,)]] = await trip.run(("SELECT pg_backend_pid()", []))
    sleeping = asyncio.create_task(trip.run(("SELECT pg_sleep(20)::text", [])))
    await asyncio.sleep(0.05)
    other = OneTrip(settings.database)
    await other.run(("SELECT pg_terminate_backend($1::int)", [mine]))
    with pytest.raises(RuntimeError, match="did not return"):
        await sleeping
    assert await _numbers(trip) == []
    # The end of one that nobody uses is heard of before it is needed.
    [[(mine,)]] = await trip.run(("SELECT pg_backend_pid()", []))
    await other.run(("SELECT pg_terminate_backend($1::int)", [mine]))
    await asyncio.sleep(0.1)
    assert await _numbers(trip) == []
    other.close()


async def test_more_than_a_socket_takes_at_once_arrives_whole(trip: OneTrip) -> None:
    values = [bytes([number]) * (1 << 20) for number in range(8)]
    [found] = await trip.run(
        ("SELECT length(value) FROM unnest($1::bytea[]) AS value", [array(values)])
    )
    assert found == [(b"1048576",)] * 8


async def test_whatever_stands_in_a_value_comes_back_as_it_was(trip: OneTrip) -> None:
    values = ['"', "\\", "{,}", "NULL", "", " ü ", None, "a'b"]
    [found] = await trip.run(("SELECT unnest($1::text[])", [array(values)]))
    assert [value if value is None else value.decode() for (value,) in found] == values
    [found] = await trip.run(
        ("SELECT convert_from(unnest($1::bytea[]), 'UTF8')", [array([b"\\x", "ä".encode()])])
    )
    assert [text(value) for (value,) in found] == ["\\x", "ä"]
