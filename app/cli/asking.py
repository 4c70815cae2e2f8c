"""Asking the operator's routes: of the running server, or of an application started for it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.shared import effective, fail
from app.kit import config, serving

if TYPE_CHECKING:
    # Loaded where it is used: the server has no need of it, and it takes megabytes.
    import httpx

BASE = "http://operator"
AN_HOUR = 3600


def ask(method: str, path: str, body: Any = None) -> Any:
    """Ask the operator's routes: of the running server, or of the application in this process.

    Raises:
        SystemExit: with the sentence of the answer, when it is not a yes.
    """

    async def once() -> httpx.Response:
        async with operator() as client:
            return await client.request(method, path, json=body)

    return answer(asyncio.run(once()))


def answer(response: httpx.Response) -> Any:
    """The body of a yes; anything else ends the command with its sentence."""
    if response.is_success:
        return response.json()
    try:
        fail(response.json()["detail"])
    except (ValueError, KeyError):
        fail(f"The server answered {response.status_code}.")


@contextlib.asynccontextmanager
async def operator() -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the operator's routes."""
    import httpx

    settings = effective(config.load())
    for path in serving.sockets(settings):
        if await answers(path):
            transport = httpx.AsyncHTTPTransport(uds=str(path))
            async with httpx.AsyncClient(
                transport=transport, base_url=BASE, timeout=AN_HOUR
            ) as client:
                yield client
            return
    from app.main import create_app
    from app.operator import create_operator_app

    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(create_operator_app(app))
        async with httpx.AsyncClient(transport=transport, base_url=BASE, timeout=AN_HOUR) as client:
            yield client


async def answers(path: Path) -> bool:
    """Whether a server listens on the socket."""
    import httpx

    transport = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(transport=transport, base_url=BASE, timeout=5) as client:
        try:
            return (await client.get("/ping")).is_success
        except httpx.TransportError:
            return False


def job(path: str, wish: Any, *, quiet: bool) -> tuple[Any, Any]:
    """Begin a job, follow it to its end, and return its report (and its folder, for exports)."""

    async def follow() -> tuple[Any, Any]:
        async with operator() as client:
            begun = answer(await client.post(path, json=wish))
            said = ""
            while True:
                report = answer(await client.get(f"{path}/{begun['id']}"))
                line = f"{report['percent']:3} %  {report['step']}"
                if not quiet and line != said and sys.stderr.isatty():
                    print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
                    said = line
                if report["status"] not in {"waiting", "running"}:
                    break
                await asyncio.sleep(0.2)
            if said:
                print("\r\033[K", end="", file=sys.stderr, flush=True)
            folder = await client.get(f"{path}/{begun['id']}/folder")
            return report, folder.json() if folder.is_success else None

    return asyncio.run(follow())
