"""Making: a book becomes files in the formats asked for, each in a fresh folder of its own."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.exporting.assemble import Assembled, assemble
from app.exporting.book import Book, Made
from app.exporting.epub import make_epub
from app.exporting.icml import make_icml
from app.exporting.markdown import make_markdown
from app.exporting.office.docx import make_docx
from app.exporting.office.odt import make_odt
from app.exporting.pdf import make_pdf
from app.exporting.printing import parcel
from app.exporting.web.making import make_web
from app.manuscript.findings import Finding

Progress = Callable[[float, str], Awaitable[None]]

# How long each takes, compared with the other: for an honest progress bar.
_WEIGHTS = {
    "epub": 1.0,
    "pdf": 2.0,
    "web": 1.5,
    "docx": 1.5,
    "odt": 1.8,
    "icml": 0.8,
    "markdown": 0.8,
    "print": 4.0,
    "booklet": 2.5,
}
_ENDINGS = {"markdown": "-markdown.zip", "icml": "-indesign.zip", "web": "-web.zip"}


@dataclass(frozen=True, slots=True)
class Result:
    """The files, and what should be put right."""

    files: Sequence[Made]
    findings: Sequence[Finding]


async def make(
    book: Book,
    formats: Sequence[str],
    folder: Path,
    name: str,
    progress: Progress,
    cache: Path | None = None,
    press: parcel.Press | None = None,
) -> Result:
    """Write `name`.epub, `name`.pdf, `name`-markdown.zip and so on into `folder`; of `print-lulu`
    and the like all that the printer gets, of `booklet-a4` the sheets to fold.

    BadInput when there is nothing to print; ConversionFailed when a format cannot be made at all.
    """
    whole = await asyncio.to_thread(assemble, book)
    wanted = list(dict.fromkeys(formats))
    total = sum(_WEIGHTS[format_.partition("-")[0]] for format_ in wanted)
    done = 0.0
    files: dict[str, list[Made]] = {}
    # The EPUB has the pages of the PDF, where both are made.
    for format_ in sorted(wanted, key=lambda one: one == "epub"):
        kind, _, which = format_.partition("-")
        share = _WEIGHTS[kind]
        before = done

        async def within(
            part: float, step: str, before: float = before, share: float = share
        ) -> None:
            await progress((before + part * share) / total, step)

        target = folder / f"{name}{_ENDINGS.get(format_, f'.{format_}')}"
        with tempfile.TemporaryDirectory(prefix="making-", dir=folder) as work:
            if kind in ("print", "booklet"):
                make_it = parcel.make_print if kind == "print" else parcel.make_booklet
                job = parcel.Job(which, Path(work), folder, name, cache, press or parcel.Press())
                files[format_] = await make_it(whole, job, within)
            else:
                made = await _one(whole, format_, Path(work), target, within, cache)
                files[format_] = [made]
        done += share
    return Result([made for format_ in wanted for made in files[format_]], whole.findings)


async def _one(
    whole: Assembled,
    format_: str,
    work: Path,
    target: Path,
    progress: Progress,
    cache: Path | None,
) -> Made:
    match format_:
        case "epub":
            return await make_epub(whole, work, target, progress)
        case "docx":
            return await make_docx(whole, work, target, progress)
        case "odt":
            return await make_odt(whole, work, target, progress)
        case "icml":
            return await make_icml(whole, work, target, progress)
        case "web":
            return await make_web(whole, work, target, progress, cache)
        case "markdown":
            return await make_markdown(whole, work, target, progress)
        case _:
            return await make_pdf(whole, work, target, progress, cache)
