"""The short way of sockets: every frame arrives once and in its order, however it is cut, and what
is wrong is answered as the library does."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.kit import serving
from app.kit.config import Settings
from app.kit.frames import KEY, Frames, encoded
from tests.sync.stage import listening

BINARY, TEXT, MORE, CLOSE, PING, PONG = 2, 1, 0, 8, 9, 10


class Application:
    """Notes what it is handed; `by_receive` is what came the usual way."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.by_receive: list[dict[str, Any]] = []
        self.on_message: Callable[[bytes], None] = lambda _: None
        self.frames: Frames
        self.send: Callable[[dict[str, Any]], Any]
        self.ended = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        self.frames, self.send = scope["extensions"][KEY], send
        await send({"type": "websocket.accept"})
        assert self.frames.take(self.take)
        while (message := await receive())["type"] != "websocket.disconnect":
            self.by_receive.append(message)
        self.by_receive.append(message)
        self.ended.set()

    def take(self, message: bytes) -> None:
        self.taken.append(message)
        self.on_message(message)


class Peer:
    """A client that writes bytes as it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def frame(self) -> tuple[int, bytes]:
        """The next frame: opcode and payload."""
        async with asyncio.timeout(5):
            first, length = await self.reader.readexactly(2)
            if length == 126:
                length = int.from_bytes(await self.reader.readexactly(2), "big")
            elif length == 127:
                length = int.from_bytes(await self.reader.readexactly(8), "big")
            return first & 15, await self.reader.readexactly(length)

    async def closed_with(self) -> int:
        """The code with which the server closes, after whatever else it says."""
        while True:
            opcode, payload = await self.frame()
            if opcode == CLOSE:
                return int.from_bytes(payload[:2], "big")


def masked(payload: bytes, opcode: int = BINARY, *, last: bool = True, claim: int = -1) -> bytes:
    """A frame as browsers send it; `claim` is another length than the true one."""
    size = claim if claim >= 0 else len(payload)
    first = opcode | (0x80 if last else 0)
    if size < 126:
        head = bytes((first, 0x80 | size))
    elif size < 1 << 16:
        head = struct.pack("!BBH", first, 0xFE, size)
    else:
        head = struct.pack("!BBQ", first, 0xFF, size)
    mask = os.urandom(4)
    return head + mask + bytes(b ^ mask[i & 3] for i, b in enumerate(payload))


@asynccontextmanager
async def open_socket(settings: Settings) -> AsyncGenerator[tuple[Application, Peer]]:
    application = Application()
    async with listening(application, settings):
        reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0]
        try:
            yield application, Peer(reader, writer)
        finally:
            writer.close()


@pytest.fixture
async def opened(settings: Settings) -> AsyncGenerator[tuple[Application, Peer]]:
    async with open_socket(settings) as both:
        yield both


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


SIZES = [0, 1, 125, 126, 127, 65535, 65536, 100_000]


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


async def test_a_message_of_a_mebibyte_is_taken(opened: tuple[Application, Peer]) -> None:
    application, peer = opened
    message = os.urandom(serving.MAX_FRAME)
    await peer.write(masked(message))
    await until(lambda: bool(application.taken))
    assert application.taken == [message]


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
        writer.write(
            b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
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
