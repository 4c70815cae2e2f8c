"""A recorded trace of two people who typed at once, replayed by two clients through the server."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from app.sync.stored import SEED
from tests.interop.peers import FRONTEND, node
from tests.people_at_work import People
from tests.servers import Server
from tests.sync.stage import cookie

SCRIPT = Path(__file__).with_name("writers.mjs")


@dataclass
class Replayed:
    """What there was at the end; `read` is what a newcomer was shown."""

    expected: str
    texts: list[str]
    read: str
    read_after_a_kill: str


def edits_of(trace: Path) -> int:
    """How many edits a trace has."""
    return len(json.loads(gzip.decompress(trace.read_bytes()))["txns"])


def end_of(trace: Path) -> str:
    """The text that was recorded at its end."""
    end: str = json.loads(gzip.decompress(trace.read_bytes()))["endContent"]
    return end


async def replay(
    server: Server,
    trace: Path,
    folder: Path,
    *,
    edits: int,
    kill_at: int | None = None,
    within: float = 60,
) -> Replayed:
    """Replay the first `edits` of a trace; with `kill_at` the server gets SIGKILL after so many."""
    async with People(server.base) as people:
        fay = await people.start_guide()
        document = (await fay.chapter("One"))["document_id"]
        cookies = [cookie(await people.join("writer", f"Writer {n}")) for n in range(3)]
    unpacked = folder / "trace.json"
    unpacked.write_bytes(gzip.decompress(trace.read_bytes()))
    process = await asyncio.create_subprocess_exec(
        "node",
        str(SCRIPT),
        str(FRONTEND),
        f"{server.socket_base}/api/sync",
        document,
        str(unpacked),
        str(edits),
        base64.b64encode(SEED).decode(),
        *cookies[:2],
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 24,
    )
    assert process.stdout is not None
    expected, texts = "", None
    try:
        async with asyncio.timeout(within):
            while texts is None:
                line = await process.stdout.readline()
                assert line, "the writers ended early"
                told = json.loads(line)
                expected = told.get("expected", expected)
                texts = told.get("texts")
                if kill_at is not None and told.get("sent", 0) >= kill_at:
                    kill_at = None
                    await asyncio.to_thread(server.restart)
        assert kill_at is None, "the server was never killed"
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    read = await newcomer(server, document, cookies[2], expected)
    await asyncio.to_thread(server.restart)
    again = await newcomer(server, document, cookies[2], expected)
    return Replayed(expected, texts, read, again)


async def newcomer(server: Server, document: str, cookie: str, expected: str) -> str:
    """What somebody sees who opens the chapter; waits a little for the last commit."""
    async with node(server.socket_base, document, cookie) as reader:
        state = await reader.until(lambda state: state["synced"])
        for _ in range(50):
            if state["lines"] == [expected]:
                break
            await asyncio.sleep(0.1)
            state = await reader.state()
        assert len(state["lines"]) == 1
        read: str = state["lines"][0]
        return read
