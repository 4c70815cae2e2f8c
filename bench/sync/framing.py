"""Framing: how a server wants its frames, so that the same clients can talk to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.sync import protocol

HOCUSPOCUS_ACK: Final = 8
"""Hocuspocus' SyncStatus: one for each update that it took into memory."""


@dataclass(frozen=True, slots=True)
class Framing:
    """`prefix` stands before every message, `opening` is sent first; `ack` is the message that
    settles updates, `counts` whether it says up to which one."""

    prefix: bytes = b""
    opening: Sequence[bytes] = ()
    ack: int | None = None
    counts: bool = False


STANDARD: Final = Framing()
"""y-websocket: nothing is ever acknowledged."""
DURABLE: Final = Framing(ack=protocol.ACK, counts=True)
"""Ours, as our own page asks for it."""


def hocuspocus(name: str) -> Framing:
    """Every message begins with the document's name, and the first one is a token."""
    prefix = protocol.text(name)
    return Framing(prefix, (prefix + b"\x02\x00" + protocol.text("token"),), HOCUSPOCUS_ACK)


@dataclass(frozen=True, slots=True)
class Place:
    """A room as clients find it: at one address or spread over several; `cookies` are of people who
    may write there."""

    addresses: Sequence[str]
    framing: Framing
    cookies: Sequence[str] = ("",)

    def address(self, number: int = 0) -> str:
        """Where the client of this number connects."""
        return self.addresses[number % len(self.addresses)]

    def cookie(self, number: int) -> str:
        """The cookie of the client of this number."""
        return self.cookies[number % len(self.cookies)]
