"""Checking: whether a finished inside is what the printer asks, by looking at the file alone.

Nothing here trusts what made the file. Each fault has a code, a page where there is one, and what
was seen; `faults` makes findings of them, with chapter and picture. Runs in the worker.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pikepdf import Pdf

from app.exporting.printing import looking
from app.exporting.printing.plan import Plan

POINTS = 72 / 25.4
_NEAR = 0.02 * POINTS
Fault = dict[str, Any]
"""`code`, and with it `page` (from 0), `seen`, `width`, `height`, `ppi` where they say something."""


def check(path: Path, plan: Plan) -> list[Fault]:
    """All faults of the inside at `path`."""
    faults: list[Fault] = []
    with Pdf.open(path) as pdf:
        pages = len(pdf.pages)
        if pages % 2:
            faults.append({"code": "print_odd_pages", "seen": pages})
        if not plan.min_pages <= pages <= plan.max_pages:
            faults.append({"code": "print_page_count", "seen": pages})
        faults += _extras(pdf, plan)
        faults += [
            {"code": "print_font_missing", "seen": name.lstrip("/")}
            for name, embedded in sorted(looking.fonts(pdf).items())
            if not embedded
        ]
        for number, page in enumerate(pdf.pages):
            if wrong := _box_fault(page, number, plan):
                faults.append({"code": "print_boxes", "page": number, "seen": wrong})
            faults += _page_faults(looking.look(page), number, plan)
        if plan.blank_end and pages and looking.look(pdf.pages[-1]).painted:
            faults.append({"code": "print_last_page", "page": pages - 1})
    size = path.stat().st_size / 1_000_000
    if size > plan.max_mb:
        faults.append({"code": "print_too_large", "seen": round(size)})
    return faults


def _extras(pdf: Pdf, plan: Plan) -> list[Fault]:
    """What is in the file and not on paper."""
    found: list[str] = []
    if any("/Annots" in page.obj for page in pdf.pages):
        found.append("annotations")
    names = {"/Outlines": "bookmarks", "/AcroForm": "form fields", "/OpenAction": "an action",
             "/Names": "names", "/StructTreeRoot": "tags"}  # fmt: skip
    found += [what for key, what in names.items() if key in pdf.Root]
    if not plan.metadata and ("/Metadata" in pdf.Root or len(list(pdf.docinfo.keys())) > 0):
        found.append("metadata")
    if pdf.is_encrypted:
        found.append("encryption")
    return [{"code": "print_extras", "seen": ", ".join(found)}] if found else []


def _box_fault(page: Any, number: int, plan: Plan) -> str:
    """What is wrong with a page's boxes; empty when they are the printer's."""
    for key in ("/MediaBox", "/TrimBox", "/BleedBox"):
        if key not in page.obj:
            return f"no {key[1:]}"
    media, trim, bleed = (
        [float(value) for value in page.obj[key]] for key in ("/MediaBox", "/TrimBox", "/BleedBox")
    )
    wide, high = trim[2] - trim[0], trim[3] - trim[1]
    if abs(wide - plan.width_mm * POINTS) > _NEAR or abs(high - plan.height_mm * POINTS) > _NEAR:
        return f"{wide / POINTS:.1f} × {high / POINTS:.1f} mm"
    around = [trim[0] - media[0], trim[1] - media[1], media[2] - trim[2], media[3] - trim[3]]
    wanted = [plan.bleed_mm * POINTS] * 4
    if not plan.bleeds_at_spine:
        wanted[0 if (number % 2 == 0) != plan.right_to_left else 2] = 0
    if any(abs(have - want) > _NEAR for have, want in zip(around, wanted, strict=True)):
        return "bleed of " + ", ".join(f"{edge / POINTS:.2f}" for edge in around) + " mm"
    return "" if bleed == media else "a bleed box of its own"


def _page_faults(seen: looking.Seen, number: int, plan: Plan) -> list[Fault]:
    faults: list[Fault] = []
    if seen.mixed_black:
        faults.append({"code": "print_black", "page": number})
    if seen.transparent and not plan.keeps_transparency:
        faults.append({"code": "print_transparency", "page": number})
    faults += [
        {
            "code": "print_low_resolution"
            if picture.ppi >= plan.min_ppi * 2 / 3
            else "print_blurred",
            "page": number,
            "width": picture.width,
            "height": picture.height,
            "ppi": round(picture.ppi),
        }
        for picture in seen.pictures
        if picture.ppi < plan.min_ppi - 1
    ]
    return faults
