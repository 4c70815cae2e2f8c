"""Previews: pages of the real book in the looks that somebody tries, as pictures.

The whole book is set as for an export, in the box, and a few of its pages are drawn. Pictures are
kept by the hash of everything that typst reads, so what was looked at once is there at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.exporting import cache as caching
from app.exporting import pdf, typst_files
from app.exporting.assemble import Assembled, assemble
from app.exporting.book import Book
from app.exporting.design import Page, Purpose, in_print, on_screen
from app.kit.errors import Unavailable

KEPT: Final = 24
"""How many previews of a guide are kept."""
_DENSITY: Final = 110
"""Pixels per inch: sharp enough to judge letters, small enough to come at once."""
_PAGES = """
#context {
  let pages(found) = found.map(it => it.location().page())
  let openers = query(<opener>)
  [#metadata((
    title: pages(openers.filter(it => it.value.kind == "front")).at(if printed { 1 } else { 0 }),
    contents: pages(openers.filter(it => it.value.kind == "contents")).first(),
    openings: pages(openers.filter(it => it.value.kind == "chapter")),
    ends: pages(query(<ended>)),
    figures: pages(query(figure.where(kind: image))),
    tables: pages(query(table)),
  ))<places>]
}
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture: what it shows, its page counted from 1, its size in pixels."""

    shows: str
    number: int
    width: int
    height: int


class Previews:
    """The previews of this process; one is made at a time."""

    def __init__(self, data_dir: Path) -> None:
        self._cache = caching.folder(data_dir)
        self._line = asyncio.Semaphore(1)

    def path(self, guide_id: str, key: str, shows: str) -> Path:
        """Where a picture is."""
        return self._folder(guide_id) / key / f"{shows}.png"

    def _folder(self, guide_id: str) -> Path:
        return self._cache / f"previews-{guide_id}"

    async def of(
        self, guide_id: str, book: Book, purpose: Purpose
    ) -> tuple[str, Sequence[Shown], int]:
        """A preview's key, its pictures, and how many pages the book has.

        Raises:
            BadInput: there are no chapters. Unavailable: it cannot be set.
        """
        whole = await asyncio.to_thread(assemble, book)
        async with self._line:
            await asyncio.to_thread(self._cache.mkdir, parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="preview-", dir=self._cache) as work:
                return await self._make(guide_id, whole, purpose, Path(work))

    async def _make(
        self, guide_id: str, whole: Assembled, purpose: Purpose, work: Path
    ) -> tuple[str, Sequence[Shown], int]:
        design = whole.book.design
        setting = on_screen(design) if purpose == "screen" else in_print(design)
        await pdf.lay_out(whole, work, setting, _silent, self._cache)
        source = typst_files.main_source(whole) + _PAGES
        await asyncio.to_thread(work.joinpath("main.typ").write_text, source, "utf-8")
        key = await asyncio.to_thread(_hash, work)
        kept = self._folder(guide_id) / key
        if not kept.joinpath("pages.json").exists():
            drawn = await self._draw(whole, setting.page, work)
            await asyncio.to_thread(_keep, drawn, work, kept)
            await asyncio.to_thread(_forget, self._folder(guide_id))
        said = json.loads(await asyncio.to_thread(kept.joinpath("pages.json").read_text, "utf-8"))
        return key, [Shown(**page) for page in said["pages"]], said["of"]

    async def _draw(self, whole: Assembled, page: Page, work: Path) -> dict[str, Any]:
        made = await pdf.typst(whole, work, "main.typ", work / "book.pdf", ask="<places>")
        if not made.ok or made.answer is None:
            raise Unavailable(
                "These pages cannot be shown. Make the book once: it then says which chapter stops it.",
                code="no_preview",
            )
        chosen = _choose(made.answer)
        drawings = "\n#pagebreak()\n".join(
            f'#image("/book.pdf", page: {number}, width: 100%, height: 100%)'
            for _, number in chosen
        )
        size = f"width: {page.width_mm}mm, height: {page.height_mm}mm"
        sheet = f"#set page({size}, margin: 0pt)\n{drawings}\n"
        await asyncio.to_thread(work.joinpath("sheet.typ").write_text, sheet, "utf-8")
        drawn = await pdf.typst(
            whole, work, "sheet.typ", work / "drawn-{n}.png", format="png", ppi=_DENSITY
        )
        if not drawn.ok:
            raise Unavailable("These pages cannot be drawn.", code="no_preview")
        width, height = (round(side / 25.4 * _DENSITY) for side in (page.width_mm, page.height_mm))
        return {
            "pages": [
                {"shows": shows, "number": number, "width": width, "height": height}
                for shows, number in chosen
            ],
            "of": made.pages,
        }


def _choose(places: dict[str, Any]) -> list[tuple[str, int]]:
    """What is shown and on which page: each kind once, no page twice."""
    opening: int = places["openings"][0]
    end = next(page for page in places["ends"] if page >= opening)
    chosen = [("title", places["title"]), ("contents", places["contents"]), ("opening", opening)]
    taken = {number for _, number in chosen}
    if opening < end:
        chosen.append(("text", opening + 1))
        taken.add(opening + 1)
    for shows in ("figure", "table"):
        found = next((page for page in places[f"{shows}s"] if page not in taken), None)
        if found is not None:
            chosen.append((shows, found))
            taken.add(found)
    return chosen


def _hash(work: Path) -> str:
    """The hash of everything that typst will read."""
    total = hashlib.sha256()
    for path in sorted(work.rglob("*")):
        if path.is_file():
            total.update(f"{path.relative_to(work)} {path.stat().st_size}\n".encode())
            if path.parent.name != "pictures":  # their names are hashes
                total.update(path.read_bytes())
    return total.hexdigest()[:40]


def _keep(said: dict[str, Any], work: Path, kept: Path) -> None:
    kept.mkdir(parents=True, exist_ok=True)
    for at, page in enumerate(said["pages"], 1):
        shutil.move(work / f"drawn-{at}.png", kept / f"{page['shows']}.png")
    # Last: where it is, the pictures are.
    kept.joinpath("pages.json").write_text(json.dumps(said), "utf-8")


def _forget(folder: Path) -> None:
    old = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)


async def _silent(part: float, step: str) -> None:
    """Nobody watches the progress of a preview."""
