"""Imports as jobs: begin one, follow it, cancel it, read its report."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from app.guides.models import Guide
from app.importing import queries
from app.importing.bringing import Bringer
from app.importing.files import Bundle
from app.importing.models import Import
from app.kit import clock, events
from app.kit.config import Settings
from app.kit.db import Database
from app.kit.errors import AppError, BadInput, NotFound
from app.kit.ids import new_id
from app.kit.jobs import UNFINISHED, Runner, Signs, Throttle
from app.sync.service import Sync

KEPT = 20
"""So many imports of a guide are remembered with their reports."""

_RESTARTED = (
    "The server was restarted meanwhile. What is listed here has come in; import the rest again."
)


class Imports:
    """The imports of this process."""

    def __init__(self, database: Database, sync: Sync, settings: Settings) -> None:
        self._database = database
        self._sync = sync
        self._settings = settings
        self._runner = Runner(1, database)
        self._stopping = False
        self._signs = Signs(
            database,
            self._runner,
            Import,
            lambda session, row: _end(session, row, "failed", _RESTARTED),
        )

    async def stop(self) -> None:
        """End the running ones."""
        self._stopping = True
        await self._runner.stop()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Imports]:
        """Started for the length of the block: for the application's lifespan."""
        if not self._database.is_shared:
            # What a server that was killed left there.
            await asyncio.to_thread(shutil.rmtree, self._root(), ignore_errors=True)
        async with self._signs.given():
            try:
                yield self
            finally:
                await self.stop()

    async def folder(self) -> Path:
        """A fresh folder for the files of an import; the import takes it away when it ends."""
        folder = self._root() / new_id()
        await asyncio.to_thread(folder.mkdir, parents=True)
        return folder

    async def request(
        self,
        guide: Guide,
        person_id: str | None,
        folder: Path,
        bundle: Callable[[], Bundle],
    ) -> Import:
        """Begin an import of what `bundle` finds; `folder` goes away with it.

        Raises:
            BadInput: there is no file that could become a chapter.
        """
        found = await asyncio.to_thread(bundle)
        if not found.texts and not found.archives:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            raise BadInput(
                "None of these files can become a chapter. Markdown, HTML, Word (.docx) and "
                "OpenDocument (.odt) files can, also in a zip.",
                code="nothing_to_import",
            )
        async with self._database.write() as session:
            row = Import(
                guide_id=guide.id,
                person_id=person_id,
                step="Waiting for its turn",
                created_at=clock.now(),
                beat_at=clock.now(),
            )
            session.add(row)
            await session.flush()
            _tell(session, row)
            for old in (await queries.of_guide(session, guide.id))[KEPT:]:
                if old.status not in UNFINISHED:
                    await session.delete(old)
        self._runner.start(
            row.id,
            lambda: self._run(row.id, guide, person_id, folder, found),
            lambda: asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True),
        )
        return row

    async def cancel(self, guide: Guide, import_id: str) -> None:
        """End a running import; what has come in stays, and the report names it.

        Raises:
            NotFound: there is none.
        """
        async with self._database.read() as session:
            await get(session, guide, import_id)
        await self._runner.cancel(import_id, guide.id)
        # One that waited for its turn has never run, so nothing in it could say how it ended.
        async with self._database.write() as session:
            found = await get(session, guide, import_id)
            if found.status in UNFINISHED:
                _end(session, found, "cancelled", None)

    async def wait(self, import_id: str) -> None:
        """Wait until an import of this process has ended."""
        await self._runner.wait(import_id)

    async def _run(
        self, import_id: str, guide: Guide, person_id: str | None, folder: Path, found: Bundle
    ) -> None:
        bringer = Bringer(self._database, self._sync, self._settings, guide, person_id)
        told = Throttle(lambda percent, step: self._note(import_id, percent, step, bringer))

        async def progress(part: float, step: str) -> None:
            await told(round(part * 99), step)

        status, error = "failed", None
        try:
            await self._note(import_id, 0, "Reading the files", bringer)
            work = folder / "work"
            await asyncio.to_thread(work.mkdir, exist_ok=True)
            report = await bringer.bring(found, work, progress)
            status = "done"
            if not report.chapters:
                status, error = "failed", "None of the files could be read."
        except AppError as trouble:
            error = trouble.message
        except asyncio.CancelledError:
            status, error = ("failed", _RESTARTED) if self._stopping else ("cancelled", None)
            raise
        except Exception:
            error = "Something went wrong on the server. Please try again."
            raise
        finally:
            # Shielded: also a cancelled import says how far it came.
            await asyncio.shield(self._finish(import_id, status, error, bringer))

    async def _note(self, import_id: str, percent: int, step: str, bringer: Bringer) -> None:
        async with self._database.write() as session:
            row = await session.get_one(Import, import_id)
            row.status, row.percent, row.step, row.beat_at = (
                "running",
                percent,
                step[:300],
                clock.now(),
            )
            _report(row, bringer)
            _tell(session, row)

    async def _finish(
        self, import_id: str, status: str, error: str | None, bringer: Bringer
    ) -> None:
        async with self._database.write() as session:
            row = await session.get_one(Import, import_id)
            _report(row, bringer)
            if status == "done":
                row.percent = 100
            _end(session, row, status, error)

    def _root(self) -> Path:
        return self._settings.data_dir / "imports"


async def get(session: AsyncSession, guide: Guide, import_id: str) -> Import:
    """An import of the guide.

    Raises:
        NotFound: there is none.
    """
    found = await queries.one(session, guide.id, import_id)
    if found is None:
        raise NotFound("This import is not there (any more).", code="import_not_found")
    return found


def _report(row: Import, bringer: Bringer) -> None:
    row.chapters = [asdict(chapter) for chapter in bringer.report.chapters]
    row.lost = list(bringer.report.lost)


def _end(session: AsyncSession, row: Import, status: str, error: str | None) -> None:
    row.status, row.error, row.finished_at = status, error, clock.now()
    row.step = {"done": "Ready", "cancelled": "Cancelled"}.get(status, "It did not work")
    _tell(session, row)


def _tell(session: AsyncSession, row: Import) -> None:
    events.queue(session, events.Event(row.guide_id, "imports", {"id": row.id}))
