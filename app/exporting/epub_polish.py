"""Polishing the EPUB: pandoc's chapters get their titles, pictures and marks of accessibility."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, cast
from xml.dom import minidom

from defusedxml.minidom import parseString

from app.exporting import (
    colours,
    directions,
    epub_package,
    epub_pages,
    languages,
    page_marks,
)
from app.exporting.assemble import Assembled
from app.exporting.epub_package import Item
from app.exporting.epub_pages import PageStart

_TEXT = re.compile(r"EPUB/text/(ch\d+\.xhtml)")
_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="EPUB/content.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>\n"
)
_BEHIND = {"back-glossary": "glossary", "back-index": "index", "back-about": "credits"}
"""What a section behind the chapters is (EPUB Structural Semantics); the others are appendices."""
_XHTML = "application/xhtml+xml"


def polish(whole: Assembled, raw: Path, cover: bytes, target: Path) -> None:
    """Turn pandoc's EPUB into the finished one, byte for byte the same for the same book."""
    chapters, places, pages = _chapters(whole, raw)
    entries = epub_package.contents(whole, places)
    first = next(iter(chapters))
    style = files("app.exporting").joinpath("templates", "book.css").read_text("utf-8")
    style = style.replace("ACCENT", colours.readable(whole.book.accent))
    texts = {
        "nav.xhtml": epub_package.nav(whole, entries, f"text/{first}", pages),
        "toc.ncx": epub_package.ncx(whole, entries),
        "styles/book.css": style,
        "text/cover.xhtml": epub_package.cover_page(whole),
        "text/title.xhtml": epub_package.title_page(whole),
        "text/imprint.xhtml": epub_package.imprint(whole),
        **{f"text/{name}": text for name, text in chapters.items()},
    }
    items = [
        Item("nav", "nav.xhtml", _XHTML, "nav"),
        Item("ncx", "toc.ncx", "application/x-dtbncx+xml"),
        Item("style", "styles/book.css", "text/css"),
        Item("cover", "text/cover.xhtml", _XHTML),
        Item("title", "text/title.xhtml", _XHTML),
        Item("imprint", "text/imprint.xhtml", _XHTML),
        Item("cover-image", "media/cover.png", "image/png", "cover-image"),
    ]
    items += [Item(_id(name), f"text/{name}", _XHTML) for name in chapters]
    items += [
        Item(f"p{_id(name)}", f"media/{name}", picture.media_type)
        for name, picture in sorted(whole.pictures.items())
    ]
    spine = ["cover", "title", "imprint", "nav", *map(_id, chapters)]
    texts["content.opf"] = epub_package.package(
        whole, items, spine, visual=bool(whole.pictures), paged=bool(pages)
    )
    with zipfile.ZipFile(target, "w") as archive:
        _put(archive, whole, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        _put(archive, whole, "META-INF/container.xml", _CONTAINER.encode())
        for name, text in sorted(texts.items()):
            _put(archive, whole, f"EPUB/{name}", text.encode())
        _put(archive, whole, "EPUB/media/cover.png", cover, zipfile.ZIP_STORED)
        for name, picture in sorted(whole.pictures.items()):
            data = picture.path.read_bytes()
            _put(archive, whole, f"EPUB/media/{name}", data, zipfile.ZIP_STORED)


def _put(
    archive: zipfile.ZipFile,
    whole: Assembled,
    name: str,
    data: bytes,
    how: int = zipfile.ZIP_DEFLATED,
) -> None:
    made = whole.book.made
    info = zipfile.ZipInfo(name, (max(made.year, 1980), made.month, made.day, 0, 0, 0))
    info.external_attr = 0o644 << 16
    archive.writestr(info, data, how)


def _chapters(
    whole: Assembled, raw: Path
) -> tuple[dict[str, str], dict[str, str], list[PageStart]]:
    """The polished chapters by file name, in which file each chapter's anchor is, and the pages."""
    starts = page_marks.first_of_each_page(whole.printed)
    pages: list[PageStart] = []
    numbers = {chapter.anchor: chapter.number for chapter in whole.chapters}
    polished: dict[str, str] = {}
    places: dict[str, str] = {}
    with zipfile.ZipFile(raw) as archive:
        for name in sorted(archive.namelist()):
            found = _TEXT.fullmatch(name)
            if not found:
                continue
            dom = parseString(archive.read(name).decode(), forbid_dtd=False)
            pages += epub_pages.put_in(dom, starts, f"text/{found.group(1)}")
            anchor = _polish(dom, whole, numbers)
            if anchor:
                places[anchor] = f"text/{found.group(1)}"
            polished[found.group(1)] = dom.toxml("utf-8").decode()
            dom.unlink()
    return polished, places, pages


def _polish(dom: minidom.Document, whole: Assembled, numbers: dict[str, int]) -> str | None:
    """Finish a chapter's page in place; returns the anchor of the chapter or part in it."""
    says = languages.words(whole.book.language)
    for root in _all(dom, "html"):
        root.setAttribute("dir", languages.direction(whole.book.language))
    _directions(dom)
    for code in _all(dom, "pre"):
        code.setAttribute("dir", "ltr")
    for style in list(_all(dom, "style")):
        _parent(style).removeChild(style)
    for link in _all(dom, "link"):
        link.setAttribute("href", "../styles/book.css")
    for meta in list(_all(dom, "meta")):
        if meta.getAttribute("name") == "generator":
            _parent(meta).removeChild(meta)
    anchor = _chapter(dom, whole, numbers)
    for image in _all(dom, "img"):
        name = image.getAttribute("src").rpartition("/")[2]
        image.setAttribute("src", f"../media/{name}")
        classes = image.getAttribute("class").split()
        if "decorative" in classes or not image.hasAttribute("alt"):
            image.setAttribute("alt", "")
        if image.getAttribute("alt") == "":
            image.setAttribute("role", "presentation")
        if image.hasAttribute("class"):
            image.removeAttribute("class")
    for box in _all(dom, "div"):
        classes = box.getAttribute("class").split()
        if "callout" in classes:
            _callout(dom, box, classes, says)
    _notes(dom)
    return anchor


def _chapter(dom: minidom.Document, whole: Assembled, numbers: dict[str, int]) -> str | None:
    section = next(
        (s for s in _all(dom, "section") if "level1" in s.getAttribute("class").split()), None
    )
    heading = next(iter(_all(dom, "h1")), None)
    if section is None or heading is None:
        return None
    anchor = section.getAttribute("id")
    own = directions.own_direction(_text(heading))
    if own and own != languages.direction(whole.book.language):
        heading.setAttribute("dir", own)
    title = next(iter(_all(dom, "title")))
    for child in list(title.childNodes):
        title.removeChild(child)
    title.appendChild(dom.createTextNode(_text(heading)))
    number = numbers.get(anchor)
    if number is None:
        kind = _BEHIND.get(anchor, "appendix") if anchor.startswith("back-") else "part"
        section.setAttribute("epub:type", kind)
        section.setAttribute("role", f"doc-{kind}")
        heading.setAttribute("id", f"{anchor}-title")
        section.setAttribute("aria-labelledby", f"{anchor}-title")
        section.setAttribute("class", kind)
        return anchor
    section.setAttribute("epub:type", "chapter")
    section.setAttribute("role", "doc-chapter")
    heading.setAttribute("id", f"{anchor}-title")
    section.setAttribute("aria-labelledby", f"{anchor}-title")
    label = dom.createElement("p")
    label.setAttribute("class", "chapter-number")
    label.appendChild(dom.createTextNode(str(number)))
    _parent(heading).insertBefore(label, heading)
    return anchor


def _directions(dom: minidom.Document) -> None:
    """A line's direction moves from its span to its block, so that it also begins on its side."""
    for span in list(_all(dom, "span")):
        way = span.getAttribute("dir")
        if not way:
            continue
        parent = _parent(span)
        if parent.tagName != "li" and len(parent.childNodes) == 1:
            parent.setAttribute("dir", way)
            for child in list(span.childNodes):
                parent.insertBefore(child, span)
            parent.removeChild(span)
        elif parent.tagName in ("li", "td", "th", "figcaption"):
            # The item's mark stays on the book's side.
            span.tagName = span.nodeName = "div"


def _callout(dom: minidom.Document, box: minidom.Element, classes: list[str], says: Any) -> None:
    kind = next((name for name in ("tip", "warning", "example") if name in classes), "note")
    box.tagName = box.nodeName = "aside"
    if kind == "tip":
        box.setAttribute("epub:type", "tip")
        box.setAttribute("role", "doc-tip")
    label = dom.createElement("p")
    label.setAttribute("class", "callout-label")
    label.appendChild(dom.createTextNode(says[kind]))
    box.insertBefore(label, box.firstChild)


def _notes(dom: minidom.Document) -> None:
    """A way back from every footnote, for readers that do not show it in place."""
    for note in _all(dom, "aside"):
        if note.getAttribute("role") != "doc-footnote":
            continue
        number = note.getAttribute("id").removeprefix("fn")
        first = next(iter(_all(note, "p")), None)
        if first is None:
            continue
        back = dom.createElement("a")
        back.setAttribute("href", f"#fnref{number}")
        back.setAttribute("role", "doc-backlink")
        back.setAttribute("class", "backlink")
        back.appendChild(dom.createTextNode(f"{number}."))
        first.insertBefore(dom.createTextNode(" "), first.firstChild)
        first.insertBefore(back, first.firstChild)


def _all(dom: Any, tag: str) -> Iterator[minidom.Element]:
    return iter(cast("list[minidom.Element]", dom.getElementsByTagName(tag)))


def _parent(node: Any) -> minidom.Element:
    return cast("minidom.Element", node.parentNode)


def _text(node: Any) -> str:
    if node.nodeType == node.TEXT_NODE:
        return str(node.data)
    return "".join(_text(child) for child in node.childNodes)


def _id(name: str) -> str:
    return "i" + re.sub(r"[^A-Za-z0-9]", "-", name)
