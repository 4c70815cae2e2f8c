"""The line to one browser: frames on their way out, bounded in bytes, never holding up a room.

While the socket takes frames they go out at once, without a task and by its short way where there
is one. When it does not, they queue; over the cap presence is dropped first, then updates, and
the browser gets what it missed from the log as soon as it reads again. Who does not read for 15 s
is cut.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, Final

from app.kit.frames import Frames, encoded
from app.sync.parcel import Parcel

CAP: Final = 1 << 20
STUCK: Final = 15.0

PLAIN: Final = 0
UPDATE: Final = 1
AWARENESS: Final = 2

Send = Callable[[dict[str, Any]], Awaitable[None]]


class _Rest:
    """What is left of a coroutine that was run up to its first wait."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], first: Any) -> None:
        self._coroutine = coroutine
        self._first = first

    def __await__(self) -> Generator[Any, Any, None]:
        value = self._first
        while True:
            try:
                answer = yield value
            except BaseException as error:  # noqa: BLE001 - handed on to the coroutine
                step = self._coroutine.throw
                argument: Any = error
            else:
                step = self._coroutine.send
                argument = answer
            try:
                value = step(argument)
            except StopIteration:
                return


class Line:
    """Frames to one socket, in order."""

    # Few and close together: with hundreds in a room it is fetching them from memory that counts.
    __slots__ = (
        "_behind",
        "_frames",
        "_on_behind",
        "_queue",
        "_send",
        "_size",
        "_stuck_since",
        "_task",
        "closed",
        "last_sent",
        "number",
        "seq",
    )

    def __init__(
        self, send: Send, on_behind: Callable[[int], None], frames: Frames | None = None
    ) -> None:
        self._send = send
        self._frames = frames
        self._on_behind = on_behind
        # Mostly empty, and then a deque would be ten times as large.
        self._queue: list[tuple[dict[str, Any], int, int, int]] = []
        self._size = 0
        self._task: asyncio.Task[None] | None = None
        self._stuck_since: float | None = None
        self._behind = False
        self.number = -1
        """What updates may be written to at once (`frames.Door`): it is shut, -1, while anything is
        before them here or in the socket, and opened by `show`."""
        self.seq = 0
        """The last row of the log that went out."""
        self.last_sent = time.monotonic()
        self.closed = False
        if frames is not None:
            frames.lend(self)

    def show(self, parcel: Parcel, before: bytes | None = None) -> None:
        """Send updates, and a frame before them, in one go where the socket takes it."""
        frames = self._frames
        if (
            frames is not None
            and self._task is None
            and not (self._queue or self._behind or self.closed)
            and frames.write(encoded(before) + parcel.ready if before else parcel.ready)
        ):
            self.last_sent = parcel.at
            if parcel.seq > self.seq:
                self.seq = parcel.seq
            self.number = frames.direct
            return
        if before:
            self.push(before)
        for frame in parcel.frames:
            self.push(frame, UPDATE, parcel.seq)

    def show_rest(self, parcel: Parcel, taken: int) -> None:
        """Send what is left of updates of which the socket took so many bytes directly."""
        self.number = -1
        if not taken:
            self.show(parcel)
        elif self._frames is not None and self._frames.write(memoryview(parcel.ready)[taken:]):
            self._sent(parcel.seq)
        else:
            # A frame that was cut off cannot be followed by anything.
            self.drop()

    def push(
        self, frame: bytes, kind: int = PLAIN, seq: int = 0, ready: bytes | None = None
    ) -> None:
        """Send a frame; `seq` is the row of the log that an update leads up to, `ready` the frame
        as `frames.encoded` makes it, for who sends the same to many."""
        if self.closed or (self._behind and kind == UPDATE):
            return
        if self._task is None and not self._queue:
            if self._frames is not None and self._frames.write(ready or encoded(frame)):
                self._sent(seq)
            else:
                self._send_now({"type": "websocket.send", "bytes": frame}, seq)
            return
        message = {"type": "websocket.send", "bytes": frame}
        self.number = -1
        self._queue.append((message, kind, seq, len(frame)))
        self._size += len(frame)
        if self._size > CAP:
            self._shed()

    def close(self, code: int, reason: str = "") -> None:
        """Close the socket once what waits has gone out; nothing is sent after it."""
        if self.closed:
            return
        message = {"type": "websocket.close", "code": code, "reason": reason[:100]}
        if self._task is None:
            self._queue.clear()
            self._send_now(message, 0)
        else:
            self._queue.append((message, PLAIN, 0, 0))
        self.closed = True
        self.number = -1

    def fall_back(self, seq: int) -> None:
        """What comes after row `seq` is to be read from the log, whatever waits here."""
        self._queue = [entry for entry in self._queue if entry[1] != UPDATE]
        self._size = sum(entry[3] for entry in self._queue)
        self._behind = True
        self.number = -1
        self.seq = seq

    @property
    def is_behind(self) -> bool:
        """Whether updates were left out that have to be read from the log."""
        return self._behind

    def caught_up(self) -> None:
        """What was missed has been pushed: updates may go out again."""
        self._behind = False

    async def idle(self) -> None:
        """Wait until everything has gone out."""
        while self._task is not None and not self.closed:
            await asyncio.wait([self._task])

    def is_stuck(self) -> bool:
        """Whether the socket has not taken a frame for too long."""
        return self._stuck_since is not None and time.monotonic() - self._stuck_since > STUCK

    def drop(self) -> None:
        """Forget everything: the socket is gone."""
        self.closed = True
        self.number = -1
        self._queue.clear()
        self._size = 0
        if self._task is not None:
            self._task.cancel()

    def _sent(self, seq: int) -> None:
        self.last_sent = time.monotonic()
        if seq > self.seq:
            self.seq = seq

    def _send_now(self, message: dict[str, Any], seq: int) -> None:
        # Running `send` up to its first wait costs half of what a task would; mostly it is done
        # by then, because the transport takes the bytes.
        self.number = -1
        coroutine: Any = self._send(message)
        try:
            first = coroutine.send(None)
        except StopIteration:
            self._sent(seq)
        except Exception:  # noqa: BLE001 - whatever it is, the socket is gone
            self.drop()
        else:
            self._stuck_since = time.monotonic()
            self._task = asyncio.get_running_loop().create_task(
                self._drain(_Rest(coroutine, first), seq)
            )

    async def _drain(self, rest: _Rest, seq: int) -> None:
        try:
            await rest
            while True:
                self._sent(seq)
                self._stuck_since = None
                if not self._queue:
                    break
                message, _, seq, size = self._queue.pop(0)
                self._size -= size
                self._stuck_since = self.last_sent
                await self._send(message)
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the socket is gone
            self._queue.clear()
            self.closed = True
        finally:
            self._task = None
            self._stuck_since = None
        if self._behind and not self.closed:
            self._on_behind(self.seq)

    def _shed(self) -> None:
        kept = [entry for entry in self._queue if entry[1] != AWARENESS]
        if sum(entry[3] for entry in kept) > CAP:
            kept = [entry for entry in kept if entry[1] != UPDATE]
            self._behind = True
        self._queue = kept
        self._size = sum(entry[3] for entry in kept)
