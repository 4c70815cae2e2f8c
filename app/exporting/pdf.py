"""PDF: pandoc's typst writer behind our filter, then typst with our template.

Each chapter is a source of its own. When the book does not compile, the chapters are compiled
alone to find the culprit; its place is taken by a page that says so, and the rest is a book.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from app.exporting import cache as caching
from app.exporting import fonts, numbering, page_marks, typst_files
from app.exporting.assemble import Assembled, Chapter
from app.exporting.book import Made
from app.exporting.design import Setting, on_screen
from app.kit import box
from app.kit.converters import ConversionFailed, pandoc
from app.manuscript.findings import Finding
from app.manuscript.pandoc import document

log = logging.getLogger(__name__)

Progress = Callable[[float, str], Awaitable[None]]
"""(share done from 0 to 1, what is being done in plain words)."""

# Computing is what is limited; waiting is generous, because a busy machine is nobody's fault.
_COMPILE = box.Limits(seconds=900, cpu_seconds=240, memory_mb=4000, output_mb=512)
_CHAPTER = box.Limits(seconds=300, cpu_seconds=30)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the typst worker said."""

    ok: bool
    errors: list[str]
    pages: int | None = None
    answer: Any = None
    """What the document said to the question it was asked."""


async def make_pdf(
    whole: Assembled,
    folder: Path,
    target: Path,
    progress: Progress,
    cache: Path | None = None,
    setting: Setting | None = None,
) -> Made:
    """Set the book as PDF at `target`, for the screen unless `setting` says else.

    `folder` is fresh and empty; findings go to `whole`.
    """
    setting = setting or on_screen(whole.book.design)
    await lay_out(whole, folder, setting, progress, cache)
    shifts = typst_files.shifts(whole)
    sources = dict(zip((c.number for c in whole.chapters), shifts, strict=True))
    await progress(0.45, "Making the pages")
    accessible = setting.purpose == "screen"
    made = await _compile_book(whole, folder, target, progress, sources, accessible=accessible)
    if made.answer and (setting.purpose == "print" or not whole.printed):
        whole.printed = dict(made.answer)
    size = await asyncio.to_thread(lambda: target.stat().st_size)
    return Made("pdf", target, size, made.pages)


async def lay_out(
    whole: Assembled, folder: Path, setting: Setting, progress: Progress, cache: Path | None
) -> None:
    """Write all that typst reads, but the source that puts it together, into a fresh folder."""
    await asyncio.to_thread(typst_files.lay_out, whole, folder, setting)
    shifts = typst_files.shifts(whole)
    for done, (chapter, shift) in enumerate(zip(whole.chapters, shifts, strict=True)):
        await progress(0.4 * done / len(whole.chapters), f"Setting “{chapter.title}”")
        await _write_chapter(whole, chapter, shift, folder, cache)


async def cover_png(whole: Assembled, folder: Path) -> bytes:
    """The cover as a picture 1600 pixels wide, for the EPUB."""
    if not folder.joinpath("book.json").exists():
        typst_files.lay_out(whole, folder, on_screen(whole.book.design))
    source = (
        '#import "/cover.typ": cover, height, width\n'
        "#set page(width: width, height: height, margin: 0pt)\n#cover()\n"
    )
    folder.joinpath("cover-page.typ").write_text(source, "utf-8")
    target = folder / "cover.png"
    wide = on_screen(whole.book.design).page.width_mm / 25.4
    answer = await typst(whole, folder, "cover-page.typ", target, format="png", ppi=1600 / wide)
    if not answer.ok:
        raise ConversionFailed("The cover could not be drawn.", "\n".join(answer.errors))
    return target.read_bytes()


async def _write_chapter(
    whole: Assembled, chapter: Chapter, shift: int, folder: Path, cache: Path | None
) -> None:
    body: str | None
    try:
        body = await _typst_of(chapter, folder, cache)
    except ConversionFailed as error:
        body = None
        _blame(whole, chapter, str(error))
    source = typst_files.chapter_source(chapter, body, shift=shift)
    _path(folder, chapter).write_text(source, "utf-8")


async def _typst_of(chapter: Chapter, folder: Path, cache: Path | None) -> str:
    """The chapter's blocks as typst; an unchanged chapter is not converted twice."""
    filter_file = files("app.exporting").joinpath("filters", "typst.lua")
    blocks = page_marks.marked(chapter, numbering.numbered(chapter))
    given = json.dumps(document(blocks)).encode()
    key = hashlib.sha256(given + filter_file.read_bytes()).hexdigest()
    kept = caching.read(cache, f"{key}.typ")
    if kept is not None:
        return kept.decode()
    with as_file(filter_file) as path:
        arguments = ["-f", "json", "-t", "typst", "--wrap=none", "-L", str(path)]
        made = await pandoc(arguments, folder=folder, given=given, limits=_CHAPTER)
    caching.write(cache, f"{key}.typ", made)
    return made.decode()


async def _compile_book(
    whole: Assembled,
    folder: Path,
    target: Path,
    progress: Progress,
    sources: dict[int, int],
    *,
    accessible: bool,
) -> Compiled:
    folder.joinpath("main.typ").write_text(typst_files.main_source(whole), "utf-8")
    findings: list[Finding] = []
    if accessible:
        made = await typst(whole, folder, "main.typ", target, standards=["ua-1"], ask="<marks>")
        if made.ok:
            return made
        # The accessible kind of PDF forbids more than it must: an ordinary one may still be made.
        findings = _accessibility(whole, made.errors)
    made = await typst(whole, folder, "main.typ", target, ask="<marks>")
    if made.ok:
        whole.findings.extend(findings)
        return made
    await progress(0.6, "Looking for the chapter that cannot be set")
    found = False
    for done, chapter in enumerate(whole.chapters):
        await progress(0.6 + 0.2 * done / len(whole.chapters), f"Trying “{chapter.title}” alone")
        name = f"only-{chapter.number:03}.typ"
        source = typst_files.main_source(whole, only=chapter.number)
        folder.joinpath(name).write_text(source, "utf-8")
        alone = await typst(whole, folder, name, folder / "alone.pdf")
        if not alone.ok:
            found = True
            _blame(whole, chapter, alone.errors[0] if alone.errors else "")
            shift = sources[chapter.number]
            source = typst_files.chapter_source(chapter, None, shift=shift)
            _path(folder, chapter).write_text(source, "utf-8")
    again = await typst(whole, folder, "main.typ", target, ask="<marks>") if found else made
    if not again.ok:
        raise ConversionFailed("The pages could not be made.", "\n".join(again.errors))
    return again


def _blame(whole: Assembled, chapter: Chapter, why: str) -> None:
    whole.findings.append(
        Finding(
            "chapter_failed",
            "must",
            chapter.title,
            "This chapter could not be set in the PDF; a page says so in its place. "
            f"What stopped it: {why.strip().rstrip('.') or 'unknown'}.",
            chapter.id,
        )
    )


def _accessibility(whole: Assembled, errors: list[str]) -> list[Finding]:
    """What keeps the PDF from being PDF/UA, each thing once."""
    if not errors:
        return []
    message = (
        "The PDF is readable but could not be made fully accessible (PDF/UA-1): "
        f"{errors[0].strip().rstrip('.')}."
    )
    return [Finding("pdf_not_accessible", "should", whole.book.title, message)]


async def typst(
    whole: Assembled,
    folder: Path,
    main: str,
    target: Path,
    *,
    format: str = "pdf",
    ppi: float | None = None,
    standards: list[str] | None = None,
    ask: str | None = None,
) -> Compiled:
    """Compile one source in a process of its own. `ask` is the label of a piece of metadata whose
    value is the answer; pages as pictures go to a `target` with `{n}` in its name."""
    job: dict[str, Any] = {
        "root": str(folder),
        "main": str(folder / main),
        "output": str(target),
        "format": format,
        "ppi": ppi,
        "fonts": [str(path) for path in await asyncio.to_thread(fonts.folders)],
        "standards": standards,
        "timestamp": timestamp(whole),
        "count": format == "pdf",
        "ask": ask,
    }
    with as_file(files("app.exporting").joinpath("typst_worker.py")) as worker:
        command = [sys.executable, "-I", str(worker)]
        try:
            result = await box.run(
                command, folder=folder, given=json.dumps(job).encode(), limits=_COMPILE
            )
        except box.BoxError as error:
            return Compiled(ok=False, errors=[str(error)])
    try:
        answer = json.loads(result.output)
    except ValueError:
        log.warning("typst ended with %s: %s", result.code, result.errors[-2000:])
        # When memory runs out typst aborts, or the kernel ends it; nothing is said then.
        starved = result.code in (-signal.SIGABRT, -signal.SIGKILL)
        why = "It needs more memory than is allowed." if starved else "It could not be typeset."
        return Compiled(ok=False, errors=[why])
    return Compiled(answer["ok"], answer["errors"], answer.get("pages"), answer.get("answer"))


def timestamp(whole: Assembled) -> int:
    """Midnight of the day the book is made: the same book gives the same bytes all day."""
    return int(datetime.combine(whole.book.made, time(), UTC).timestamp())


def _path(folder: Path, chapter: Chapter) -> Path:
    return folder / "chapters" / f"{chapter.number:03}.typ"
