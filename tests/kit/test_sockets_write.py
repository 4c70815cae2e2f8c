"""The short way out: what is written is one frame, and nothing goes to who takes nothing."""

from __future__ import annotations

import os

import pytest

from app.kit.frames import encoded
from tests.kit.sockets import BINARY, SIZES, Application, Peer, masked
from tests.waiting import until


@pytest.mark.parametrize("size", SIZES)
async def test_what_goes_out_is_one_frame(opened: tuple[Application, Peer], size: int) -> None:
    application, peer = opened
    message = os.urandom(size)
    await peer.write(masked(b""))
    await until(lambda: bool(application.taken))
    assert application.frames.write(encoded(message))
    assert await peer.frame() == (BINARY, message)


async def test_nothing_is_written_to_who_takes_nothing_or_is_gone(
    opened: tuple[Application, Peer],
) -> None:
    application, peer = opened
    frames = 0
    while application.frames.write(encoded(bytes(60_000))):
        frames += 1
        assert frames < 1000
    # What was written arrives whole, and then there is room again.
    for _ in range(frames):
        assert await peer.frame() == (BINARY, bytes(60_000))
    await until(lambda: application.frames.write(encoded(b"again")))
    assert await peer.frame() == (BINARY, b"again")
    await application.send({"type": "websocket.close", "code": 1000})
    assert not application.frames.write(encoded(b"late"))
