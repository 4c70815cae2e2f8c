"""Complete checks as jobs: every chapter, passages that stand twice, and the files themselves."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import queries as chapter_queries
from app.exporting import cache as caching
from app.exporting import gathering, making, memory_needs
from app.exporting.book import Book
from app.guides.access import Place
from app.guides.models import Guide
from app.kit import clock, events, memory
from app.kit.config import Settings
from app.kit.converters import ConversionFailed
from app.kit.db import Database
from app.kit.errors import AppError, Forbidden, NotFound
from app.kit.jobs import UNFINISHED, Runner, Signs, Throttle
from app.manuscript.checks import Around, chapter, twice
from app.manuscript.findings import Finding
from app.preflight import files, listing, queries
from app.preflight.counting import Counting
from app.preflight.models import CheckRun
from app.preflight.watching import Watch
from app.sync.service import Sync

log = logging.getLogger(__name__)

KEPT = 200
"""How many checks of a guide are kept for its burn-down."""
_FORMATS = ("epub", "pdf")
_RESTARTED = "The server was restarted meanwhile. Please try again."
_OF_FILES = frozenset({files.CHAPTER_FAILED.code, files.NOT_ACCESSIBLE.code})
"""What making the books finds that looking at the words does not."""


class Preflight:
    """The checks of this process."""

    def __init__(self, database: Database, sync: Sync, settings: Settings) -> None:
        self._database = database
        self._sync = sync
        self._settings = settings
        self._stopping = False
        self.watch = Watch(database, sync)
        self.counting = Counting(database.broadcast)
        self._runner = Runner(1, database)
        self._signs = Signs(
            database,
            self._runner,
            CheckRun,
            lambda session, run: _end(session, run, "failed", _RESTARTED),
        )

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Preflight]:
        """Started for the length of the block: for the application's lifespan."""
        async with self._signs.given(), self.watch.running():
            try:
                yield self
            finally:
                self._stopping = True
                await self._runner.stop()

    async def blocking(self, guide: Guide) -> list[Finding]:
        """What must be fixed before the guide may be published, with a look at what has changed."""
        async with self._database.read() as session:
            waiting = (await listing.of_guide(session, guide)).waiting
        await self.watch.now(waiting)
        async with self._database.read() as session:
            return await listing.blocking(session, guide)

    async def request(self, guide: Guide, person_id: str | None, *, with_files: bool) -> CheckRun:
        """Begin a complete check; one that has not ended yet serves everybody.

        Raises:
            BadInput: the guide has no chapters.
        """
        async with self._database.write() as session:
            if not await chapter_queries.outline(session, guide.id):
                raise gathering.nothing_to_export()
            runs = await queries.runs(session, guide.id)
            for other in runs:
                if other.status in UNFINISHED and other.files >= with_files:
                    return other
            run = CheckRun(
                guide_id=guide.id,
                person_id=person_id,
                files=with_files,
                step="Waiting for its turn",
                created_at=clock.now(),
                beat_at=clock.now(),
            )
            session.add(run)
            await session.flush()
            for old in [one for one in runs if one.status not in UNFINISHED][KEPT - 1 :]:
                await session.delete(old)
            _tell(session, run)
        self._runner.start(run.id, lambda: self._run(run.id, guide))
        return run

    async def wait(self, run_id: str) -> None:
        """Wait until a check of this process has ended."""
        await self._runner.wait(run_id)

    async def cancel(self, here: Place, run_id: str) -> None:
        """End a running check.

        Raises:
            NotFound: there is none. Forbidden: somebody else asked for it.
        """
        async with self._database.read() as session:
            run = await get(session, here.guide, run_id)
        if run.person_id != here.person.id and not here.may("manage"):
            raise Forbidden(
                "Only the facilitator, or whoever asked for it, can cancel this check.",
                ability="manage",
            )
        await self._runner.cancel(run_id, here.guide.id)
        async with self._database.write() as session:
            run = await get(session, here.guide, run_id)
            if run.status in UNFINISHED:
                _end(session, run, "cancelled", None)

    async def _run(self, run_id: str, guide: Guide) -> None:
        """The whole job; how it ends is written down whatever happens."""
        try:
            await self._work(run_id, guide)
        except asyncio.CancelledError:
            how = ("failed", _RESTARTED) if self._stopping else ("cancelled", None)
            await asyncio.shield(self._finish(run_id, *how))
            raise
        except AppError as error:
            await self._finish(run_id, "failed", error.message)
        except Exception:
            await self._finish(
                run_id, "failed", "Something went wrong on the server. Please try again."
            )
            raise

    async def _work(self, run_id: str, guide: Guide) -> None:
        async with self._database.write() as session:
            run = await session.get_one(CheckRun, run_id)
            run.status, run.beat_at = "running", clock.now()
            _tell(session, run)
        told = Throttle(lambda percent, step: self._note(run_id, percent, step))
        share = 30 if run.files else 90

        async def reading(part: float, step: str) -> None:
            await told(round(part * share / 2), step)

        async def setting(part: float, step: str) -> None:
            await told(share + round(part * (95 - share)), step)

        async with self._database.read() as session:
            chapters = await chapter_queries.outline(session, guide.id)
        for done, one in enumerate(chapters):
            await told(round(done / len(chapters) * share / 2), f"Looking at “{one.title}”")
            await self.watch.now([one.id])
        book = await gathering.gather(
            self._database, self._sync, self._settings.data_dir, guide.id, reading
        )
        found = await asyncio.to_thread(_between, book)
        missing: list[str] = ["The files were not made, so nobody looked at them."]
        if run.files:
            await memory.wait_for(
                memory_needs.megabytes(book, _FORMATS),
                lambda step: self._note(run_id, share, step),
            )
            of_files, missing = await self._look_at_files(book, guide, setting)
            found += of_files
        async with self._database.write() as session:
            run = await session.get_one(CheckRun, run_id)
            if run.status not in UNFINISHED:
                return  # cancelled at another server, which could not tell us
            run.findings = [asdict(one) for one in found]
            run.not_checked = missing
            run.percent = 100
            _end(session, run, "done", None)
            await session.flush()
            counts = (await listing.of_guide(session, guide)).counts
            run.must, run.should, run.waved = counts["must"], counts["should"], counts["waved"]

    async def _look_at_files(
        self, book: Book, guide: Guide, progress: making.Progress
    ) -> tuple[list[Finding], list[str]]:
        cache = caching.folder(self._settings.data_dir)
        with tempfile.TemporaryDirectory(prefix="chapterhouse-check-") as folder:
            try:
                result = await making.make(
                    book, _FORMATS, Path(folder), guide.slug, progress, cache
                )
            except ConversionFailed as error:
                log.warning("The book of %s cannot be made: %s", guide.slug, error.log[:2000])
                return [files.not_made(guide.title, str(error))], [
                    "There were no files to look at."
                ]
            await progress(1, "Having the files checked")
            made = {one.format: one.path for one in result.files}
            found, missing = await files.check(made, guide.title)
        return [one for one in result.findings if one.code in _OF_FILES] + found, missing

    async def _note(self, run_id: str, percent: int, step: str) -> None:
        async with self._database.write() as session:
            run = await session.get_one(CheckRun, run_id)
            run.percent, run.step, run.beat_at = percent, step[:300], clock.now()
            _tell(session, run)

    async def _finish(self, run_id: str, status: str, error: str | None) -> None:
        async with self._database.write() as session:
            _end(session, await session.get_one(CheckRun, run_id), status, error)


async def get(session: AsyncSession, guide: Guide, run_id: str) -> CheckRun:
    """A complete check of the guide.

    Raises:
        NotFound: there is none.
    """
    run = await queries.run(session, guide.id, run_id)
    if run is None:
        raise NotFound("This check is not there (any more).", code="check_not_found")
    return run


def _between(book: Book) -> list[Finding]:
    """What only shows when all chapters are looked at together."""
    chapters: Sequence[Sequence[chapter.Block]] = [
        chapter.blocks_of(one.tree, Around(one.title, one.id)) for one in book.chapters
    ]
    return chapter.bounded(twice.passages(chapters))


def _end(session: AsyncSession, run: CheckRun, status: str, error: str | None) -> None:
    run.status, run.error, run.finished_at = status, error, clock.now()
    run.step = {"done": "Ready", "cancelled": "Cancelled"}.get(status, "It did not work")
    _tell(session, run)


def _tell(session: AsyncSession, run: CheckRun) -> None:
    events.queue(session, events.Event(run.guide_id, "findings", {"id": run.id}))
