"""Serving: the listening socket, uvicorn's settings, and the address people open.

uvicorn's own ping does not free a reader whose network stalled while data waits for it; the
kernel's TCP_USER_TIMEOUT on the listening socket does.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import hashlib
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from app.kit.config import Settings
from app.kit.errors import Conflict, Unavailable
from app.kit.sockets import Socket

STALLED_AFTER_MS = 15_000
MAX_FRAME = 1 << 20
LONGEST_SOCKET_NAME = 100


def bind(settings: Settings) -> socket.socket:
    """The listening socket for `host` and `port`.

    Raises:
        Conflict: something else listens there. Unavailable: there is no such address here.
    """
    host = "0.0.0.0" if settings.lan else settings.host  # noqa: S104 - that is what LAN means
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with contextlib.suppress(AttributeError, OSError):  # Linux only
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_AFTER_MS)
    try:
        listening.bind((host, settings.port))
    except OSError as error:
        listening.close()
        if error.errno != errno.EADDRINUSE:
            raise Unavailable(
                f"The server cannot listen on {host}, port {settings.port}: "
                f"{error.strerror or error}. Look at CHAPTERHOUSE_HOST and CHAPTERHOUSE_PORT.",
                code="address",
            ) from error
        raise Conflict(
            f"Something else listens on port {settings.port} already. Stop it, or choose another "
            "port: CHAPTERHOUSE_PORT=8001.",
            code="port_in_use",
        ) from error
    return listening


def lan_address() -> str | None:
    """This machine's address in the local network, or None without one.

    Connecting a datagram socket sends nothing; it only asks the kernel which way it would go.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
            address: str = probe.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith(("127.", "0.")) else address


def config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """uvicorn for the public address or the operator's socket."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        ws=Socket,
        ws_max_size=MAX_FRAME,
        ws_per_message_deflate=False,
        ws_ping_interval=15,
        ws_ping_timeout=15,
        timeout_graceful_shutdown=10,
        lifespan="off",
        server_header=False,
        # The access log would hold addresses of people; what went wrong is logged by the app.
        access_log=False,
        log_level=settings.log_level if settings.log_level != "info" else "warning",
    )


class Server(uvicorn.Server):
    """A uvicorn server that says when it is up and leaves signals to whoever runs several."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        """End once those who are being served have been."""
        self.should_exit = True
        self._leaving.set()

    async def main_loop(self) -> None:
        """Once a second what uvicorn does ten times: a server that nobody uses should sleep."""
        # At every tenth count it looks at the clock.
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._leaving.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening."""
        await super().startup(sockets)
        if self.started:
            self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Do nothing: `serve` below handles them once for all servers."""
        yield

    async def begin(self, listening: socket.socket) -> asyncio.Task[None]:
        """Serve on `listening` in the background; returns once it answers.

        Raises:
            AppError: the application could not start.
        """
        task = asyncio.create_task(self.serve(sockets=[listening]))
        up = asyncio.create_task(self.up.wait())
        await asyncio.wait({task, up}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if task.done():
            task.result()
            raise Unavailable("The server could not start; the reason is printed above.")
        return task


async def serve(
    app: Starlette,
    operator: ASGIApp,
    settings: Settings,
    listening: socket.socket,
    ready: Callable[[], Awaitable[None]],
) -> None:
    """Serve the public address and the operator's socket until asked to stop.

    Args:
        ready: called once both answer.
    Raises:
        AppError: the application could not start. Its lifespan is ours, not uvicorn's, which
            would print a traceback and end the process.
    """
    public, inner = Server(config(app, settings)), Server(config(operator, settings))
    path = socket_path(settings)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        public.leave()
        inner.leave()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    async with app.router.lifespan_context(app):
        unix = unix_socket(path)
        try:
            inner_task = await inner.begin(unix)
            public_task = await public.begin(listening)
            await ready()
            _spare_the_collector()
            await public_task
            inner.leave()
            await inner_task
        finally:
            path.unlink(missing_ok=True)


def socket_path(settings: Settings) -> Path:
    """Where the operator's socket is: servers that share the data folder have one each."""
    if settings.redis_url is None:
        return settings.data_dir / "server.sock"
    host = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:6]
    return settings.data_dir / f"server-{host}-{os.getpid()}.sock"


def sockets(settings: Settings) -> list[Path]:
    """The operator's sockets in the data folder; not each needs to have a server behind it."""
    return sorted(settings.data_dir.glob("server*.sock"))


def _spare_the_collector() -> None:
    """What is there now stays: looking through it for garbage, again and again while people type,
    costs a twentieth of the processor time and finds nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def unix_socket(path: Path) -> socket.socket:
    """A socket in the data folder that only its owner may open.

    Raises:
        Unavailable: the folder's path is longer than the system lets the name of a socket be.
    """
    if len(os.fsencode(path)) > LONGEST_SOCKET_NAME:
        raise Unavailable(
            f"The path of the data folder is too long for a socket in it: {path.parent}. "
            "Choose a shorter one with CHAPTERHOUSE_DATA_DIR.",
            code="data_folder",
        )
    path.unlink(missing_ok=True)
    unix = socket.socket(socket.AF_UNIX)
    previous = os.umask(0o177)
    try:
        unix.bind(str(path))
    finally:
        os.umask(previous)
    return unix
