"""Making the web book: chapters, pages, pictures, fonts and index become one zip."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError

from app.exporting import colours, pdf
from app.exporting.assemble import Assembled, Chapter
from app.exporting.book import Made
from app.exporting.web import addresses, faces, pages, pictures, searching
from app.exporting.web.fragments import failed, fragment
from app.exporting.web.pictures import Shown
from app.exporting.web.polishing import Page, Rough
from app.exporting.web.words import words

Progress = Callable[[float, str], Awaitable[None]]

COVER_WIDTHS: Final = (320, 640)
_STORED: Final = (".jpg", ".png", ".woff2")


async def make_web(
    whole: Assembled, folder: Path, target: Path, progress: Progress, cache: Path | None = None
) -> Made:
    """Write the web book as a zip at `target`. `folder` is fresh and empty; findings go to `whole`."""
    roughs: list[Rough] = []
    for done, chapter in enumerate(whole.chapters):
        await progress(0.5 * done / len(whole.chapters), f"Writing “{chapter.title}”")
        made = await fragment(whole, chapter, folder, cache)
        roughs.append(await asyncio.to_thread(_rough, whole, chapter, made))
    await progress(0.5, "Drawing the cover")
    drawing = folder / "cover"
    await asyncio.to_thread(drawing.mkdir)
    cover = await pdf.cover_png(whole, drawing)
    shown: dict[str, Shown] = {}
    for done, (name, picture) in enumerate(sorted(whole.pictures.items())):
        await progress(0.6 + 0.3 * done / len(whole.pictures), "Making the pictures fit for phones")
        shown[name] = await asyncio.to_thread(pictures.shown, picture, cache)
    await progress(0.9, "Putting the pages together")
    files = await asyncio.to_thread(_files, whole, roughs, shown, cover)
    await asyncio.to_thread(pack, files, target, whole.book.made)
    return Made("web", target, await asyncio.to_thread(os.path.getsize, target))


def _rough(whole: Assembled, chapter: Chapter, made: str | None) -> Rough:
    says = words(whole.book.language)
    missing = f"<p><strong>{says['missing_chapter']}</strong></p>"
    try:
        return Rough(chapter, missing if made is None else made)
    except ExpatError:
        failed(whole, chapter, "its HTML cannot be read")
        return Rough(chapter, missing)


def _files(
    whole: Assembled, roughs: list[Rough], shown: Mapping[str, Shown], cover: bytes
) -> dict[str, bytes]:
    """Everything in the book by its path, but for the service worker's list of it."""
    names = addresses.addresses(whole.book)
    hrefs = [addresses.page(names[rough.chapter.id]) for rough in roughs]
    places: dict[str, str] = {}
    for rough, href in zip(roughs, hrefs, strict=True):
        places[rough.chapter.anchor] = href
        places |= {old: f"{href}#{new}" for old, new in rough.ids.items()}
    says = words(whole.book.language)
    finished = [rough.finish(places.get, shown, says) for rough in roughs]
    files = {name: data for one in shown.values() for name, data in one.files.items()}
    front = _cover(cover)
    files |= front.files
    style = _style(whole, finished)
    files |= style
    sheet = next(name for name in style if name.endswith(".css"))
    script = _named("assets/book.js", pages.template("book.js").encode(), files)
    frame = pages.Frame(whole, _entries(whole, roughs, finished, hrefs), sheet, script, front)
    listed = [
        (href, rough.chapter.title, page.sections)
        for href, rough, page in zip(hrefs, roughs, finished, strict=True)
    ]
    index = _named("assets/search.json", searching.index(listed), files)
    for at, (href, page) in enumerate(zip(hrefs, finished, strict=True)):
        files[href] = frame.chapter(at, page)
    files["search.html"] = frame.search(index)
    files["about.html"] = frame.about()
    kept = f"book-{whole.book.identifier}"
    size = f"{max(0.1, sum(map(len, files.values())) / 1_000_000):.1f} MB"
    files["index.html"] = frame.contents(kept, size)
    files["sw.js"] = _worker(kept, files)
    return files


def _entries(
    whole: Assembled, roughs: list[Rough], finished: list[Page], hrefs: list[str]
) -> list[pages.Entry]:
    topics = {chapter.id: chapter.topics for chapter in whole.book.chapters}
    in_part = {chapter.id: chapter.part for chapter in whole.book.chapters}
    return [
        pages.Entry(
            href,
            rough.chapter.number,
            rough.chapter.title,
            in_part[rough.chapter.id],
            [section for section in page.sections if section.level == 2],
            topics[rough.chapter.id],
        )
        for href, rough, page in zip(hrefs, roughs, finished, strict=True)
    ]


def _style(whole: Assembled, finished: list[Page]) -> dict[str, bytes]:
    """The style sheet and the fonts it names."""
    book = whole.book
    accent = book.design.accent or book.accent
    titles = [book.title, book.subtitle, *(chapter.title for chapter in whole.chapters)]
    text = "".join([*titles, *(page.html for page in finished)])
    chosen = faces.needed(text, italic="<em>" in text or "<blockquote>" in text)
    files = {f"assets/{face.name}": face.path.read_bytes() for face in chosen}
    files |= {f"assets/{name}": text for name, text in faces.licences(chosen).items()}
    sheet = faces.rules(chosen).encode() + pages.filled(
        "book.css",
        {
            "ACCENT_LIGHT": colours.readable(accent, 6),
            "ACCENT_DARK": colours.on_dark(accent),
        },
    )
    _named("assets/book.css", sheet, files)
    return files


def _cover(drawn: bytes) -> Shown:
    files: dict[str, bytes] = {}
    names = [
        _named(f"pictures/cover-{width}.jpg", pictures.scaled(drawn, width, "jpg"), files)
        for width in COVER_WIDTHS
    ]
    srcset = ", ".join(f"{name} {width}w" for name, width in zip(names, COVER_WIDTHS, strict=True))
    return Shown(names[0], srcset, 320, 480, files)


def _worker(name: str, files: Mapping[str, bytes]) -> bytes:
    hashes = {path: digest(data) for path, data in sorted(files.items())}
    listed = json.dumps(hashes, indent=0, ensure_ascii=True)
    return pages.filled("sw.js", {"__NAME__": json.dumps(name), "__FILES__": listed})


def _named(path: str, data: bytes, files: dict[str, bytes]) -> str:
    """Put a file in under a name with its hash, which can be kept for ever; returns that name."""
    stem, _, ending = path.rpartition(".")
    name = f"{stem}-{digest(data)}.{ending}"
    files[name] = data
    return name


def digest(data: bytes) -> str:
    """A short hash of some bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


def pack(files: Mapping[str, bytes], target: Path, made: date) -> None:
    """Write a zip; the same files give the same bytes all day."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in sorted(files.items()):
            when = (max(made.year, 1980), made.month, made.day, 0, 0, 0)
            entry = zipfile.ZipInfo(name, when)
            entry.external_attr = 0o644 << 16
            stored = name.endswith(_STORED)
            how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, how)
