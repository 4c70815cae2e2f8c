"""Editions as jobs: keep a state of the guide with its files, follow it, cancel it, take it away."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import queries as chapter_queries
from app.exporting import cache as caching
from app.exporting import gathering, making, memory_needs
from app.guides.models import Guide
from app.kit import clock, events, memory
from app.kit.config import Settings
from app.kit.converters import ConversionFailed
from app.kit.db import Database
from app.kit.errors import AppError, Conflict, NotFound
from app.kit.jobs import UNFINISHED, Runner, Signs, Throttle
from app.preflight.service import Preflight
from app.publishing import about, queries, shelf
from app.publishing.models import Edition
from app.publishing.schemas import NewEdition
from app.sync.service import Sync

log = logging.getLogger(__name__)

ALWAYS = ("web", "markdown")
"""Made for every edition: what is read, and the words as they were, for whoever works on with them."""
KEPT = 6
"""How many editions of a guide are kept that nobody published."""
_STOPPED_TWICE = "The server stopped twice in the middle of this edition. Please make it again."


class Editions:
    """The editions that this process makes."""

    def __init__(
        self, database: Database, sync: Sync, settings: Settings, preflight: Preflight
    ) -> None:
        self._database = database
        self._sync = sync
        self._settings = settings
        self._preflight = preflight
        self._stopping = False
        self._runner = Runner(settings.export_jobs, database)
        self._signs = Signs(
            database,
            self._runner,
            Edition,
            lambda session, edition: _end(session, edition, "failed", _STOPPED_TWICE),
            again=self._start,
        )

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Editions]:
        """Started for the length of the block: for the application's lifespan."""
        async with self._signs.given():
            try:
                yield self
            finally:
                self._stopping = True
                await self._runner.stop()

    async def request(self, guide: Guide, person_id: str | None, wish: NewEdition) -> Edition:
        """Begin to make an edition of the guide as it is now; nobody outside sees it yet.

        Raises:
            BadInput: the guide has no chapters. Conflict: another one is being made.
        """
        async with self._database.write() as session:
            if not await chapter_queries.outline(session, guide.id):
                raise gathering.nothing_to_export()
            others = await queries.editions(session, guide.id)
            for other in others:
                if other.status in UNFINISHED:
                    raise Conflict(
                        "An edition is being made already. Wait for it, or cancel it first.",
                        code="edition_running",
                    )
            edition = Edition(
                guide_id=guide.id,
                name=wish.name,
                note=wish.note,
                formats=list(dict.fromkeys(wish.formats)),
                step="Waiting for its turn",
                created_by=person_id,
                created_at=clock.now(),
                beat_at=clock.now(),
            )
            session.add(edition)
            await session.flush()
            tell(session, edition.guide_id)
            gone = [one for one in others if one.published_at is None][KEPT - 1 :]
            for one in gone:
                await session.delete(one)
        for one in gone:
            await asyncio.to_thread(shutil.rmtree, self.shelf(one.id), ignore_errors=True)
        self._start(edition)
        return edition

    def _start(self, edition: Edition) -> None:
        self._runner.start(edition.id, lambda: self._run(edition.id))

    async def wait(self, edition_id: str) -> None:
        """Wait until an edition of this process has been made, or not."""
        await self._runner.wait(edition_id)

    async def take_away(self, guide: Guide, edition_id: str) -> None:
        """Cancel an edition that is being made; take one away that nobody outside ever saw.

        Raises:
            NotFound: there is none. Conflict: it was published: that is withdrawn, not deleted.
        """
        async with self._database.read() as session:
            edition = await get(session, guide, edition_id)
        if edition.published_at is not None:
            raise Conflict(
                "Readers have seen this edition, so it stays in the list. Withdraw it instead.",
                code="edition_published",
            )
        await self._runner.cancel(edition_id, guide.id)
        async with self._database.write() as session:
            edition = await get(session, guide, edition_id)
            await session.delete(edition)
            tell(session, guide.id)
        await asyncio.to_thread(shutil.rmtree, self.shelf(edition_id), ignore_errors=True)

    def shelf(self, edition_id: str) -> Path:
        """Where an edition's files are."""
        return shelf.folder(self._settings.data_dir, edition_id)

    def address(self, guide: Guide) -> str:
        """Where the public reads the guide."""
        return f"{self._settings.base}/read/{guide.slug}/"

    async def _run(self, edition_id: str) -> None:
        try:
            await self._work(edition_id)
        except asyncio.CancelledError:
            how = ("waiting", None) if self._stopping else ("cancelled", None)
            await asyncio.shield(self._finish(edition_id, *how))
            raise
        except AppError as error:
            await self._finish(edition_id, "failed", error.message)
        except ConversionFailed as error:
            log.warning("Edition %s failed: %s", edition_id, error.log[:2000])
            await self._finish(edition_id, "failed", str(error))
        except Exception:
            await self._finish(
                edition_id, "failed", "Something went wrong on the server. Please try again."
            )
            raise

    async def _work(self, edition_id: str) -> None:
        async with self._database.write() as session:
            edition = await session.get_one(Edition, edition_id)
            guide = await session.get_one(Guide, edition.guide_id)
            edition.status, edition.beat_at = "running", clock.now()
            tell(session, guide.id)
        told = Throttle(lambda percent, step: self._note(edition_id, percent, step))

        async def reading(part: float, step: str) -> None:
            await told(5 + round(part * 15), step)

        async def setting(part: float, step: str) -> None:
            await told(20 + round(part * 79), step)

        await self._note(edition_id, 2, "Checking the book")
        blocking = await self._preflight.blocking(guide)
        book = await gathering.gather(
            self._database, self._sync, self._settings.data_dir, guide.id, reading
        )
        if self._settings.base_url:
            # An address of this machine alone has no place in a book that is handed on.
            book = replace(book, address=self.address(guide))
        formats = list(dict.fromkeys([*edition.formats, *ALWAYS]))
        await memory.wait_for(
            memory_needs.megabytes(book, formats), lambda step: self._note(edition_id, 20, step)
        )
        folder = self.shelf(edition_id)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        files = folder / "files"
        await asyncio.to_thread(files.mkdir, parents=True)
        cache = caching.folder(self._settings.data_dir)
        result = await making.make(book, formats, files, guide.slug, setting, cache)
        web = next(made.path for made in result.files if made.format == "web")
        names = await asyncio.to_thread(shelf.put, folder, web)
        digests = [await asyncio.to_thread(shelf.digest, made.path) for made in result.files]
        async with self._database.write() as session:
            edition = await session.get_one(Edition, edition_id)
            if edition.status not in UNFINISHED:
                return
            edition.files = [
                {
                    "format": made.format,
                    "name": made.path.name,
                    "bytes": made.bytes,
                    "pages": made.pages,
                    "sha256": digest,
                }
                for made, digest in zip(result.files, digests, strict=True)
            ]
            edition.findings = [finding.as_json() for finding in result.findings]
            edition.blocking = [f"{one.place}: {one.message}" for one in blocking]
            edition.about = about.of(book, names).model_dump()
            edition.percent = 100
            _end(session, edition, "done", None)

    async def _note(self, edition_id: str, percent: int, step: str) -> None:
        async with self._database.write() as session:
            edition = await session.get_one(Edition, edition_id)
            edition.percent, edition.step, edition.beat_at = percent, step[:300], clock.now()
            tell(session, edition.guide_id)

    async def _finish(self, edition_id: str, status: str, error: str | None) -> None:
        async with self._database.write() as session:
            edition = await session.get_one(Edition, edition_id)
            _end(session, edition, status, error)


async def get(session: AsyncSession, guide: Guide, edition_id: str) -> Edition:
    """An edition of the guide.

    Raises:
        NotFound: there is none.
    """
    edition = await queries.edition(session, guide.id, edition_id)
    if edition is None:
        raise NotFound("This edition is not there (any more).", code="edition_not_found")
    return edition


def tell(session: AsyncSession, guide_id: str) -> None:
    """Something about the guide's publication changed."""
    events.queue(session, events.Event(guide_id, "editions"))


def _end(session: AsyncSession, edition: Edition, status: str, error: str | None) -> None:
    said = {
        "done": "Ready",
        "cancelled": "Cancelled",
        "waiting": "Waiting for the server to be back",
    }
    edition.status, edition.error = status, error
    edition.step = said.get(status, "It did not work")
    tell(session, edition.guide_id)
