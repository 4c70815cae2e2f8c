"""Frames: the short way of whole binary messages, as an application sees it (`kit.sockets`).

It is found under `KEY` in the scope's extensions, where the server offers it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

KEY: Final = "chapterhouse.frames"

BINARY: Final = 0x82
"""The first byte of a binary message in one frame, without extensions."""


class Door(Protocol):
    """Where somebody keeps the number to write to, to need nothing else on the way."""

    number: int
    """What frames may be written to with `os.write` at this moment; -1 while there is something
    before them."""


class Frames(Protocol):
    """The short way of one connection."""

    direct: int
    """The number for a `Door`; -1 when frames have to go by `write`."""

    def take(self, taker: Callable[[bytes], None]) -> bool:
        """Hand every binary message to `taker` from now on; the others still come by `receive`.

        False when that cannot be done: then all messages come by `receive`.
        """
        ...

    def hold(self) -> None:
        """Hand over no more messages, and stop reading."""
        ...

    def go_on(self) -> None:
        """Hand over messages again, soon."""
        ...

    def lend(self, door: Door) -> None:
        """Shut the door as soon as anything else is sent. It is opened by whoever owns it."""
        ...

    def write(self, frames: bytes | memoryview) -> bool:
        """Send what `encoded` made; False when it has to go by `send`: the connection is not open
        or takes nothing at the moment."""
        ...

    def collect(self) -> bool:
        """Let what comes in lie until `poll`, or until it is a lot; False when that cannot be."""
        ...

    def poll(self) -> bool:
        """Hand over what has come in; whether there was anything."""
        ...

    def release(self) -> None:
        """Hand over what comes in when it comes, as before `collect`."""
        ...


def encoded(payload: bytes) -> bytes:
    """A binary message as one frame from a server (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((BINARY, size)) + payload
    if size < 1 << 16:
        return b"\x82\x7e" + size.to_bytes(2, "big") + payload
    return b"\x82\x7f" + size.to_bytes(8, "big") + payload
