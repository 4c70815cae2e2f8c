"""The wire: messages between browser and server, read and written by ourselves.

Standard y-protocols messages (sync 0, awareness 1, auth 2, query awareness 3; see
https://github.com/yjs/y-protocols/blob/master/PROTOCOL.md) and our own from 100 up (DESIGN §4.2).
One message per frame. Every number is bounded before anything is allocated for it; pycrdt's own
decoder is quadratic on hostile input and is never shown what a client sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.kit.lib0 import block, text, uint

SYNC: Final = 0
AWARENESS: Final = 1
AUTH: Final = 2
QUERY_AWARENESS: Final = 3
ACK: Final = 100
NACK: Final = 101
HELLO: Final = 102
BEAT: Final = 103

STEP_1: Final = 0
STEP_2: Final = 1
UPDATE: Final = 2

MAX_CLOCK: Final = (1 << 31) - 1
MAX_CLIENT: Final = (1 << 53) - 1
MAX_VECTOR: Final = 20_000
"""Client ids in a state vector; a document does not let people make so many."""

StateVector = dict[int, int]


class Malformed(Exception):
    """Bytes that are no message. The text says why, for the log."""


@dataclass(slots=True)
class Message:
    """One message: `kind` is the type, `sub` the sync subtype or -1, `body` the payload."""

    kind: int
    sub: int
    body: bytes
    number: int = 0
    """Of a BEAT: the durable seq."""


def read_uint(data: bytes, at: int, most: int = MAX_CLOCK) -> tuple[int, int]:
    """A variable-length number and where it ends.

    Raises:
        Malformed: it is cut, longer than 8 bytes or above `most`.
    """
    value = shift = 0
    for at in range(at, min(at + 8, len(data))):  # noqa: B020 - `at` is the position
        byte = data[at]
        value |= (byte & 127) << shift
        if byte < 128:
            if value > most:
                raise Malformed("number out of range")
            return value, at + 1
        shift += 7
    raise Malformed("number cut or too long")


def read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    """A length and that many bytes; `Malformed` when there are fewer."""
    length, at = read_uint(data, at)
    end = at + length
    if end > len(data):
        raise Malformed("length beyond the frame")
    return data[at:end], end


def read(frame: bytes) -> Message:
    """The one message in a frame.

    Raises:
        Malformed: it is empty, of unknown type, cut, or has bytes after its end.
    """
    if not frame:
        raise Malformed("empty frame")
    kind = frame[0]
    if kind == SYNC:
        if len(frame) < 2 or frame[1] > UPDATE:
            raise Malformed("unknown sync message")
        body, end = read_bytes(frame, 2)
        message = Message(SYNC, frame[1], body)
    elif kind == AWARENESS:
        body, end = read_bytes(frame, 1)
        message = Message(AWARENESS, -1, body)
    elif kind == QUERY_AWARENESS:
        message, end = Message(QUERY_AWARENESS, -1, b""), 1
    elif kind == BEAT:
        seq, at = read_uint(frame, 1, MAX_CLIENT)
        body, end = read_bytes(frame, at)
        message = Message(BEAT, -1, body, seq)
    else:
        raise Malformed(f"unknown message type {kind}")
    if end != len(frame):
        raise Malformed("bytes after the message")
    return message


def read_update(frame: bytes) -> bytes:
    """The update in a frame whose first two bytes say that it holds one; else `Malformed`."""
    # Whoever types sends less than 128 bytes.
    if 2 < len(frame) < 131 and frame[2] == len(frame) - 3:
        return frame[3:]
    body, end = read_bytes(frame, 2)
    if end != len(frame):
        raise Malformed("bytes after the message")
    return body


def read_vector(data: bytes) -> StateVector:
    """A state vector: the next clock for each client id.

    Raises:
        Malformed: it is cut, too long or names a client twice.
    """
    count, at = read_uint(data, 0)
    # A client and its clock take two bytes at least: a claimed count allocates nothing.
    if count > MAX_VECTOR or count * 2 > len(data) - at:
        raise Malformed("state vector claims too many clients")
    vector: StateVector = {}
    for _ in range(count):
        client, at = read_uint(data, at, MAX_CLIENT)
        vector[client], at = read_uint(data, at)
    if at != len(data) or len(vector) != count:
        raise Malformed("state vector is not well formed")
    return vector


def vector(clocks: Mapping[int, int]) -> bytes:
    """The bytes of a state vector; clients without a struct are left out."""
    known = [(client, clock) for client, clock in clocks.items() if clock]
    return uint(len(known)) + b"".join(uint(client) + uint(clock) for client, clock in known)


def step_1(clocks: Mapping[int, int]) -> bytes:
    """“This is what I have; what else is there?”."""
    return b"\x00\x00" + block(vector(clocks))


def step_2(update: bytes) -> bytes:
    """The answer to a step 1."""
    return b"\x00\x01" + block(update)


def update(data: bytes) -> bytes:
    """An update."""
    return b"\x00\x02" + block(data)


def permission_denied(reason: str) -> bytes:
    """What standard clients are told when they may not write."""
    return b"\x02\x00" + text(reason)


def awareness(entries: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Presence states as (client id, clock, JSON bytes)."""
    entries = list(entries)
    body = uint(len(entries)) + b"".join(
        uint(client) + uint(clock) + block(state) for client, clock, state in entries
    )
    return b"\x01" + block(body)


def ack(upto: int, seq: int) -> bytes:
    """Frames 1…`upto` of this connection are settled; the log is durable up to `seq`."""
    return bytes((ACK,)) + uint(upto) + uint(seq)


def nack(number: int, code: str, retry_ms: int = 0) -> bytes:
    """Frame `number` was refused; try again after `retry_ms` (0: not by itself)."""
    return bytes((NACK,)) + uint(number) + text(code) + uint(retry_ms)


def hello(epoch: str, seq: int, role: str, schema: int) -> bytes:
    """The first frame to a client that asked for durable messages."""
    return bytes((HELLO,)) + text(epoch) + uint(seq) + text(role) + uint(schema)


def beat(seq: int, clocks: Mapping[int, int]) -> bytes:
    """“This is where the log stands”, every 15 s."""
    return bytes((BEAT,)) + uint(seq) + block(vector(clocks))
