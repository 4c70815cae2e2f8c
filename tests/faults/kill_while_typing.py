"""Writers type in one chapter, the server is killed, and no acknowledged character may be missing.

    python -m tests.faults.kill_while_typing --seconds 60

Fifteen writers of one guide type five characters a second each in the same chapter. At the end
the server gets SIGKILL, with everything that it started, while they are typing; it is started
again on the same data and a newcomer reads the chapter. Every character whose frame was
acknowledged has to be there exactly once, in its writer's order.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from pycrdt import XmlText

from app.kit.config import Settings
from tests.conftest import free_port
from tests.people_at_work import token_of
from tests.servers import Server
from tests.sync.clients import Client


@dataclass
class Outcome:
    """What came of it."""

    typed: int
    acknowledged: int
    missing: int
    doubled: int
    out_of_order: int
    seen_by_others: int
    """How many of the characters that anybody saw are missing: nothing is shown before it is kept."""
    slowest_ms: float

    @property
    def good(self) -> bool:
        return not (self.missing or self.doubled or self.out_of_order or self.seen_by_others)


class Writer:
    """Somebody who types: character i of writer w is the word `w.i`."""

    def __init__(self, number: int, client: Client) -> None:
        self.number = number
        self.client = client
        self.typed = 0
        self.slowest = 0.0
        # The frame that each word went out in, by its number.
        self.frames: list[int] = []
        self._text: XmlText

    async def begin(self) -> None:
        await self.client.open()
        await self.client.until(lambda: self.client.synced)
        self._text = self.client.paragraph()
        await self.client.settled()

    async def type_until(self, end: float, rate: float) -> None:
        dice = random.Random(self.number)
        while time.monotonic() < end and self.client.closed_with is None:
            self._text.insert(len(str(self._text)), f"{self.number}.{self.typed} ")
            self.typed += 1
            # The client sends one frame per change, after those that wait already.
            self.frames.append(self.client.sent + self.client.waiting())
            sent_at = time.monotonic()
            await asyncio.sleep(dice.uniform(0.5, 1.5) / rate)
            if self.client.acked >= self.frames[-1]:
                self.slowest = max(self.slowest, time.monotonic() - sent_at)

    def acknowledged(self) -> list[str]:
        """The words whose frames were acknowledged before the kill."""
        return [
            f"{self.number}.{index}"
            for index, frame in enumerate(self.frames)
            if frame <= self.client.acked
        ]


async def run(
    server: Server, *, writers: int = 15, rate: float = 5, seconds: float = 60
) -> Outcome:
    """Type, kill, start again, count."""
    document, cookies = await joined(server, writers)
    address = f"{server.socket_base}/api/sync/{document}?durable=1"
    people = [Writer(n, Client(address, cookie)) for n, cookie in enumerate(cookies)]
    await asyncio.gather(*(one.begin() for one in people))
    end = time.monotonic() + seconds
    typing = [asyncio.create_task(one.type_until(end + 5, rate)) for one in people]
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.kill)
    for task in typing:
        task.cancel()
    await asyncio.gather(*typing, return_exceptions=True)
    acknowledged = {one.number: one.acknowledged() for one in people}
    # What any writer was shown of another one's words.
    shown = {
        word
        for one in people
        for word in one.client.text().split()
        if not word.startswith(f"{one.number}.")
    }
    for one in people:
        await one.client.close()
    await asyncio.to_thread(server.start)
    newcomer = Client(address, cookies[0])
    await newcomer.open()
    await newcomer.until(lambda: newcomer.synced, within=30)
    words = newcomer.text().split()
    await newcomer.close()
    present = set(words)
    own_order = {
        one.number: [word for word in words if word.startswith(f"{one.number}.")] for one in people
    }
    return Outcome(
        typed=sum(one.typed for one in people),
        acknowledged=sum(map(len, acknowledged.values())),
        missing=sum(word not in present for all_of in acknowledged.values() for word in all_of),
        doubled=len(words) - len(present),
        out_of_order=sum(
            found != [f"{number}.{index}" for index in range(len(found))]
            for number, found in own_order.items()
        ),
        seen_by_others=len(shown - present),
        slowest_ms=max(one.slowest for one in people) * 1000,
    )


async def joined(server: Server, writers: int) -> tuple[str, list[str]]:
    """A guide with one chapter: its document, and the cookies of its writers."""
    async with httpx.AsyncClient(base_url=server.base, timeout=20) as fay:
        made = (
            (await fay.post("/api/guides", json={"title": "Under fire", "name": "Fay"}))
            .raise_for_status()
            .json()
        )
        slug = made["slug"]
        chapter = (
            (await fay.post(f"/api/guides/{slug}/chapters", json={"title": "One"}))
            .raise_for_status()
            .json()
        )
        link = (
            (await fay.post(f"/api/guides/{slug}/invitations", json={"role": "writer"}))
            .raise_for_status()
            .json()["link"]
        )
    cookies: list[str] = []
    for number in range(writers):
        async with httpx.AsyncClient(base_url=server.base, timeout=20) as browser:
            answer = await browser.post(
                "/api/join", json={"token": token_of(link), "name": f"Writer {number}"}
            )
            answer.raise_for_status()
            cookies.append("; ".join(f"{k}={v}" for k, v in browser.cookies.items()))
    return chapter["document_id"], cookies


def main() -> None:
    """Run it on a data folder of its own and print what came of it."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--writers", type=int, default=15)
    asked.add_argument("--rate", type=float, default=5, help="characters a second and writer")
    wish = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=Path(folder), host="127.0.0.1", port=free_port(), create="anyone"
        )  # pyright: ignore[reportCallIssue]
        server = Server(settings, log=Path(folder) / "server.log")
        server.start()
        try:
            outcome = asyncio.run(
                run(server, writers=wish.writers, rate=wish.rate, seconds=wish.seconds)
            )
        finally:
            server.stop()
    print(outcome)
    if not outcome.good:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
