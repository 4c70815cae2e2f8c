"""The parcel: all that a printer gets, in one zip: inside, cover, template, data sheet, ONIX.

And the booklet, which needs no printer but a photocopier.
"""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.exporting import languages
from app.exporting.assemble import Assembled
from app.exporting.book import Made
from app.exporting.design import TRIMS
from app.exporting.printing import cover, ghostscript, imposing, interior, onix, sheet, workshop
from app.exporting.printing.faults import findings as findings_of
from app.exporting.printing.faults import inches
from app.exporting.printing.printers import PRINTERS, CoverSize, Printer, cover_size
from app.kit.converters import ConversionFailed
from app.manuscript.findings import Degree, Finding

Progress = Callable[[float, str], Awaitable[None]]
_WHEN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class OwnCover:
    """A finished cover that somebody put in: a clean PDF of one page."""

    path: Path
    width_mm: float
    height_mm: float
    spine_mm: float
    """What the spine was when it was put in."""
    printer: str
    """For whom it was made; another printer gets it only where it fits."""


@dataclass(frozen=True, slots=True)
class Press:
    """What is there for every printed book: the operator's converter, the guide's own cover."""

    ghostscript: str | None = None
    own_cover: OwnCover | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One print export: for `which` printer (a key of PRINTERS) or on which sheets, and where.

    `work` is fresh and empty; finished files go into `folder` and begin with `name`.
    """

    which: str
    work: Path
    folder: Path
    name: str
    cache: Path | None
    press: Press


async def make_print(whole: Assembled, job: Job, progress: Progress) -> list[Made]:
    """Write all files for a printer; the zip first. Findings go to `whole`."""
    printer, folder, name = PRINTERS[job.which], job.folder, job.name
    stem = f"{name}-{printer.name}"
    start = len(whole.findings)
    _foresee(whole, printer)
    inside_work, cover_work, guides_work = (
        job.work / part for part in ("inside", "cover", "guides")
    )
    for part in (inside_work, cover_work, guides_work):
        await asyncio.to_thread(part.mkdir)
    inside = await interior.make(
        whole,
        printer,
        inside_work,
        folder / f"{stem}-inside.pdf",
        _share(progress, 0, 0.7),
        job.cache,
    )
    book = whole.book
    page = (inside.setting.page.width_mm, inside.setting.page.height_mm)
    size = cover_size(printer, page, inside.pages, book.design.paper, colour=book.design.colour)
    await progress(0.75, "Drawing the cover")
    front = folder / f"{stem}-cover.pdf"
    guides = folder / f"{stem}-cover-template.pdf"
    if not await _own(whole, job, size, inside.pages, front):
        await cover.draw(whole, printer, size, inside.pages, cover_work, front)
    await cover.template(whole, printer, size, inside.pages, guides_work, guides)
    colour_space, converted = await _colours(whole, printer, job, inside, front, progress)
    _say_what_is_unsure(whole, printer, size)
    mine = whole.findings[start:]
    ready = converted and all(finding.degree != "must" for finding in mine)
    await progress(0.95, "Packing everything for the printer")
    said = sheet.page(
        whole, printer, size, inside.pages, mine, ready=ready, colour_space=colour_space
    )
    printed = onix.Printed(inside.pages, *page, size.spine_mm)
    files = [
        ("read-me-first.html", said.encode()),
        (inside.path.name, inside.path),
        (front.name, front),
        (guides.name, guides),
        (f"{name}-onix.xml", onix.message(whole, printed)),
    ]
    parcel = folder / f"{stem}.zip"
    await asyncio.to_thread(_pack, parcel, files)
    return [
        _made("print", parcel),
        _made("print-inside", inside.path, inside.pages),
        _made("print-cover", front, 1),
        _made("print-template", guides, 1),
    ]


async def make_booklet(whole: Assembled, job: Job, progress: Progress) -> list[Made]:
    """Write the sheets of the whole book: two pages a side, in the order of folding."""
    paper, work = job.which, job.work
    inside = await interior.make(
        whole, PRINTERS["copyshop"], work, work / "inside.pdf", _share(progress, 0, 0.9), job.cache
    )
    target = job.folder / f"{job.name}-booklet-{paper}.pdf"
    await progress(0.92, "Laying two pages on each side")
    rtl = languages.direction(whole.book.language) == "rtl"
    answer = await workshop.do(
        "impose", work, source=str(inside.path), target=str(target), paper=paper, rtl=rtl
    )
    if inside.pages > imposing.IN_ONE:
        gatherings = -(-inside.pages // imposing.GATHERING)
        whole.findings.append(
            Finding(
                "booklet_thick", "should", whole.book.title,
                f"{inside.pages} pages do not fold into one booklet: the {answer['sheets']} sheets are "
                f"{gatherings} gatherings of up to {imposing.GATHERING // 4} sheets. Fold each one, lay "
                "them on one another, and sew or staple the spine.",
            )
        )  # fmt: skip
    return [_made("booklet", target, answer["sheets"] * 2)]


def _foresee(whole: Assembled, printer: Printer) -> None:
    """What the printer will object to whatever the pages look like."""
    book = whole.book
    wide, high = TRIMS[book.design.trim]
    (low, most), (least, top) = printer.width_mm, printer.height_mm
    if not (low - 0.1 <= wide <= most + 0.1 and least - 0.1 <= high <= top + 0.1):
        _say(whole, "print_trim", "must",
             f"{printer.title} does not print pages of {wide:g} × {high:g} mm. Choose another size of "
             "page, or another printer.")  # fmt: skip
    if printer.name != "copyshop" and not book.details.print_isbn:
        _say(whole, "print_no_isbn", "should",
             f"There is no ISBN, so the cover has no barcode. Take one from {printer.title}, or enter "
             "yours under “For bookshops, libraries and printers”.")  # fmt: skip
    if not book.details.summary:
        _say(whole, "print_no_summary", "should",
             "Nothing says what the book is about, so the back of the cover is nearly empty. Write a "
             "few sentences under “For bookshops, libraries and printers”.")  # fmt: skip


async def _own(whole: Assembled, job: Job, size: CoverSize, pages: int, target: Path) -> bool:
    """Whether the cover that somebody put in fits, and is at `target`."""
    own = job.press.own_cover
    if own is None:
        return False
    off = abs(own.width_mm - size.width_mm), abs(own.height_mm - size.height_mm)
    if off[0] <= 0.6 and off[1] <= 0.6:
        await asyncio.to_thread(lambda: target.write_bytes(own.path.read_bytes()))
        return True
    if own.printer != job.which:
        return False
    same_page = off[1] <= 0.6 and abs(own.spine_mm - size.spine_mm) > 0.05
    why = (
        f"Spine is now {size.spine_mm:.1f} mm: replace the cover"
        if same_page
        else f"The cover must now be {size.width_mm:.1f} × {size.height_mm:.1f} mm: replace it"
    )
    _say(whole, "print_cover_size", "must",
         f"{why}. Yours is {own.width_mm:.1f} × {own.height_mm:.1f} mm, for another number of pages or "
         f"another printer; the book has {pages} pages. Until then the one from the design is in its "
         "place, and the new template lies beside it.")  # fmt: skip
    return False


async def _colours(
    whole: Assembled, printer: Printer, job: Job, inside: interior.Interior, front: Path,
    progress: Progress,
) -> tuple[str, bool]:  # fmt: skip
    """In which colours the files are, in words, and whether that is what the printer asks."""
    ours = "inside in RGB" if inside.setting.colour else "inside in black"
    if printer.colour_space == "rgb":
        return f"{ours}, cover in RGB: what {printer.title} asks", True
    program = job.press.ghostscript
    if program is None:
        _say(whole, "print_not_ready", "should",
             f"{printer.title} asks for the four inks of a press (CMYK, PDF/X), and these files are in "
             "RGB. Have them converted by somebody with Adobe Acrobat or Ghostscript, or ask the "
             "operator of this server to set CHAPTERHOUSE_GHOSTSCRIPT.")  # fmt: skip
        return f"{ours}, cover in RGB; {printer.title} asks for CMYK", False
    await progress(0.85, "Converting the colours for the press")
    plan = interior.plan_for(whole, printer, inside.setting)
    try:
        answer = await ghostscript.to_cmyk(program, inside.path, job.work, plan)
        on_cover = await ghostscript.to_cmyk(program, front, job.work, None)
    except ConversionFailed as error:
        _say(whole, "print_not_ready", "should", f"{error} The files are in RGB.")
        return f"{ours}, cover in RGB; {printer.title} asks for CMYK", False
    whole.findings += findings_of(whole, printer, answer["faults"], inside.starts)
    done = bool(answer["cmyk"] and on_cover["cmyk"])
    if not done:
        _say(whole, "print_not_ready", "should",
             "Not every colour could be converted for the press: some are still in RGB.")  # fmt: skip
    return "CMYK, marked as PDF/X-3:2002 (not validated)", done


def _say_what_is_unsure(whole: Assembled, printer: Printer, size: CoverSize) -> None:
    if not printer.spine_is_known:
        _say(whole, "print_spine_unsure", "should",
             f"The spine of {inches(size.spine_mm)} is reckoned by us. Before you print, compare with "
             f"{printer.calculator}.")  # fmt: skip


def _say(whole: Assembled, code: str, degree: Degree, message: str) -> None:
    whole.findings.append(Finding(code, degree, whole.book.title, message))


def _share(progress: Progress, start: float, end: float) -> Progress:
    async def within(part: float, step: str) -> None:
        await progress(start + part * (end - start), step)

    return within


def _pack(target: Path, files: Sequence[tuple[str, bytes | Path]]) -> None:
    """A zip whose bytes depend on nothing but what is in it."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files:
            about = zipfile.ZipInfo(name, _WHEN)
            about.external_attr = 0o644 << 16
            # PDFs are compressed inside already.
            packed = zipfile.ZIP_STORED if name.endswith(".pdf") else zipfile.ZIP_DEFLATED
            about.compress_type = packed
            data = content if isinstance(content, bytes) else content.read_bytes()
            archive.writestr(about, data)


def _made(format_: str, path: Path, pages: int | None = None) -> Made:
    return Made(format_, path, path.stat().st_size, pages)
