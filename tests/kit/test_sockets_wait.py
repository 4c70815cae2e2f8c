"""What is held or collected lies until it is asked for, and none of it is lost."""

from __future__ import annotations

import asyncio
import os

import pytest

from tests.kit.sockets import PING, PONG, Application, Peer, masked
from tests.waiting import until


async def test_while_it_is_held_nothing_is_handed_over_and_then_all_in_order(
    opened: tuple[Application, Peer],
) -> None:
    """Also what the kernel had no room for: the sender waits."""
    application, peer = opened

    def hold(message: bytes) -> None:
        if message == b"5":
            application.frames.hold()

    application.on_message = hold
    sent = [str(number).encode() for number in range(20)] + [bytes(200_000)] * 20 + [b"end"]
    writing = asyncio.create_task(peer.write(b"".join(map(masked, sent))))
    await until(lambda: len(application.taken) >= 6)
    await asyncio.sleep(0.1)
    assert application.taken == sent[:6]
    application.on_message = lambda _: None
    application.frames.go_on()
    await writing
    await until(lambda: len(application.taken) == len(sent))
    assert application.taken == sent


async def test_holding_at_every_message_loses_none(opened: tuple[Application, Peer]) -> None:
    application, peer = opened

    def hold(_: bytes) -> None:
        application.frames.hold()
        asyncio.get_running_loop().call_later(0.001, application.frames.go_on)

    application.on_message = hold
    sent = [os.urandom(number % 7 * 40) for number in range(60)]
    data = b"".join(map(masked, sent))
    for at in range(0, len(data), 333):
        await peer.write(data[at : at + 333])
        await asyncio.sleep(0.001)
    await until(lambda: len(application.taken) == len(sent))
    assert application.taken == sent


async def quiet(opened: tuple[Application, Peer]) -> tuple[Application, Peer]:
    """Past the first message, and collected."""
    application, peer = opened
    await peer.write(masked(b"first"))
    await until(lambda: bool(application.taken))
    application.taken.clear()
    assert application.frames.collect()
    return application, peer


async def test_what_is_collected_lies_until_it_is_asked_for(
    opened: tuple[Application, Peer],
) -> None:
    application, peer = await quiet(opened)
    assert not application.frames.poll()
    half = masked(b"three")
    await peer.write(masked(b"one") + masked(b"", PING) + masked(b"two") + half[:3])
    await asyncio.sleep(0.1)
    assert application.taken == []
    assert application.frames.poll()
    assert application.taken == [b"one", b"two"]
    assert await peer.frame() == (PONG, b"")
    await peer.write(half[3:])
    await asyncio.sleep(0.05)
    application.frames.release()
    await until(lambda: application.taken == [b"one", b"two", b"three"])
    await peer.write(masked(b"four"))
    await until(lambda: application.taken[3:] == [b"four"])


async def test_a_lot_is_not_left_lying(opened: tuple[Application, Peer]) -> None:
    application, peer = await quiet(opened)
    sent = [os.urandom(900) for _ in range(200)]
    await peer.write(b"".join(map(masked, sent)))
    await until(lambda: len(application.taken) > 150)
    application.frames.poll()
    await until(lambda: len(application.taken) == 200)
    assert application.taken == sent


@pytest.mark.parametrize("rudely", [False, True])
async def test_an_end_is_heard_of_at_once(opened: tuple[Application, Peer], rudely: bool) -> None:
    application, peer = await quiet(opened)
    await peer.write(masked(b"last words"))
    if rudely:
        peer.writer.transport.abort()
    else:
        peer.writer.close()
    await asyncio.wait_for(application.ended.wait(), 5)
    assert application.taken == [b"last words"]
    assert not application.frames.poll()
    application.frames.release()
    assert not application.frames.collect()


async def test_who_is_held_is_not_polled(opened: tuple[Application, Peer]) -> None:
    application, peer = await quiet(opened)
    application.frames.hold()
    await peer.write(masked(b"later"))
    await asyncio.sleep(0.05)
    assert not application.frames.poll()
    assert application.taken == []
    application.frames.go_on()
    await asyncio.sleep(0.05)
    assert application.frames.poll() or application.taken
    assert application.taken == [b"later"]
