"""The inside: set for a printer, with the gutter that its number of pages asks for, then finished."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.exporting import languages, pdf
from app.exporting.assemble import Assembled
from app.exporting.design import Setting, in_print
from app.exporting.printing import faults, workshop
from app.exporting.printing.plan import Plan
from app.exporting.printing.printers import Gutter, Printer, gutter
from app.manuscript import measure

Progress = Callable[[float, str], Awaitable[None]]

_ROUNDS = 3
_WORDS_A_PAGE = 260
_MM = 0.01


@dataclass(frozen=True, slots=True)
class Interior:
    """A finished inside; `starts` says on which page (from 0) each chapter begins."""

    path: Path
    pages: int
    setting: Setting
    starts: Mapping[str, int]
    rounds: int
    """How often the pages were made until gutter and number of pages agreed."""


async def make(
    whole: Assembled, printer: Printer, folder: Path, target: Path, progress: Progress,
    cache: Path | None = None,
) -> Interior:  # fmt: skip
    """Write the finished inside at `target`; `folder` is fresh and empty, findings go to `whole`.

    A wider gutter can make more pages and these a wider gutter: it only ever grows, so this ends.
    """
    before = list(whole.findings)
    words = sum(measure.words(chapter.tree) for chapter in whole.chapters)
    fitting = gutter(printer, round(words / _WORDS_A_PAGE) + 8 + len(whole.chapters))
    raw = folder / "raw.pdf"
    setting = _setting(whole, printer, fitting)
    done = 0
    while True:
        done += 1
        whole.findings[:] = before
        work = folder / f"round-{done}"
        await asyncio.to_thread(work.mkdir)
        made = await pdf.make_pdf(
            whole, work, raw, progress, cache or folder / "chapters", setting=setting
        )
        asked = gutter(printer, made.pages or 0)
        # From the second round on it only grows: a narrower one would make fewer pages and be right.
        narrower = asked.pages < fitting.pages
        if asked == fitting or (narrower and done > 1) or done == _ROUNDS:
            break
        fitting = asked
        setting = _setting(whole, printer, fitting)
    await progress(0.9, f"Finishing the pages for {printer.title}")
    plan = plan_for(whole, printer, setting)
    answer = await workshop.do(
        "finish", folder, source=str(raw), target=str(target), plan=plan.as_json()
    )
    whole.findings += faults.findings(whole, printer, answer["faults"], answer["starts"])
    return Interior(target, answer["pages"], setting, answer["starts"], done)


def _setting(whole: Assembled, printer: Printer, fitting: Gutter) -> Setting:
    """The pages with a gutter: at least what the printer wants at the spine and around."""
    wide = fitting.gutter_mm
    setting = in_print(whole.book.design, bleed_mm=printer.bleed_mm, gutter_mm=wide)
    while setting.page.inner_mm < fitting.inner_mm - _MM and wide < 40:
        wide += 1
        setting = in_print(whole.book.design, bleed_mm=printer.bleed_mm, gutter_mm=wide)
    return setting


def plan_for(whole: Assembled, printer: Printer, setting: Setting) -> Plan:
    """What the finished file has to be."""
    return Plan(
        printer=printer.title,
        width_mm=setting.page.width_mm,
        height_mm=setting.page.height_mm,
        bleed_mm=printer.bleed_mm,
        bleeds_at_spine=printer.bleeds_at_spine,
        colour=setting.colour,
        metadata=printer.metadata,
        keeps_transparency=printer.keeps_transparency,
        blank_end=printer.blank_end,
        right_to_left=languages.direction(whole.book.language) == "rtl",
        min_ppi=printer.min_ppi,
        min_pages=printer.min_pages,
        max_pages=printer.max_pages,
        max_mb=printer.max_mb,
    )
