"""A 200 MB upload gets a sentence, the server's memory stays flat, and the others notice nothing."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import psutil
import pytest

from tests.people_at_work import Browser, People, refused
from tests.servers import Server

SIZE = 200_000_000
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
KIND = {"Content-Type": "multipart/form-data; boundary=b"}


def body() -> Iterator[bytes]:
    yield HEAD
    chunk = b"x" * 1_000_000
    for _ in range(SIZE // len(chunk)):
        yield chunk
    yield b"\r\n--b--\r\n"


def memory(server: Server) -> int:
    """What the server holds, in bytes, with everything it started."""
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)])


@pytest.mark.parametrize("length", ["declared", "not declared"])
@pytest.mark.parametrize("path", ["assets", "imports"])
async def test_a_huge_upload_is_refused_and_leaves_nothing_behind(
    visitors: People, shared_server: Server, path: str, length: str
) -> None:
    fay = await visitors.start_guide()
    before = memory(shared_server)
    answer = send(fay, path, declared=length == "declared")
    problem = refused(answer, 413)
    assert problem["code"] == "too_large"
    assert f"{20 if path == 'assets' else 100} MB" in problem["detail"]
    assert memory(shared_server) - before < 30_000_000
    await fay.yes("GET", "chapters")


def send(fay: Browser, path: str, *, declared: bool) -> httpx.Response:
    """From a thread of its own this would not be; a blocking client is what tests can read back."""
    headers = dict(KIND)
    if declared:
        headers["Content-Length"] = str(len(HEAD) + SIZE + len(b"\r\n--b--\r\n"))
    with httpx.Client(base_url=fay.base_url, cookies=dict(fay.cookies), timeout=60) as client:
        return client.post(fay.at(path), content=body(), headers=headers)
