"""Assembling: a guide becomes one pandoc document, chapter by chapter.

Chapter titles are level 1. Ids are unique in the whole book (`c<chapter>-<slug>-<n>`); links
between chapters lead to them, and links that lead nowhere become text and a finding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.exporting.book import Book, ChapterText, Picture
from app.exporting.directions import with_directions
from app.exporting.languages import direction
from app.exporting.ready import ready
from app.exporting.typography import set_quotes
from app.kit.errors import BadInput
from app.manuscript import links, pandoc
from app.manuscript.anchors import anchors, loose
from app.manuscript.findings import Degree, Finding
from app.manuscript.tidy import clean_text, tidy
from app.manuscript.tree import Node, Text, walk

_MUST = frozenset({"chapter_empty", "picture_missing", "dead_link"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading for the table of contents."""

    id: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter as pandoc's blocks, without its title."""

    id: str
    number: int
    """From 1, over the whole book."""
    title: str
    anchor: str
    part: str | None
    """The part's title, on the first chapter of a part."""
    blocks: list[dict[str, Any]]
    headings: list[Heading]
    tree: Node


@dataclass(slots=True)
class Assembled:
    """A whole book, ready for the converters."""

    book: Book
    chapters: list[Chapter] = field(default_factory=list[Chapter])
    findings: list[Finding] = field(default_factory=list[Finding])
    pictures: dict[str, Picture] = field(default_factory=dict[str, Picture])
    """The pictures that are used, by their file name in the book."""
    printed: dict[str, int] = field(default_factory=dict[str, int])
    """On which page of the PDF each marked paragraph begins, once there is one (`page_marks`)."""


def assemble(book: Book) -> Assembled:
    """Put a book together. BadInput when there is nothing to print."""
    if not book.chapters:
        raise BadInput(
            "There is nothing to export yet: this guide has no chapters.", code="no_chapters"
        )
    book = _clean(book)
    whole = Assembled(book)
    trees: list[Node] = []
    for chapter in book.chapters:
        object_to = _objection(whole, chapter)
        tree = ready(tidy(chapter.tree), dict(book.pictures), object_to)
        if not tree.content:
            object_to("chapter_empty", "There is nothing in this chapter yet.")
        trees.append(set_quotes(tree, book.language))
    targets = {
        chapter.id: _ids(number, tree)
        for number, (chapter, tree) in enumerate(zip(book.chapters, trees, strict=True), 1)
    }
    part: str | None = None
    for number, (chapter, tree) in enumerate(zip(book.chapters, trees, strict=True), 1):
        opens = chapter.part if chapter.part != part else None
        part = chapter.part
        whole.chapters.append(_chapter(whole, chapter, tree, number, opens, targets))
    return whole


def _clean(book: Book) -> Book:
    """The book with its own lines as they may stand in XML: a title is never empty."""

    def line(text: str) -> str:
        return " ".join(clean_text(text).split())

    return replace(
        book,
        title=line(book.title) or "…",
        subtitle=line(book.subtitle),
        region=line(book.region),
        licence=line(book.licence) or "…",
        details=replace(
            book.details,
            summary="\n\n".join(filter(None, map(line, book.details.summary.split("\n\n")))),
            publisher=line(book.details.publisher),
            place=line(book.details.place),
            edition=line(book.details.edition),
            keywords=[word for word in map(line, book.details.keywords) if word],
        ),
        contributors=[replace(person, name=line(person.name)) for person in book.contributors],
        chapters=[
            replace(
                chapter,
                title=line(chapter.title) or "…",
                part=None if chapter.part is None else line(chapter.part) or "…",
            )
            for chapter in book.chapters
        ],
    )


def _chapter(
    whole: Assembled,
    chapter: ChapterText,
    tree: Node,
    number: int,
    part: str | None,
    targets: Mapping[str, Mapping[str, str]],
) -> Chapter:
    object_to = _objection(whole, chapter)
    ids = list(targets[chapter.id].values())
    following = iter(ids)

    def asset(asset_id: str) -> str:
        picture = whole.book.pictures[asset_id]
        whole.pictures[picture.name] = picture
        return picture.name

    def link(href: str) -> str | None:
        where = links.inside(href)
        if where is None:
            return href
        known = targets.get(where.chapter_id or chapter.id)
        if known is None:
            object_to("dead_link", f"A link leads to a chapter that is not in the guide ({href}).")
            return None
        page = f"#{_anchor(whole.book, where.chapter_id or chapter.id)}"
        if where.anchor is None:
            return page
        found = known.get(where.anchor) or _loosely(known, where.anchor)
        if found is None:
            object_to(
                "dead_link",
                f"A link leads to a heading that is not there (#{where.anchor}).",
            )
            return page if where.chapter_id and where.chapter_id != chapter.id else None
        return f"#{found}"

    writing = pandoc.Writing(
        asset=asset, link=link, heading_id=lambda _: next(following), editor_hints=False
    )
    blocks = with_attributions(pandoc.to_pandoc(tree, writing))
    blocks = with_directions(blocks, direction(whole.book.language))
    headings = [
        Heading(identifier, int(node.attrs["level"]), _text(node))
        for identifier, (node, _) in zip(ids, anchors(tree), strict=True)
    ]
    return Chapter(
        id=chapter.id,
        number=number,
        title=_title(chapter.title, whole.book.language),
        anchor=f"c{number}",
        part=_title(part, whole.book.language) if part else None,
        blocks=blocks,
        headings=headings,
        tree=tree,
    )


def with_attributions(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A quote's last paragraph, when it begins with a dash, says who is quoted."""
    for block in blocks:
        content: Any = block.get("c")
        if block["t"] == "BlockQuote":
            last = content[-1]
            if len(content) > 1 and last["t"] == "Para" and _starts_with_dash(last["c"]):
                content[-1] = {"t": "Div", "c": [["", ["attribution"], []], [last]]}
            with_attributions(content)
        elif block["t"] == "Div":
            with_attributions(content[1])
        elif block["t"] in ("BulletList", "OrderedList"):
            for item in content if block["t"] == "BulletList" else content[1]:
                with_attributions(item)
    return blocks


def _starts_with_dash(line: list[dict[str, Any]]) -> bool:
    return bool(line) and line[0]["t"] == "Str" and line[0]["c"].startswith(("—", "–", "―", "--"))


def _loosely(known: Mapping[str, str], anchor: str) -> str | None:
    wanted = loose(anchor)
    return next((found for name, found in known.items() if loose(name) == wanted), None)


def _ids(number: int, tree: Node) -> dict[str, str]:
    """Anchor → id of every heading of a chapter, in reading order."""
    return {
        anchor: f"c{number}-{ascii_name(anchor, 's')}-{at}"
        for at, (_, anchor) in enumerate(anchors(tree), 1)
    }


def ascii_name(text: str, otherwise: str) -> str:
    """A short name of small letters, digits and hyphens for a text in small letters; `otherwise`
    where none are left of it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or otherwise


def _anchor(book: Book, chapter_id: str) -> str:
    return next(f"c{n}" for n, chapter in enumerate(book.chapters, 1) if chapter.id == chapter_id)


def _objection(whole: Assembled, chapter: ChapterText) -> Any:
    def object_to(code: str, message: str) -> None:
        degree: Degree = "must" if code in _MUST else "should"
        finding = Finding(code, degree, chapter.title, message, chapter.id)
        if finding not in whole.findings:
            whole.findings.append(finding)

    return object_to


def _title(title: str, language: str) -> str:
    line = set_quotes(Node("paragraph", {}, (Text(clean_text(title)),)), language)
    return _text(line)


def _text(node: Node) -> str:
    return "".join(_texts(node)).strip()


def _texts(node: Node) -> Iterator[str]:
    return (child.text for child in walk(node) if isinstance(child, Text))
