"""One trip: statements that go to PostgreSQL together, as one transaction, and come back together.

For what happens once per keystroke. It talks to the driver's library itself, on the event loop: a
thread that waits for the server cost more than all that the statements say.
"""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from sqlalchemy import make_url

from app.kit.postgres import OPTIONS

Parameter = bytes | None
"""As PostgreSQL reads it in text; see `array`."""
Rows = list[tuple[bytes | None, ...]]
Statement = tuple[str, Sequence[Parameter]]

_PATIENCE: Final = 0.2
"""Seconds without an answer after which one is looked for."""
_FAILED: Final = frozenset({ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE})


class OneTrip:
    """One connection, opened when it is needed. `url` is SQLAlchemy's."""

    def __init__(self, url: str) -> None:
        address = make_url(url).set(drivername="postgresql")
        self._address = address.render_as_string(hide_password=False)
        self._open: list[psycopg.Connection[Any]] = []
        """The connection, while there is one."""
        # Also when nobody came to close it.
        weakref.finalize(self, _close, self._open)
        self._names: dict[str, bytes] = {}
        """Statements that the server knows."""
        self._turn = asyncio.Lock()
        self._answer: asyncio.Future[list[Rows]] | None = None
        self._found: list[Rows] = []
        self._failed: BaseException | None = None
        self._is_writing = False
        self._look: asyncio.TimerHandle
        self._watched = -1
        """The descriptor under which the loop knows the socket."""

    async def run(self, *statements: Statement) -> list[Rows]:
        """The rows of each statement that gives some, once all of it is committed and on the disk.

        Raises:
            psycopg.Error: nothing of it was done.
            RuntimeError: the connection broke meanwhile; whether it was done nobody knows.
        """
        async with self._turn:
            if self._open:
                # Its end may not have been heard of.
                self._read()
            if not self._open:
                await self._connect()
            loop = asyncio.get_running_loop()
            answer = self._answer = loop.create_future()
            self._found, self._failed = [], None
            self._look = loop.call_later(_PATIENCE, self._look_again)
            try:
                self._send(statements)
                return await answer
            finally:
                if not answer.done() or answer.cancelled() or answer.exception() is not None:
                    # What is still on its way must not be taken for the next answer.
                    self._drop()
                self._answer = None
                self._look.cancel()

    def close(self) -> None:
        """Close the connection."""
        self._drop()

    async def _connect(self) -> None:
        connection = await asyncio.to_thread(
            psycopg.connect, self._address, options=OPTIONS, autocommit=True
        )
        self._open.append(connection)
        self._names.clear()
        raw = connection.pgconn
        raw.nonblocking = 1
        raw.enter_pipeline_mode()
        # For as long as it is open: so its end is heard of before it is needed.
        # The library closes its socket by itself when it breaks; what is watched is ours.
        self._watched = os.dup(raw.socket)
        asyncio.get_running_loop().add_reader(self._watched, self._read)

    def _send(self, statements: Sequence[Statement]) -> None:
        raw = self._open[0].pgconn
        for text, parameters in statements:
            name = self._names.get(text)
            if name is None:
                name = self._names[text] = b"s%d" % len(self._names)
                raw.send_prepare(name, text.encode())
            raw.send_query_prepared(name, parameters)
        raw.pipeline_sync()
        self._write_on()

    def _write(self) -> None:
        """Give the socket what it takes; the rest when it takes more."""
        raw = self._open[0].pgconn
        left = bool(raw.flush())
        if left != self._is_writing:
            self._is_writing = left
            loop = asyncio.get_running_loop()
            if left:
                loop.add_writer(self._watched, self._write_on)
            else:
                loop.remove_writer(self._watched)

    def _write_on(self) -> None:
        try:
            self._write()
        except psycopg.OperationalError as error:
            self._lose(error)

    def _read(self) -> None:
        raw = self._open[0].pgconn
        try:
            raw.consume_input()
            nothing = 0
            # One None stands between two statements; a broken connection gives no end of them.
            while self._answer is not None and nothing < 2 and not raw.is_busy():
                result = raw.get_result()
                nothing = 0 if result else nothing + 1
                if result is None:
                    continue
                if result.status == ExecStatus.PIPELINE_SYNC:
                    self._finish()
                elif result.status in _FAILED:
                    self._failed = error_from_result(result)
                elif result.status == ExecStatus.TUPLES_OK:
                    columns = range(result.nfields)
                    self._found.append(
                        [
                            tuple(result.get_value(row, column) for column in columns)
                            for row in range(result.ntuples)
                        ]
                    )
            if raw.status != ConnStatus.OK:
                raise psycopg.OperationalError("the connection is lost")
        except psycopg.OperationalError as error:
            self._lose(error)

    def _look_again(self) -> None:
        """Look for an answer without being told: of a socket that broke, uvloop tells nothing."""
        self._look = asyncio.get_running_loop().call_later(_PATIENCE, self._look_again)
        if self._open:
            self._read()

    def _finish(self) -> None:
        answer, self._answer = self._answer, None
        if answer is None or answer.done():
            return
        if self._failed is not None:
            answer.set_exception(self._failed)
        else:
            answer.set_result(self._found)

    def _lose(self, error: BaseException) -> None:
        self._drop()
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            # It must not be tried again by itself.
            answer.set_exception(RuntimeError(f"the commit did not return: {error}"[:200]))

    def _drop(self) -> None:
        if self._watched >= 0:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._watched)
            loop.remove_writer(self._watched)
            os.close(self._watched)
            self._watched = -1
        self._is_writing = False
        _close(self._open)


def array(values: Iterable[str | bytes | int | None]) -> bytes:
    """A list as PostgreSQL reads an array in text."""
    return ("{" + ",".join(map(_element, values)) + "}").encode()


def _element(value: str | bytes | int | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _close(connections: list[psycopg.Connection[Any]]) -> None:
    while connections:
        connections.pop().close()


def text(value: bytes | None) -> str:
    """A value that came back."""
    return cast(bytes, value).decode()
