"""Hostile updates against a real server in which honest people write: `python -m tests.hostile.fuzzing 1 5000 120`.

Seed, number of updates, seconds. A chapter gets some hundred updates, then comes another one. What
ends the engine twice is in quarantine afterwards, and is named in the report with its bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psutil

from app.kit import migrations
from app.kit.config import Settings
from app.sync.scan import scan
from app.sync.structs import STORED, STRING
from tests.conftest import free_port
from tests.faults import checks
from tests.faults.typist import Change, Typist
from tests.faults.under_fire import joined
from tests.hostile.mutating import HONEST, Mallory
from tests.servers import Server, complaint
from tests.sync.clients import Client

PER_CHAPTER = 400
AT_ONCE = 20
MEGABYTE = 1 << 20
MOST_MEMORY = 64 * MEGABYTE


@dataclass
class Report:
    """What was seen. `faults` is what must not be."""

    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter[str])
    engine_deaths: int = 0
    quarantined: list[str] = field(default_factory=list[str])
    honest_words: int = 0
    slowest: float = 0.0
    """Seconds from an honest word to its acknowledgement, at most."""
    scan: float = 0.0
    pause: float = 0.0
    memory: int = 0
    """The most that a handful of updates added, in bytes, in all of the server's processes."""
    spoilt: int = 0
    """Chapters that not everybody sees alike any more: what the attacker wrote into paragraphs of
    their own (CAVEATS: a writer who means harm)."""
    hidden: int = 0
    """Honest words that are in the log, and that a newcomer does not see."""
    faults: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        """For people."""
        answers = ", ".join(f"{count} {code}" for code, count in self.answers.most_common())
        lines = [
            f"{self.sent} hostile updates ({answers}) beside {self.honest_words} honest words",
            f"slowest acknowledgement of an honest word: {self.slowest * 1000:.0f} ms",
            f"the event loop: longest scan {self.scan * 1000:.1f} ms, longest pause "
            f"{self.pause * 1000:.0f} ms (with whatever else the machine did)",
            f"memory: at most {self.memory / MEGABYTE:.1f} MB more after {AT_ONCE} updates",
            f"the engine ended {self.engine_deaths} times; {len(self.quarantined)} in quarantine",
            *(f"  {one}" for one in self.quarantined),
            f"{self.spoilt} chapters look different to different people; {self.hidden} honest words "
            "are in the log and not to be seen",
            *(f"FAULT: {one}" for one in self.faults),
        ]
        return "\n".join(lines)


class Honest(Typist):
    """Writes words at the end of a paragraph in which others may write as well."""

    def type(self) -> None:
        """One word more."""
        own = "".join(part for part, _ in self._own.diff() if isinstance(part, str))
        word = f"{self.number}.{self._count}"
        self._count += 1
        self._own.insert(len(own.encode()), f"{word} ")
        self._note(Change(word, deletes=False))


class Attack:
    """One server, attacked chapter by chapter."""

    def __init__(self, folder: Path, seed: int) -> None:
        settings = Settings(
            data_dir=folder / "data", host="127.0.0.1", port=free_port(), create="anyone"
        )
        migrations.upgrade(settings)
        self.server = Server(settings, log=folder / "server.log")
        self.watched = folder / "watched.json"
        self.server.command = [sys.executable, "-m", "tests.hostile.watched", str(self.watched)]
        self.report = Report()
        self._mallory = Mallory(seed)
        self._dice = Random(seed)

    async def run(self, count: int, seconds: float) -> Report:
        """Attack with so many updates, or for so long."""
        await asyncio.to_thread(self.server.start)
        deadline = time.monotonic() + seconds
        try:
            while self.report.sent < count and time.monotonic() < deadline:
                most = min(PER_CHAPTER, count - self.report.sent)
                await self._chapter(most, deadline)
            self._look_back()
        finally:
            await asyncio.to_thread(self.server.stop)
        return self.report

    async def _chapter(self, count: int, deadline: float) -> None:
        document, cookies = await joined(self.server, 3)
        address = f"{self.server.socket_base}/api/sync/{document}?durable=1"
        people = [Honest(number, address, cookies[number]) for number in range(2)]
        mallory = Client(address, cookies[2])
        mallory.auto = mallory.answers = False
        await asyncio.gather(*(one.begin() for one in people))
        await mallory.open()
        typing = [asyncio.create_task(one.keep_typing(20)) for one in people]
        try:
            spared = [one.doc.client_id for one in people]
            for _ in range(0, count, AT_ONCE):
                before = self._memory()
                answered = await self._handful(mallory, spared, people)
                self.report.memory = max(self.report.memory, self._memory() - before)
                if not answered or time.monotonic() > deadline:
                    break
        finally:
            for task in typing:
                task.cancel()
            await asyncio.gather(*typing, return_exceptions=True)
        await self._judge(document, people, mallory)

    async def _handful(self, mallory: Client, spared: list[int], people: list[Honest]) -> bool:
        """Send some; whether all were answered."""
        state = people[0].doc.get_update()
        for _ in range(AT_ONCE):
            own = self._dice.getrandbits(31) + 2
            await mallory.update(self._mallory.hostile(state, own, spared))
            # Now and then one at a time, so that the next one can build on it.
            if self._dice.random() < 0.2:
                await asyncio.sleep(0.01)
                state = people[0].doc.get_update()
        self.report.sent += AT_ONCE

        try:
            await mallory.settled(60)
        except TimeoutError:
            self.report.faults.append(
                f"only {mallory.acked} of {mallory.sent} updates were answered, closed with "
                f"{mallory.closed_with}: {self.server.said()[-1500:]}"
            )
            return False
        return True

    async def _judge(self, document: str, people: list[Honest], mallory: Client) -> None:
        report, fault = self.report, self.report.faults.append
        report.answers.update(code for _, code in mallory.refused)
        report.answers["taken"] += mallory.sent - len(mallory.refused)
        if mallory.closed_with is not None:
            fault(f"the socket of the attacker was closed with {mallory.closed_with}")
        try:
            async with asyncio.timeout(20):
                while any(one.pending for one in people):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            fault(f"honest words are not stored: {[len(one.pending) for one in people]} wait")
        for one in people:
            if one.connections != 1 or one.codes:
                fault(f"a socket of an honest writer was closed: {one.codes}")
            if one.refused:
                fault(f"an honest writer was refused: {one.refused[:3]}")
            report.slowest = max(report.slowest, one.slowest)
        newcomer = Client(people[0].address, "", headers=people[0].headers)
        await newcomer.open()
        await newcomer.until(lambda: newcomer.synced, 30)
        await newcomer.close()
        texts = [one.text() for one in (*people, newcomer)]
        report.spoilt += len(set(texts)) > 1
        if len({honest_part(text) for text in texts}) > 1:
            fault("honest words stand in another order, or are not there, for somebody")
        await asyncio.gather(*(one.leave() for one in people))
        await mallory.close()
        database = self.server.settings.data_dir / "chapterhouse.db"
        report.faults += checks.log(database, document)[1]
        for one in people:
            kept = [change.word for change in one.changes if change.acknowledged]
            report.honest_words += len(kept)
            stored = words_in_log(database, document, one.doc.client_id)
            if lost := set(kept) - stored:
                fault(f"{len(lost)} acknowledged words of {one.number} are not in the log")
            report.hidden += len(set(kept) - set(honest_part(texts[-1]).split()))

    def _memory(self) -> int:
        assert self.server.process is not None
        found = psutil.Process(self.server.process.pid)
        total = 0
        for process in [found, *found.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        return total

    def _look_back(self) -> None:
        report, said = self.report, self.server.said()
        report.engine_deaths = said.count("The engine ended")
        if found := complaint(said):
            report.faults.append(f"the server complained: {found}")
        if report.memory > MOST_MEMORY:
            report.faults.append(f"memory grew by {report.memory / MEGABYTE:.0f} MB")
        if self.watched.exists():
            watched: dict[str, Any] = json.loads(self.watched.read_text())
            report.scan, report.pause = watched["scan"], watched["pause"]
        with contextlib.closing(
            sqlite3.connect(self.server.settings.data_dir / "chapterhouse.db")
        ) as connection:
            for reason, data in connection.execute(
                "SELECT reason, hex(bytes) FROM quarantined_updates"
            ):
                report.quarantined.append(f"{reason[:100]}: {data[:400]}")
            wounded = connection.execute(
                "SELECT count(*) FROM documents WHERE quarantined_at IS NOT NULL"
            ).fetchone()[0]
        if wounded:
            report.faults.append(f"{wounded} chapters are closed")


def words_in_log(database: Path, document: str, client: int) -> set[str]:
    """What was stored of the words written under a client id, whatever became of them since."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(
            "SELECT bytes FROM updates WHERE document_id = ? ORDER BY seq", [document]
        ).fetchall()
    found = [
        str(one[7])
        for (data,) in rows
        for section in scan(data, STORED).sections
        if section.client == client
        for one in section.structs
        if one[2] == STRING
    ]
    return set("".join(found).split())


def honest_part(text: str) -> str:
    """A text without what the attacker wrote, letters that no honest writer uses."""
    return "".join(letter for letter in text if letter in HONEST or letter == "\n")


async def attack(folder: Path, seed: int, count: int, seconds: float) -> Report:
    """Attack a new server."""
    return await Attack(folder, seed).run(count, seconds)


if __name__ == "__main__":
    _seed, _count, _seconds = (int(one) for one in sys.argv[1:4])
    with tempfile.TemporaryDirectory() as _folder:
        _report = asyncio.run(attack(Path(_folder), _seed, _count, _seconds))
    print(_report)
    raise SystemExit(bool(_report.faults))
