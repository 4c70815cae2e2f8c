"""Web books for tests: made from trees or folders, opened as a dictionary of files."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from app.exporting.book import Book, ChapterText
from app.manuscript.tree import Node, doc
from tests.exporting.conftest import make


@dataclass
class Site:
    """A web book: its files, and what was objected to."""

    files: dict[str, bytes]
    findings: list[str]
    trees: list[Node] = field(default_factory=list[Node])

    def page(self, name: str) -> str:
        return self.files[name].decode()

    @property
    def pages(self) -> dict[str, Seen]:
        return {name: seen(self.page(name)) for name in self.files if name.endswith(".html")}

    @property
    def chapters(self) -> list[str]:
        own = {"index.html", "about.html", "search.html"}
        return [name for name in self.files if name.endswith(".html") and name not in own]


@dataclass
class Seen(HTMLParser):
    """What a browser finds on a page."""

    ids: list[str] = field(default_factory=list[str])
    addresses: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    elements: list[tuple[str, dict[str, str | None]]] = field(
        default_factory=list[tuple[str, dict[str, str | None]]]
    )
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.elements.append((tag, values))
        self.ids += [values["id"] or ""] if "id" in values else []
        for name in ("href", "src", "action", "data-index"):
            if values.get(name) is not None:
                self.addresses.append((tag, values[name] or ""))
        for one in (values.get("srcset") or "").split(","):
            if one.strip():
                self.addresses.append((tag, one.split()[0]))

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(page: str) -> Seen:
    found = Seen()
    found.feed(page)
    return found


def opened(path: Path, findings: list[str] | None = None) -> Site:
    with zipfile.ZipFile(path) as archive:
        return Site({name: archive.read(name) for name in archive.namelist()}, findings or [])


async def site_of(folder: Path, *chapters: ChapterText, **about: Any) -> Site:
    """The web book of some chapters."""
    known: dict[str, Any] = {
        "title": "A Guide",
        "language": "en",
        "licence": "CC BY 4.0",
        "identifier": "01testguide",
        "made": date(2026, 11, 22),
    } | about
    result = await make(Book(chapters=chapters, **known), folder, "web")
    return opened(result.files[0].path, [finding.code for finding in result.findings])


def chapter(identifier: str, title: str, *blocks: Node, **more: Any) -> ChapterText:
    return ChapterText(identifier, title, doc(*blocks), **more)
