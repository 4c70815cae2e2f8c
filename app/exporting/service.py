"""Exports as jobs: begin one, follow it, cancel it, fetch its files."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import queries as chapter_queries
from app.exporting import cache as caching
from app.exporting import gathering, making, memory_needs, queries
from app.exporting.models import Export
from app.exporting.printing import own
from app.exporting.printing.parcel import Press
from app.guides.access import Place
from app.guides.models import Guide
from app.kit import clock, events, memory
from app.kit.config import Settings
from app.kit.converters import ConversionFailed
from app.kit.db import Database
from app.kit.errors import AppError, Forbidden, NotFound
from app.kit.jobs import UNFINISHED, Runner, Signs, Throttle
from app.sync.service import Sync

log = logging.getLogger(__name__)

KEPT = 12
"""How many exports of a guide are kept."""
_STOPPED_TWICE = (
    "The server stopped twice in the middle of this book. Ask for one format at a time; if it "
    "happens again, tell whoever runs the server."
)
_PUT_BACK = "Waiting for the server to be back"


class Exports:
    """The exports of this process."""

    def __init__(self, database: Database, sync: Sync, settings: Settings) -> None:
        self._database = database
        self._sync = sync
        self._settings = settings
        self._stopping = False
        self._runner = Runner(settings.export_jobs, database)
        self._signs = Signs(
            database,
            self._runner,
            Export,
            lambda session, export: _end(session, export, "failed", _STOPPED_TWICE),
            again=self._start,
        )

    async def stop(self) -> None:
        """End the running ones."""
        self._stopping = True
        await self._runner.stop()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Exports]:
        """Started for the length of the block: for the application's lifespan."""
        async with self._signs.given():
            try:
                yield self
            finally:
                await self.stop()

    async def request(
        self,
        guide: Guide,
        person_id: str | None,
        formats: Sequence[str],
        *,
        proof: bool = False,
    ) -> Export:
        """Begin an export; one of the same formats that has not ended yet serves everybody.

        Raises:
            BadInput: the guide has no chapters.
        """
        async with self._database.write() as session:
            if not await chapter_queries.outline(session, guide.id):
                raise gathering.nothing_to_export()
            for other in await queries.of_guide(session, guide.id):
                same = set(other.formats) == set(formats) and other.proof == proof
                if other.status in UNFINISHED and same:
                    return other
            export = Export(
                guide_id=guide.id,
                person_id=person_id,
                formats=list(dict.fromkeys(formats)),
                proof=proof,
                step="Waiting for its turn",
                created_at=clock.now(),
                beat_at=clock.now(),
            )
            session.add(export)
            await session.flush()
            _tell(session, export)
            gone = _too_many(await queries.of_guide(session, guide.id))
            for one in gone:
                await session.delete(one)
        for one in gone:
            await asyncio.to_thread(shutil.rmtree, self.folder(one.id), ignore_errors=True)
        self._start(export)
        return export

    def _start(self, export: Export) -> None:
        self._runner.start(export.id, lambda: self._run(export.id))

    async def wait(self, export_id: str) -> None:
        """Wait until an export of this process has ended."""
        await self._runner.wait(export_id)

    async def cancel(self, here: Place, export_id: str) -> None:
        """End a running export; take a finished one and its files away.

        Raises:
            NotFound: there is none. Forbidden: somebody else asked for it.
        """
        guide = here.guide
        async with self._database.read() as session:
            export = await get(session, guide, export_id)
        if export.person_id != here.person.id and not here.may("manage"):
            raise Forbidden(
                "Only the facilitator, or whoever asked for it, can take this book away.",
                ability="manage",
            )
        running = export.status in UNFINISHED
        await self._runner.cancel(export_id, guide.id)
        async with self._database.write() as session:
            export = await get(session, guide, export_id)
            if running and export.status in UNFINISHED:
                _end(session, export, "cancelled", None)
            elif not running:
                _tell(session, export)
                await session.delete(export)
        await asyncio.to_thread(shutil.rmtree, self.folder(export_id), ignore_errors=True)

    def folder(self, export_id: str) -> Path:
        """Where an export's files are."""
        return self._settings.data_dir / "exports" / export_id

    def path(self, export: Export, name: str) -> Path:
        """A file of an export.

        Raises:
            NotFound: it has none of that name, or the file is gone.
        """
        path = self.folder(export.id) / name
        if all(file["name"] != name for file in export.files) or not path.is_file():
            raise NotFound("This file is not there any more. Export the guide again.")
        return path

    async def _run(self, export_id: str) -> None:
        """The whole job; how it ends is written down whatever happens."""
        try:
            await self._work(export_id)
        except asyncio.CancelledError:
            # The row is finished in a task of its own: this one must end now.
            await asyncio.shield(
                self._put_back(export_id)
                if self._stopping
                else self._finish(export_id, "cancelled", None)
            )
            raise
        except AppError as error:
            await self._finish(export_id, "failed", error.message)
        except ConversionFailed as error:
            log.warning("Export %s failed: %s", export_id, error.log[:2000])
            await self._finish(export_id, "failed", str(error))
        except Exception:
            await self._finish(
                export_id, "failed", "Something went wrong on the server. Please try again."
            )
            raise

    async def _work(self, export_id: str) -> None:
        async with self._database.write() as session:
            export = await session.get_one(Export, export_id)
            slug = (await session.get_one(Guide, export.guide_id)).slug
            export.status, export.beat_at = "running", clock.now()
            _tell(session, export)
        told = Throttle(lambda percent, step: self._note(export_id, percent, step))

        async def reading(part: float, step: str) -> None:
            await told(round(part * 15), step)

        async def setting(part: float, step: str) -> None:
            await told(15 + round(part * 84), step)

        book = await gathering.gather(
            self._database, self._sync, self._settings.data_dir, export.guide_id, reading
        )
        if export.proof:
            book, slug = replace(book, proof=True), f"{slug}-proof"
        await memory.wait_for(
            memory_needs.megabytes(book, export.formats),
            lambda step: self._note(export_id, 15, step),
        )
        folder = self.folder(export_id)
        # What a server that died in the middle of it left there.
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        cache = caching.folder(self._settings.data_dir)
        async with self._database.read() as session:
            cover = await own.for_export(session, self._settings.data_dir, export.guide_id)
        press = Press(ghostscript=self._settings.ghostscript, own_cover=cover)
        result = await making.make(book, export.formats, folder, slug, setting, cache, press)
        await asyncio.to_thread(caching.forget, cache)
        async with self._database.write() as session:
            export = await session.get_one(Export, export_id)
            if export.status not in UNFINISHED:
                return  # taken back at another server, which could not tell us
            export.files = [
                {
                    "format": made.format,
                    "name": made.path.name,
                    "bytes": made.bytes,
                    "pages": made.pages,
                }
                for made in result.files
            ]
            export.findings = [finding.as_json() for finding in result.findings]
            export.percent = 100
            _end(session, export, "done", None)

    async def _note(self, export_id: str, percent: int, step: str) -> None:
        async with self._database.write() as session:
            export = await session.get_one(Export, export_id)
            export.percent, export.step, export.beat_at = percent, step[:300], clock.now()
            _tell(session, export)

    async def _put_back(self, export_id: str) -> None:
        """The server was asked to stop: the next one to start goes on with it."""
        async with self._database.write() as session:
            export = await session.get_one(Export, export_id)
            export.status, export.percent, export.step = "waiting", 0, _PUT_BACK
            _tell(session, export)

    async def _finish(self, export_id: str, status: str, error: str | None) -> None:
        async with self._database.write() as session:
            export = await session.get_one(Export, export_id)
            _end(session, export, status, error)


def _too_many(exports: Sequence[Export]) -> list[Export]:
    """Those that make room, from the newest first: whoever has the most gives up the oldest."""
    ended = [one for one in exports if one.status not in UNFINISHED]
    gone: list[Export] = []
    while ended and len(exports) - len(gone) > KEPT:
        [(greedy, _)] = Counter(one.person_id for one in ended).most_common(1)
        oldest = [one for one in ended if one.person_id == greedy][-1]
        ended.remove(oldest)
        gone.append(oldest)
    return gone


async def get(session: AsyncSession, guide: Guide, export_id: str) -> Export:
    """An export of the guide.

    Raises:
        NotFound: there is none.
    """
    export = await queries.export(session, guide.id, export_id)
    if export is None:
        raise NotFound("This export is not there (any more).", code="export_not_found")
    return export


def _end(session: AsyncSession, export: Export, status: str, error: str | None) -> None:
    export.status, export.error, export.finished_at = status, error, clock.now()
    export.step = {"done": "Ready", "cancelled": "Cancelled"}.get(status, "It did not work")
    _tell(session, export)


def _tell(session: AsyncSession, export: Export) -> None:
    events.queue(session, events.Event(export.guide_id, "exports", {"id": export.id}))
