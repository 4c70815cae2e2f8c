"""Markdown: each chapter a file that an import reads again as it was, with its pictures in a zip."""

from __future__ import annotations

import asyncio
import json
import os
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from app.exporting.assemble import Assembled, ascii_name
from app.exporting.book import Book, ChapterText, Made
from app.kit import box
from app.kit.converters import pandoc
from app.manuscript import links, markdown
from app.manuscript.pandoc import Writing, document, to_pandoc
from app.manuscript.tidy import tidy
from app.manuscript.tree import Node

Progress = Callable[[float, str], Awaitable[None]]

PICTURES: Final = "pictures/"
_CHAPTER: Final = box.Limits(seconds=300, cpu_seconds=30)


async def make_markdown(whole: Assembled, folder: Path, target: Path, progress: Progress) -> Made:
    """Write the guide as a zip of Markdown files at `target`. `folder` is fresh and empty."""
    book = whole.book
    names = _names(book)
    files = {"guide.yaml": _about(book)}
    for number, chapter in enumerate(book.chapters, 1):
        await progress(0.9 * number / len(book.chapters), f"Writing “{chapter.title}”")
        matter = {"order": number, "lang": book.language} | (
            {"part": chapter.part} if chapter.part else {}
        )
        text = await write(
            chapter.title, chapter.tree, _writing(book, chapter, names), folder, matter
        )
        files[names[chapter.id]] = text
    await asyncio.to_thread(_pack, whole, files, target)
    return Made("markdown", target, await asyncio.to_thread(os.path.getsize, target))


async def write(
    title: str,
    tree: Node,
    writing: Writing,
    folder: Path,
    matter: Mapping[str, object] | None = None,
) -> str:
    """A chapter as a file: what it says about itself, and its words.

    Raises:
        ConversionFailed: pandoc gave up.
    """

    def given() -> bytes:
        blocks = markdown.sayable(to_pandoc(tidy(tree), writing))
        return json.dumps(document(blocks)).encode()

    said = {"title": title, **(matter or {}), **markdown.OWN}
    arguments = ["-f", "json", "-t", markdown.DIALECT, *markdown.OPTIONS]
    made = await pandoc(
        arguments, folder=folder, given=await asyncio.to_thread(given), limits=_CHAPTER
    )
    return f"---\n{_yaml(said)}---\n\n{made.decode()}"


def _names(book: Book) -> dict[str, str]:
    """The file of each chapter, by the chapter's id."""
    return {
        chapter.id: f"{number:02}-{ascii_name(chapter.title.lower(), 'chapter')}.md"
        for number, chapter in enumerate(book.chapters, 1)
    }


def _writing(book: Book, chapter: ChapterText, names: Mapping[str, str]) -> Writing:
    def link(href: str) -> str | None:
        where = links.inside(href)
        if where is None or where.chapter_id is None:
            return href
        if where.chapter_id not in names:
            return None
        return names[where.chapter_id] + (f"#{where.anchor}" if where.anchor else "")

    def asset(asset_id: str) -> str:
        picture = book.pictures.get(asset_id)
        return f"{PICTURES}{picture.name}" if picture is not None else ""

    return Writing(asset=asset, link=link, editor_hints=False)


def _about(book: Book) -> str:
    """What the guide says about itself, for whoever works on with the files."""
    about: dict[str, Any] = {
        "title": book.title,
        "subtitle": book.subtitle,
        "language": book.language,
        "region": book.region,
        "licence": book.licence,
        "contributors": [{"name": one.name, "role": one.role} for one in book.contributors],
        "made": book.made.isoformat(),
        **markdown.OWN,
    }
    return _yaml(about)


def _yaml(values: Mapping[str, object]) -> str:
    said: str = yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, width=1000)
    return said


def _pack(whole: Assembled, files: Mapping[str, str], target: Path) -> None:
    """The same guide gives the same bytes all day."""
    made = whole.book.made
    used = [
        whole.book.pictures[asset]
        for asset in sorted(whole.book.pictures)
        if whole.book.pictures[asset].name in whole.pictures
    ]
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, (made.year, made.month, made.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
        for picture in {one.name: one for one in used}.values():
            entry = zipfile.ZipInfo(
                PICTURES + picture.name, (made.year, made.month, made.day, 0, 0, 0)
            )
            archive.writestr(entry, picture.path.read_bytes())
