"""What is wrong is answered as the library does, and every end is heard of."""

from __future__ import annotations

import asyncio
import struct

import pytest

from app.kit.config import Settings
from tests.kit.sockets import CLOSE, MORE, PING, TEXT, Application, Peer, masked, open_socket
from tests.waiting import until

WRONG = {
    "not masked": (b"\x82\x03abc", 1002),
    "a reserved bit": (bytes((masked(b"x")[0] | 0x40,)) + masked(b"x")[1:], 1002),
    "an unknown opcode": (masked(b"x", 3), 1002),
    "a message inside a message": (masked(b"a", last=False) + masked(b"b"), 1002),
    "an end without a beginning": (masked(b"a", MORE), 1002),
    "a ping above 125 bytes": (masked(b"x" * 126, PING), 1002),
    "a ping in pieces": (masked(b"x", PING, last=False), 1002),
    "a mebibyte and one": (masked(bytes((1 << 20) + 1)), 1009),
    "the claim of a mebibyte and one": (masked(b"", claim=(1 << 20) + 1), 1009),
    "the claim of 2^63": (masked(b"", claim=1 << 63), 1009),
    "pieces above a mebibyte": (
        masked(bytes(1 << 19), last=False) + masked(bytes((1 << 19) + 1), MORE),
        1009,
    ),
    "text that is not UTF-8": (masked(b"\xff", TEXT), 1007),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_wrong_ends_the_socket_and_what_was_before_counts(
    settings: Settings, name: str
) -> None:
    data, code = WRONG[name]
    async with open_socket(settings) as (application, peer):
        await peer.write(masked(b"before") + data + masked(b"after"))
        assert await peer.closed_with() == code
        await asyncio.wait_for(application.ended.wait(), 5)
        assert application.taken == [b"before"]


@pytest.mark.parametrize("held", [False, True])
async def test_our_close_is_answered_whatever_is_on_its_way(
    opened: tuple[Application, Peer], held: bool
) -> None:
    """Half a frame before it, and the peer's answer after the rest of it."""
    application, peer = opened
    if held:
        application.on_message = lambda _: application.frames.hold()
    half = masked(b"not the end")
    await peer.write(masked(b"a") + masked(b"b") + half[:4])
    await until(lambda: bool(application.taken))
    await asyncio.sleep(0.02)
    await application.send({"type": "websocket.close", "code": 4403, "reason": "no"})
    assert await peer.closed_with() == 4403
    taken = list(application.taken)
    await peer.write(half[4:] + masked(struct.pack("!H", 4403), CLOSE))
    async with asyncio.timeout(5):
        assert await peer.reader.read() == b""
    assert application.taken == taken


async def test_a_peer_that_closes_gets_its_answer(opened: tuple[Application, Peer]) -> None:
    application, peer = opened
    await peer.write(masked(b"last words") + masked(struct.pack("!H", 1000), CLOSE))
    assert await peer.closed_with() == 1000
    await asyncio.wait_for(application.ended.wait(), 5)
    assert application.taken == [b"last words"]
    assert application.by_receive[-1]["code"] == 1000


async def test_an_error_in_the_application_ends_the_socket(
    opened: tuple[Application, Peer], caplog: pytest.LogCaptureFixture
) -> None:
    application, peer = opened

    def fail(_: bytes) -> None:
        raise RuntimeError("a bug")

    application.on_message = fail
    await peer.write(masked(b"a") + masked(b"b"))
    assert await peer.closed_with() == 1011
    await asyncio.wait_for(application.ended.wait(), 5)
    assert application.taken == [b"a"]
    assert "a bug" in caplog.text
