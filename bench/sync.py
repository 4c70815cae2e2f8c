"""From a keystroke to the other browsers, and what it costs: `python -m bench.sync`.

A sprint's load: four chapters, in each five people who type twenty times a second and twenty who
read. Measured are the time from sending an update to each receiver's having it, and the server's
CPU (with its engine) per update and receiver. Beside it y-websocket's own server, which stores
nothing, when npm can install it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from app.kit.config import Settings
from app.sync import protocol
from bench.wire import Wire
from tests.conftest import free_port
from tests.people_at_work import token_of
from tests.servers import Server

HERE = Path(__file__).parent
MARK = re.compile(rb"@(\d+)@")
ROOMS, WRITERS, READERS, RATE = 4, 5, 20, 20


@dataclass
class Result:
    """What was measured; times in milliseconds, CPU in microseconds."""

    server: str
    stores: bool
    updates: int
    deliveries: int
    frames: int
    p50_ms: float
    p99_ms: float
    cpu_us_per_delivery: float
    cpu_percent: float
    lost: int
    ack_p50_ms: float | None = None
    ack_p99_ms: float | None = None


@dataclass
class Load:
    """All that the clients send and see."""

    sent: dict[int, float] = field(default_factory=dict[int, float])
    delays: list[float] = field(default_factory=list[float])
    acks: list[float] = field(default_factory=list[float])
    frames: int = 0

    def see(self, frame: memoryview) -> None:
        """Note which keystrokes a frame brought."""
        if frame[0] != 0 or frame[1] != 2:
            return
        now = time.perf_counter()
        self.frames += 1
        for mark in MARK.findall(frame):
            sent = self.sent.get(int(mark))
            if sent is not None:
                self.delays.append(now - sent)


class Typist:
    """A writer: every keystroke is a word that names itself, so that receivers can tell it."""

    def __init__(self, load: Load, number: int) -> None:
        self.load = load
        self.number = number
        self.doc: Doc[Any] = Doc()
        self._text = XmlText()
        self._updates: list[bytes] = []
        self._frames: list[float] = []
        self.wire: Wire

    def see(self, frame: memoryview) -> None:
        """Own frames: what others wrote, and acknowledgements."""
        if frame[0] == protocol.ACK:
            upto, _ = protocol.read_uint(bytes(frame), 1)
            now = time.perf_counter()
            while self._frames and upto >= self._base + 1:
                self.load.acks.append(now - self._frames.pop(0))
                self._base += 1
        else:
            self.load.see(frame)

    async def begin(self, wire: Wire) -> None:
        self.wire = wire
        await wire.connect()
        wire.send(protocol.step_1({}))
        await asyncio.sleep(0.3)
        fragment = self.doc.get("content", type=XmlFragment)
        self.doc.observe(lambda event: self._updates.append(event.update))
        paragraph = XmlElement("paragraph")
        with self.doc.transaction():
            fragment.children.append(paragraph)
            paragraph.children.append(self._text)
        wire.send(protocol.update(self._updates.pop()))
        self._base = 1

    def type(self, number: int) -> None:
        self._text.insert(0, f"@{number}@ ")
        now = time.perf_counter()
        self.load.sent[number] = now
        self._frames.append(now)
        self.wire.send(protocol.update(self._updates.pop()))

    async def type_for(self, seconds: float, numbers: Any) -> None:
        await asyncio.sleep(self.number / (RATE * ROOMS * WRITERS))
        end = time.perf_counter() + seconds
        due = time.perf_counter()
        while due < end:
            self.type(next(numbers))
            due += 1 / RATE
            await asyncio.sleep(max(0, due - time.perf_counter()))


async def measure(
    name: str,
    addresses: list[str],
    cookies: list[str],
    process: psutil.Process,
    *,
    seconds: float,
    stores: bool,
) -> Result:
    """Put the load on a server; `addresses` are the rooms, `cookies` a writer each."""
    load = Load()
    typists: list[Typist] = []
    wires: list[Wire] = []
    for room, address in enumerate(addresses):
        for number in range(WRITERS):
            typist = Typist(load, room * WRITERS + number)
            wire = Wire(address, cookies[number] if cookies else "", typist.see)
            await typist.begin(wire)
            typists.append(typist)
            wires.append(wire)
        for number in range(READERS):
            wire = Wire(address, cookies[number % WRITERS] if cookies else "", load.see)
            await wire.connect()
            wire.send(protocol.step_1({}))
            wires.append(wire)
    await asyncio.sleep(1)
    numbers = iter(range(1, 10**9))
    await asyncio.gather(*(one.type_for(1, numbers) for one in typists))
    await asyncio.sleep(0.5)
    load.delays.clear()
    load.acks.clear()
    load.sent.clear()
    load.frames = 0
    before, started = cpu(process), time.perf_counter()
    await asyncio.gather(*(one.type_for(seconds, numbers) for one in typists))
    await asyncio.sleep(1)
    used, lasted = cpu(process) - before, time.perf_counter() - started
    # The sender gets its own update back too, from either server.
    expected = len(load.sent) * (WRITERS + READERS)
    for wire in wires:
        wire.close()
    cuts = statistics.quantiles(load.delays, n=100)
    acks = statistics.quantiles(load.acks, n=100) if len(load.acks) > 100 else None
    return Result(
        server=name,
        stores=stores,
        updates=len(load.sent),
        deliveries=len(load.delays),
        frames=load.frames,
        p50_ms=round(cuts[49] * 1000, 2),
        p99_ms=round(cuts[98] * 1000, 2),
        cpu_us_per_delivery=round(used / len(load.delays) * 1e6, 1),
        cpu_percent=round(used / lasted * 100, 1),
        lost=expected - len(load.delays),
        ack_p50_ms=round(acks[49] * 1000, 2) if acks else None,
        ack_p99_ms=round(acks[98] * 1000, 2) if acks else None,
    )


def cpu(process: psutil.Process) -> float:
    """Seconds that a process and its children have used."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
    return total


async def ours(seconds: float) -> list[Result]:
    """Chapterhouse, for standard clients and for durable ones."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(  # pyright: ignore[reportCallIssue]
            data_dir=Path(folder), host="127.0.0.1", port=free_port(), create="anyone"
        )
        server = Server(settings, log=Path(folder) / "server.log")
        await asyncio.to_thread(server.start)
        try:
            documents, cookies = await people(server)
            assert server.process is not None
            process = psutil.Process(server.process.pid)
            base = f"{server.socket_base}/api/sync"
            results: list[Result] = []
            for name, query, rooms in (
                ("Chapterhouse", "", documents[:ROOMS]),
                ("Chapterhouse, durable clients", "?durable=1", documents[ROOMS:]),
            ):
                addresses = [f"{base}/{document}{query}" for document in rooms]
                results.append(
                    await measure(name, addresses, cookies, process, seconds=seconds, stores=True)
                )
            return results
        finally:
            await asyncio.to_thread(server.stop)


async def people(server: Server) -> tuple[list[str], list[str]]:
    """A guide with chapters for two runs, and writers who joined it."""
    async with httpx.AsyncClient(base_url=server.base, timeout=30) as fay:
        made = (await fay.post("/api/guides", json={"title": "Load", "name": "Fay"})).json()
        at = f"/api/guides/{made['slug']}"
        documents = [
            (await fay.post(f"{at}/chapters", json={"title": str(n)})).json()["document_id"]
            for n in range(ROOMS * 2)
        ]
        link = (await fay.post(f"{at}/invitations", json={"role": "writer"})).json()["link"]
    cookies: list[str] = []
    for number in range(WRITERS):
        async with httpx.AsyncClient(base_url=server.base, timeout=30) as one:
            wish = {"token": token_of(link), "name": f"Writer {number}"}
            (await one.post("/api/join", json=wish)).raise_for_status()
            cookies.append("; ".join(f"{k}={v}" for k, v in one.cookies.items()))
    return documents, cookies


async def y_websocket(seconds: float) -> list[Result]:
    """y-websocket's server, installed beside this file's copy in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / "package.json", folder)
        install = ["npm", "install", "--no-audit", "--no-fund", "--omit=optional", "--silent"]
        done = subprocess.run(install, cwd=folder, check=False, capture_output=True, timeout=300)
        script = Path(folder) / "node_modules/y-websocket/bin/server.js"
        if done.returncode or not script.is_file():
            print("y-websocket cannot be installed here; measured without it.", file=sys.stderr)
            return []
        port = free_port()
        environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port)}
        server = subprocess.Popen(["node", str(script)], env=environment, stdout=subprocess.DEVNULL)
        try:
            await asyncio.sleep(1.5)
            addresses = [f"ws://127.0.0.1:{port}/room{n}" for n in range(ROOMS)]
            process = psutil.Process(server.pid)
            return [
                await measure(
                    "y-websocket 1.5.4", addresses, [], process, seconds=seconds, stores=False
                )
            ]
        finally:
            server.terminate()
            server.wait(10)


def main() -> None:
    """Measure and print a table."""
    asked = argparse.ArgumentParser(description="Keystroke to other browsers.")
    asked.add_argument("--seconds", type=float, default=8)
    asked.add_argument("--json", type=Path, help="write the figures there too")
    asked.add_argument("--alone", action="store_true", help="without y-websocket")
    wish = asked.parse_args()
    results = asyncio.run(ours(wish.seconds))
    if not wish.alone and shutil.which("npm"):
        results += asyncio.run(y_websocket(wish.seconds))
    print(
        f"{ROOMS} chapters x ({WRITERS} writers at {RATE}/s + {READERS} readers), {wish.seconds:g} s"
    )
    print(
        f"{'server':32}{'p50 ms':>8}{'p99 ms':>8}{'us/delivery':>13}{'CPU %':>7}"
        f"{'ack p50':>9}{'ack p99':>9}{'lost':>6}"
    )
    for one in results:
        print(
            f"{one.server:32}{one.p50_ms:8.2f}{one.p99_ms:8.2f}{one.cpu_us_per_delivery:13.1f}"
            f"{one.cpu_percent:7.1f}{one.ack_p50_ms or 0:9.2f}{one.ack_p99_ms or 0:9.2f}{one.lost:6d}"
        )
    if len(results) == 3:
        ratio = results[0].cpu_us_per_delivery / results[2].cpu_us_per_delivery
        print(f"CPU per delivery, ours / y-websocket (which stores nothing): {ratio:.2f}")
    if wish.json:
        wish.json.write_text(json.dumps([asdict(one) for one in results], indent=2) + "\n")


if __name__ == "__main__":
    main()
