"""Redis carries hints: lost, doubled, late, in another order or not at all, nothing is lost by it."""

from __future__ import annotations

import asyncio
import random

import pytest

from app.kit import redis_line
from app.kit.bus import RedisBus
from tests.cluster.pair import Pair
from tests.waiting import until


async def _write_at_both(pair: Pair, turns: int = 40) -> None:
    async with pair.couple() as (a, b, _, _):
        words = {a: a.paragraph(), b: b.paragraph()}
        for turn in range(turns):
            for own in words.values():
                own.insert(0, f"{turn} ")
                if turn % 7 == 6:
                    del own[2:4]
            await asyncio.sleep(0.01)
        for client in words:
            await client.settled()
            assert client.refused == []
        await until(lambda: a.text() == b.text())
        assert await pair.reread() == a.text()


async def test_without_redis_people_write_on_and_see_each_other_through_the_log(
    pair: Pair,
) -> None:
    pair.redis.kill()
    await pair.apart()
    await _write_at_both(pair)


async def test_redis_goes_and_comes_back_while_people_write(pair: Pair) -> None:
    writing = asyncio.create_task(_write_at_both(pair, 120))
    await asyncio.sleep(0.3)
    pair.redis.kill()
    await pair.apart()
    pair.redis.start()
    await pair.connected()
    await writing


async def test_a_redis_that_answers_nothing_holds_nobody_up(pair: Pair) -> None:
    pair.redis.pause()
    try:
        await _write_at_both(pair)
        await pair.apart(within=30)
    finally:
        pair.redis.go_on()
    await pair.connected()
    await _write_again(pair)


async def _write_again(pair: Pair) -> None:
    async with pair.one.client(pair.one.fay) as client:
        await client.until(lambda: client.synced)
        client.paragraph().insert(0, "and on")
        await client.settled()


@pytest.mark.parametrize("seed", range(3))
async def test_messages_that_are_lost_doubled_late_and_swapped_do_no_harm(
    pair: Pair, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    loop = asyncio.get_running_loop()
    send = RedisBus.send

    def unreliable(bus: RedisBus, channel: str, body: bytes) -> None:
        if not channel.startswith("document:"):
            send(bus, channel, body)
            return
        for _ in range(dice.choice((0, 1, 1, 2))):
            loop.call_later(dice.random() * 0.1, send, bus, channel, body)

    monkeypatch.setattr(RedisBus, "send", unreliable)
    await _write_at_both(pair)
    await asyncio.sleep(0.15)


async def test_what_is_no_message_is_left_alone(pair: Pair) -> None:
    line = await redis_line.connect(pair.redis.url, lambda _channel, _body: None)
    for body in (b"", b"x", b"z" * 26, b"z" * 26 + b"\x00\xff\xff", b"z" * 26 + b"\x01\x05"):
        for channel in (f"document:{pair.one.document}", "events", "presence", "alive"):
            line.send(b"PUBLISH", f"chapterhouse:{channel}".encode(), body)
    await asyncio.sleep(0.1)
    await _write_at_both(pair, 10)
    line.close()
