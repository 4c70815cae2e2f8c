"""The shortest way out: whoever holds the socket's number, and that nobody holds it too long."""

from __future__ import annotations

import asyncio
import os
import socket
import struct

import pytest

from app.kit.frames import encoded
from tests.kit.sockets import BINARY, PING, PONG, TEXT, Application, Peer, masked
from tests.waiting import until


class Door:
    """Whose owner opens it as soon as it may be open."""

    number = -1


async def test_a_door_is_shut_by_whatever_is_sent_otherwise(
    opened: tuple[Application, Peer],
) -> None:
    application, peer = opened
    await peer.write(masked(b""))
    await until(lambda: bool(application.taken))
    door, frames = Door(), application.frames
    frames.lend(door)
    door.number = frames.direct
    os.write(door.number, encoded(b"directly"))
    assert await peer.frame() == (BINARY, b"directly")
    await application.send({"type": "websocket.send", "text": "the usual way"})
    assert door.number == -1
    assert await peer.frame() == (TEXT, b"the usual way")
    await until(lambda: frames.direct >= 0)
    door.number = frames.direct
    await peer.write(masked(b"", PING))
    assert await peer.frame() == (PONG, b"")
    assert door.number == -1
    door.number = frames.direct
    while frames.write(encoded(bytes(60_000))):
        pass
    assert (door.number, frames.direct) == (-1, -1)


@pytest.mark.parametrize("rudely", [False, True])
async def test_a_door_is_shut_before_the_number_is_anothers(
    opened: tuple[Application, Peer], rudely: bool
) -> None:
    application, peer = opened
    await peer.write(masked(b""))
    await until(lambda: bool(application.taken))
    door = Door()
    application.frames.lend(door)
    door.number = application.frames.direct
    assert door.number >= 0
    numbers: list[int] = []
    application.on_end = lambda: numbers.extend((door.number, application.frames.direct))
    if rudely:
        # A reset, of which the server hears as an error.
        own = peer.writer.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.writer.transport.abort()
    else:
        await application.send({"type": "websocket.close", "code": 1000})
        assert door.number == -1
        assert application.frames.direct == -1
        peer.writer.close()
    await asyncio.wait_for(application.ended.wait(), 5)
    assert numbers == [-1, -1]
