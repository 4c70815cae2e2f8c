"""Finishing: typst's PDF becomes the file a printer takes. Runs in the worker, never in the server.

Nothing to click, no bookmarks, no tags; boxes as the printer has them; an even number of pages;
grey as plain grey; pictures without transparency. The same input gives the same bytes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from app.exporting.printing.flattening import components, flatten
from app.exporting.printing.plan import Plan

_KEPT = ("/Type", "/Pages", "/Lang", "/Version")


def finish(source: Path, target: Path, plan: Plan) -> int:
    """Write the finished file; gives the number of its pages."""
    with Pdf.open(source) as pdf:
        _strip(pdf, plan)
        for number, page in enumerate(pdf.pages):
            _boxes(page, number, plan)
        _plain_grey(pdf)
        flatten(pdf, grey=not plan.colour)
        _fill_up(pdf, plan)
        pages = len(pdf.pages)
        pdf.remove_unreferenced_resources()
        # PDF 1.6 has object streams; none of the printers wants anything newer.
        pdf.save(target, deterministic_id=True, linearize=False)
    return pages


def starts(source: Path) -> dict[str, int]:
    """Where chapters begin: id → page from 0, by the places that links lead to."""
    found: dict[str, int] = {}
    with Pdf.open(source) as pdf:
        if "/Names" not in pdf.Root or "/Dests" not in pdf.Root.Names:
            return found
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        for name, place in pikepdf.NameTree(pdf.Root.Names.Dests).items():
            where: Any = place
            if isinstance(where, Dictionary):
                where = where.D
            number = pages.get(where[0].objgen)
            if number is not None and re.fullmatch(r"c[0-9]+", str(name)):
                found[str(name)] = number
    return found


def _strip(pdf: Pdf, plan: Plan) -> None:
    """Everything that is not on paper."""
    for key in list(pdf.Root.keys()):
        if key not in _KEPT:
            del pdf.Root[key]
    if plan.right_to_left:
        pdf.Root.ViewerPreferences = Dictionary(Direction=Name.R2L)
    for page in pdf.pages:
        for key in ("/Annots", "/StructParents", "/Tabs", "/AA", "/Metadata", "/PieceInfo"):
            if key in page.obj:
                del page.obj[key]
    about = {key: str(pdf.docinfo[key]) for key in ("/Title", "/Author") if key in pdf.docinfo}
    made = pdf.docinfo.get("/CreationDate")
    forget(pdf)
    if plan.metadata:
        for key, value in about.items():
            pdf.docinfo[key] = value
        if made is not None:
            pdf.docinfo["/CreationDate"] = made
        pdf.docinfo["/Trapped"] = Name("/False")


def forget(pdf: Pdf) -> None:
    """Take the file's own title, author and dates away."""
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]


def _boxes(page: pikepdf.Page, number: int, plan: Plan) -> None:
    """Trim is what stays after cutting; media and bleed what is printed. Of page `number` from 0."""
    bleed, points = plan.bleed_mm, 72 / 25.4
    media = [float(value) for value in page.mediabox]
    trim = [
        media[0] + bleed * points, media[1] + bleed * points,
        media[2] - bleed * points, media[3] - bleed * points,
    ]  # fmt: skip
    if not plan.bleeds_at_spine:
        # The first page lies on the right of the spine, in a book from right to left on its left.
        spine_is_left = (number % 2 == 0) != plan.right_to_left
        edge = 0 if spine_is_left else 2
        media[edge] = trim[edge]
    page.obj.MediaBox = page.obj.BleedBox = page.obj.CropBox = _box(media)
    page.obj.TrimBox = _box(trim)
    for key in ("/ArtBox", "/Rotate"):
        if key in page.obj:
            del page.obj[key]


def _box(values: list[float]) -> Array:
    return Array([round(value, 4) for value in values])


def _plain_grey(pdf: Pdf) -> None:
    """Grey through a profile is printed as a mixture of inks by some: black text would be pale."""
    for holder in _resources(pdf):
        spaces: Any = holder.get("/ColorSpace")
        if spaces is None:
            continue
        for name in list(spaces.keys()):
            if components(spaces[name]) == 1:
                spaces[name] = Name.DeviceGray


def _resources(pdf: Pdf) -> list[Any]:
    """The resources of all pages and of the forms on them."""
    holders: list[Any] = [page.obj for page in pdf.pages]
    holders += [
        thing
        for thing in pdf.objects
        if isinstance(thing, Stream) and thing.get("/Subtype") == "/Form"
    ]
    return [holder.Resources for holder in holders if "/Resources" in holder]


def _fill_up(pdf: Pdf, plan: Plan) -> None:
    """Blank pages at the end: to an even number, and one more leaf where the last must be empty."""
    blanks = len(pdf.pages) % 2
    if plan.blank_end and not blanks:
        blanks = 2
    for _ in range(blanks):
        bleed, points = plan.bleed_mm, 72 / 25.4
        size = (
            (plan.width_mm + 2 * bleed) * points,
            (plan.height_mm + 2 * bleed) * points,
        )
        pdf.add_blank_page(page_size=size)
        blank = pdf.pages[-1]
        # An empty stream that is said to be compressed stops some printers' programs.
        del blank.obj.Contents
        _boxes(blank, len(pdf.pages) - 1, plan)
