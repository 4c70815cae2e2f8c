"""The files that typst reads: settings, template, pictures, and one source per chapter."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from app.exporting import (
    codes,
    colours,
    directions,
    fonts,
    languages,
    numbering,
    proofs,
    typst_back,
)
from app.exporting.assemble import Assembled, Chapter
from app.exporting.design import Setting
from app.exporting.licences import licence_url

_LOOKS = {"ar": "arabic", "fa": "arabic", "ur": "arabic", "hi": "devanagari", "mr": "devanagari",
          "ne": "devanagari", "zh": "cjk", "ja": "cjk"}  # fmt: skip


def lay_out(whole: Assembled, folder: Path, setting: Setting) -> None:
    """Write everything but the chapters into a fresh folder."""
    templates = files("app.exporting").joinpath("templates")
    for template in templates.iterdir():
        if template.name.endswith(".typ"):
            folder.joinpath(template.name).write_text(template.read_text("utf-8"), "utf-8")
    settings = json.dumps(book_settings(whole, setting), ensure_ascii=False)
    folder.joinpath("book.json").write_text(settings, "utf-8")
    folder.joinpath("chapters").mkdir()
    pictures = folder / "pictures"
    pictures.mkdir()
    for name, picture in whole.pictures.items():
        # A copy, not a link: typst follows links out of its root.
        shutil.copyfile(picture.path, pictures / name)


def book_settings(whole: Assembled, setting: Setting) -> dict[str, Any]:
    """What the templates need to know of a guide and of what the file is for."""
    book = whole.book
    base = languages.base(book.language)
    has_parts = any(chapter.part for chapter in whole.chapters)
    typeface = book.design.typeface or fonts.OF_DESIGN[book.design.name]
    face = fonts.TYPEFACES[typeface]
    return {
        "design": book.design.name,
        "purpose": setting.purpose,
        "page": asdict(setting.page),
        "colour": setting.colour,
        "title": book.title,
        "subtitle": book.subtitle,
        "region": book.region,
        "lang": base,
        "text_region": "TW" if languages.script(book.language) == "hant" else None,
        "dir": languages.direction(book.language),
        "ways": _ways(whole),
        "look": _LOOKS.get(base, "latin"),
        "accent": colours.readable(book.design.accent or book.accent),
        "words": dict(languages.words(book.language)),
        "contributors": [c.name for c in book.contributors if c.role != "facilitator"],
        "facilitators": [c.name for c in book.contributors if c.role == "facilitator"],
        "licence": book.licence,
        "licence_url": licence_url(book.licence),
        "details": {
            "summary": book.details.summary,
            "publisher": book.details.publisher,
            "place": book.details.place,
            "edition": book.details.edition,
            "print_isbn": book.details.print_isbn,
            "ebook_isbn": book.details.ebook_isbn,
            "keywords": list(book.details.keywords),
        },
        "address": book.address,
        "proof": proofs.says(book),
        "year": str(book.made.year),
        "date": book.made.isoformat(),
        "parts": has_parts,
        "codes": _codes(whole, setting),
        "list_figures": numbering.count(whole.chapters) >= numbering.ENOUGH,
        "back": typst_back.back_matter(book),
        "seed": int(hashlib.sha256(book.title.encode()).hexdigest()[:4], 16),
        "typeface": typeface,
        "typeface_name": face.name,
        "serif": _faces(face.serif, base),
        "sans": _faces(face.sans, base),
        "mono": list(fonts.MONO),
    }


def _codes(whole: Assembled, setting: Setting) -> dict[str, list[str] | None]:
    """What is printed for each address: its code, or None where codes are not wanted."""
    if setting.purpose == "screen":
        return {}
    return {
        address: codes.rows(address) if whole.book.design.qr else None
        for address in numbering.addresses(whole.chapters)
    }


def _ways(whole: Assembled) -> dict[str, str]:
    """The directions of the book's own lines that run against it."""
    book = whole.book
    lines = [book.title, book.subtitle, book.region, book.licence]
    lines += [person.name for person in book.contributors]
    for chapter in whole.chapters:
        lines += [chapter.title, chapter.part or ""]
    ways = {line: directions.own_direction(line) for line in lines}
    usual = languages.direction(book.language)
    return {line: way for line, way in ways.items() if way and way != usual}


def _faces(families: tuple[str, ...], base: str) -> list[Any]:
    """The families in the order in which typst looks for a character."""
    order: list[Any] = list(families)
    if _LOOKS.get(base) == "arabic":
        order.remove("Amiri")
        order.insert(0, "Amiri")
    if _LOOKS.get(base) == "cjk":
        # Quotation marks and dashes of Chinese text come from its own face.
        order[0] = {"name": order[0], "covers": "latin-in-cjk"}
        order.remove("Noto Serif SC")
        order.insert(1, "Noto Serif SC")
    return order


def chapter_source(chapter: Chapter, body: str | None, *, shift: int) -> str:
    """The typst source of a chapter; without a body, the page that says it could not be set."""
    lines = [
        '#import "/book.typ": *',
        f"#show: chapter.with({chapter.number}, {quoted(chapter.anchor)}, {quoted(chapter.title)}, "
        f"shift: {shift})",
        "#missing-chapter()" if body is None else body,
    ]
    return "\n".join(lines) + "\n"


def main_source(whole: Assembled, only: int | None = None) -> str:
    """The typst source of the whole book, or of one chapter (by number) alone."""
    lines = ['#import "/book.typ": *', "#show: book"]
    part = 0
    for chapter in whole.chapters:
        if chapter.part is not None:
            part += 1
            if only is None:
                lines.append(f'#part({part}, "part{part}", {quoted(chapter.part)})')
        if only in (None, chapter.number):
            lines.append(f'#include "/chapters/{chapter.number:03}.typ"')
    if only is None:
        lines.append("#back-matter()")
    lines.append("#context [#metadata(here().page())<pages>]")
    # On which page each paragraph begins (`page_marks`).
    lines.append(
        "#context [#metadata(query(<at>).map(mark => "
        "(mark.value, counter(page).at(mark.location()).first())))<marks>]"
    )
    return "\n".join(lines) + "\n"


def shifts(whole: Assembled) -> list[int]:
    """Per chapter, by how much its headings move down: 1 once parts have begun."""
    found: list[int] = []
    shift = 0
    for chapter in whole.chapters:
        if chapter.part is not None:
            shift = 1
        found.append(shift)
    return found


def quoted(text: str) -> str:
    """A typst string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", " ").replace("\r", " ") + '"'
