"""The short way in: every frame arrives once and in its order, however it is cut."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest

from app.kit import serving
from app.kit.config import Settings
from app.kit.frames import KEY
from tests.kit.sockets import (
    HANDSHAKE,
    MORE,
    PING,
    PONG,
    SIZES,
    TEXT,
    Application,
    Peer,
    masked,
)
from tests.sync.stage import listening
from tests.waiting import until


async def test_messages_of_every_size_arrive_in_their_order(
    opened: tuple[Application, Peer],
) -> None:
    application, peer = opened
    sent = [os.urandom(size) for size in (*SIZES, *reversed(SIZES))]
    await peer.write(b"".join(map(masked, sent)))
    await until(lambda: len(application.taken) == len(sent))
    assert application.taken == sent
    assert application.by_receive == []


@pytest.mark.parametrize("size", [0, 5, 126, 70_000])
async def test_a_frame_may_be_cut_anywhere(opened: tuple[Application, Peer], size: int) -> None:
    application, peer = opened
    before, message, after = b"before", os.urandom(size), b"after"
    frame = masked(message)
    cuts = range(1, min(len(frame), 30))
    for cut in cuts:
        await peer.write(masked(before) + frame[:cut])
        await asyncio.sleep(0.002)
        await peer.write(frame[cut:] + masked(after))
    await until(lambda: len(application.taken) == 3 * len(cuts))
    assert application.taken == [before, message, after] * len(cuts)


async def test_a_frame_that_comes_byte_by_byte_is_whole(opened: tuple[Application, Peer]) -> None:
    application, peer = opened
    for byte in masked(b"slowly") + masked(b"", PING) + masked(b"x" * 130):
        await peer.write(bytes((byte,)))
        await asyncio.sleep(0.001)
    await until(lambda: len(application.taken) == 2)
    assert application.taken == [b"slowly", b"x" * 130]
    assert await peer.frame() == (PONG, b"")


async def test_a_message_in_pieces_is_put_together_in_its_place(
    opened: tuple[Application, Peer],
) -> None:
    application, peer = opened
    await peer.write(
        masked(b"first")
        + masked(b"se", last=False)
        + masked(b"hello", PING)
        + masked(b"co", MORE, last=False)
        + masked(b"nd", MORE)
        + masked(b"third")
    )
    await until(lambda: len(application.taken) == 3)
    assert application.taken == [b"first", b"second", b"third"]
    assert await peer.frame() == (PONG, b"hello")


async def test_text_comes_the_usual_way(opened: tuple[Application, Peer]) -> None:
    application, peer = opened
    await peer.write(masked("ä".encode(), TEXT) + masked(b"bytes"))
    await until(lambda: bool(application.by_receive and application.taken))
    assert application.by_receive == [{"type": "websocket.receive", "text": "ä"}]
    assert application.taken == [b"bytes"]


async def test_a_message_of_a_mebibyte_is_taken(opened: tuple[Application, Peer]) -> None:
    application, peer = opened
    message = os.urandom(serving.MAX_FRAME)
    await peer.write(masked(message))
    await until(lambda: bool(application.taken))
    assert application.taken == [message]


async def test_who_does_not_wait_for_the_answer_is_served_the_usual_way(
    settings: Settings,
) -> None:
    answer = asyncio.Event()
    offered: list[bool] = []
    received: list[bytes] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await answer.wait()
        await send({"type": "websocket.accept"})
        offered.append(scope["extensions"][KEY].take(received.append))
        while (message := await receive())["type"] == "websocket.receive":
            received.append(message["bytes"])

    async with listening(application, settings):
        reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
        writer.write(HANDSHAKE)
        await asyncio.sleep(0.05)
        frame = masked(b"two")
        writer.write(masked(b"one") + frame[:3])
        await asyncio.sleep(0.05)
        answer.set()
        await reader.readuntil(b"\r\n\r\n")
        writer.write(frame[3:] + masked(b"three"))
        await until(lambda: len(received) == 3)
        assert offered == [False]
        assert received == [b"one", b"two", b"three"]
        writer.close()
