"""Bringing in: files are read, their pictures kept, and each becomes a chapter with its words."""

from __future__ import annotations

import asyncio
import posixpath
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from app.assets import pictures
from app.assets import service as assets
from app.chapters import ordering
from app.chapters import service as chapters
from app.chapters.schemas import NewChapter
from app.guides import queries as guide_queries
from app.guides.models import Guide
from app.importing import archives, drafts, files, lengths, readers
from app.importing.drafts import Ready, Source
from app.importing.files import Bundle, Given
from app.importing.readers import Draft
from app.kit.config import Settings
from app.kit.db import Database
from app.kit.errors import AppError
from app.kit.ids import new_id
from app.people.models import Person
from app.sync.service import Sync

Progress = Callable[[float, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Brought:
    """A chapter that came in."""

    id: str
    title: str
    words: int


@dataclass(slots=True)
class Report:
    """What came of an import."""

    chapters: list[Brought] = field(default_factory=list[Brought])
    lost: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def lose(self, file: str, what: str, why: str) -> None:
        """Note something that did not come along."""
        self.lost.append({"file": file, "what": what, "why": why})


class Bringer:
    """Brings one bundle of files into one guide."""

    def __init__(
        self,
        database: Database,
        sync: Sync,
        settings: Settings,
        guide: Guide,
        person_id: str | None,
    ) -> None:
        self._database = database
        self._sync = sync
        self._settings = settings
        self._guide = guide
        self._person_id = person_id
        self.report = Report()

    async def bring(self, bundle: Bundle, folder: Path, progress: Progress) -> Report:
        """All that can be read comes in; `folder` is fresh and for working in."""
        bundle = await self._opened(bundle, folder)
        for given in bundle.unknown:
            if posixpath.basename(given.name) == files.DETAILS:
                why = "This guide keeps its own. They can be changed in the guide's details."
                self.report.lose(given.name, "The title, licence and people of that guide", why)
                continue
            why = "Only Markdown, HTML, Word (.docx) and OpenDocument (.odt) files are read."
            self.report.lose(given.name, "The file", why)
        read = await self._read_all(bundle.texts, folder, progress)
        read = drafts.in_order(read)
        self._languages(read)
        ids = {draft.given.name: new_id() for draft in read}
        ready: list[Ready] = []
        for done, draft in enumerate(read):
            await progress(
                0.5 + 0.3 * done / len(read), f"Taking in the pictures of “{draft.title}”"
            )
            kept = await self._pictures(bundle, draft)
            ready.append(await asyncio.to_thread(drafts.make_ready, draft, kept, ids))
        for done, one in enumerate(await asyncio.to_thread(drafts.link_up, ready)):
            await progress(0.8 + 0.2 * done / len(ready), f"Writing “{one.draft.title}”")
            await self._write(one)
        return self.report

    async def _opened(self, bundle: Bundle, folder: Path) -> Bundle:
        """With the files that are in its zips."""
        inside: dict[str, list[Given]] = {}
        for given in bundle.archives:
            most = self._settings.max_import_mb * 1_000_000
            work = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=folder))
            try:
                found = await asyncio.to_thread(archives.unpacked, given.path, work, most)
            except AppError as error:
                self.report.lose(given.name, "The whole file", error.message)
                continue
            at = posixpath.splitext(given.name)[0]
            inside[given.name] = [Given(f"{at}/{name}", path) for name, path in found]
        return bundle.opened(inside) if bundle.archives else bundle

    async def _read_all(self, texts: list[Given], folder: Path, progress: Progress) -> list[Draft]:
        """The texts that can be read, in their order; two at a time, each in its own process."""
        line = asyncio.Semaphore(2)
        done = 0

        async def one(given: Given) -> Draft | None:
            nonlocal done
            async with line:
                await progress(0.5 * done / len(texts), f"Reading “{given.name}”")
                draft = await self._read(given, folder)
                done += 1
                return draft

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(given)) for given in texts]
        return [draft for task in tasks if (draft := task.result()) is not None]

    async def _read(self, given: Given, folder: Path) -> Draft | None:
        work = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=folder))
        try:
            return await readers.read(given, work)
        except AppError as error:
            self.report.lose(given.name, "The whole file", error.message)
        except OSError:
            self.report.lose(given.name, "The whole file", "It could not be opened.")
        return None

    def _languages(self, read: list[Draft]) -> None:
        own = self._guide.language.lower().split("-")[0]
        for draft in read:
            if draft.language and draft.language.split("-")[0] != own:
                self.report.lose(
                    draft.given.name,
                    f"Its language ({draft.language})",
                    f"The guide is in another one ({self._guide.language}), which decides about "
                    "hyphenation and the direction of the text. It can be changed in the guide's details.",
                )

    async def _pictures(self, bundle: Bundle, draft: Draft) -> dict[str, str]:
        """Asset ids by picture address; what cannot be had is reported."""
        kept: dict[str, str] = {}
        for source in await asyncio.to_thread(drafts.pictures, draft):
            asset_id = await self._picture(bundle, draft, source)
            if asset_id is not None:
                kept[source.address] = asset_id
        return kept

    async def _picture(self, bundle: Bundle, draft: Draft, source: Source) -> str | None:
        named = (
            f"The picture “{source.alt}” ({source.address})"
            if source.alt
            else f"The picture {source.address}"
        )
        named = named if len(named) < 300 else named[:299] + "…"
        if drafts.is_remote(source.address):
            why = "It is on another website, and nothing is fetched from there. Its description is kept."
            self.report.lose(draft.given.name, named, why)
            return None
        path = await asyncio.to_thread(drafts.picture_path, bundle, draft, source.address)
        if path is None:
            why = (
                "It is not among the files. Its description is kept, so that it can be added later."
            )
            self.report.lose(draft.given.name, named, why)
            return None
        try:
            if (
                await asyncio.to_thread(path.stat)
            ).st_size > self._settings.max_upload_mb * 1_000_000:
                raise AppError(f"It is larger than {self._settings.max_upload_mb} MB.")
            data = await asyncio.to_thread(path.read_bytes)
            picture = await pictures.clean(data, path.name)
        except AppError as error:
            self.report.lose(draft.given.name, named, error.message)
            return None
        await assets.write(self._settings.data_dir, picture)
        async with self._database.write() as session:
            asset = await assets.keep(session, self._guide.id, self._person_id, picture)
        return asset.id

    async def _write(self, one: Ready) -> None:
        file = one.draft.given.name
        try:
            words = await asyncio.to_thread(lengths.check_tree, one.tree)
            seed = await self._sync.seed(one.tree)
            async with self._database.write() as session:
                guide = await session.get_one(Guide, self._guide.id)
                person = await session.get(Person, self._person_id) if self._person_id else None
                part_id = await self._part(session, guide, one.draft.part)
                wish = NewChapter(title=one.draft.title, part_id=part_id)
                chapter = await chapters.create(
                    session, guide, person, wish, chapter_id=one.chapter_id
                )
                await self._sync.create_document(session, chapter.document_id, seed)
                await chapters.set_words(session, chapter.document_id, words)
        except AppError as error:
            self.report.lose(file, "The whole file", error.message)
            return
        self.report.chapters.append(Brought(chapter.id, chapter.title, words))
        for lost in one.lost:
            self.report.lose(file, lost.what, lost.why)

    async def _part(self, session: AsyncSession, guide: Guide, title: str | None) -> str | None:
        """Where a chapter goes: the part its file names, else the end of the guide, which is the end
        of its last part."""
        parts = await guide_queries.parts(session, guide.id)
        if title is None:
            return parts[-1].id if parts else None
        for part in parts:
            if part.title == title:
                return part.id
        return (await ordering.create_part(session, guide, title[:200])).id
