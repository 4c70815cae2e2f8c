"""What is inside a finished file, in any format: its letters, notes, links and pictures, in order."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from app.manuscript.links import inside as inner_link
from app.manuscript.tree import Node, Text
from tests.exporting import books
from tests.exporting.pages import letters

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass
class Inside:
    """All of it in reading order; `notes` are apart from the text, `inner` are links inside the book
    and `anchors` the places they may lead to."""

    text: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    pictures: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


def inside(path: Path) -> Inside:
    """What is in a file, by its name."""
    for ending, read in (
        (".epub", epub), (".docx", docx), (".odt", odt), ("-indesign.zip", icml),
    ):  # fmt: skip
        if path.name.endswith(ending):
            return read(path)
    raise ValueError(path.name)


def _link(found: Inside, href: str, *, in_note: bool = False) -> None:
    if href.startswith("#"):
        found.inner.append(href[1:])
    elif not in_note:
        found.links.append(href)


def epub(path: Path) -> Inside:
    found = Inside()

    def walk(node: ET.Element) -> None:
        if node.get("role") == "doc-footnote":
            found.notes.append("".join(node.itertext()))
            return
        if node.tag == f"{XHTML}style" or node.get("class") in ("chapter-number", "callout-label"):
            return
        if node.get("id"):
            found.anchors.add(f"{node.get('id')}")
        href = node.get("href", "")
        if node.tag == f"{XHTML}a" and node.get("role") not in ("doc-noteref", "doc-backlink"):
            _link(found, href if ":" in href else "#" + href.rpartition("#")[2])
        if node.tag == f"{XHTML}img":
            found.pictures.append(node.get("src", "").rpartition("/")[2])
            found.shown.append(node.get("alt", "missing"))
        if node.get("role") != "doc-noteref":
            found.text.append(node.text or "")
            for child in node:
                walk(child)
                found.text.append(child.tail or "")

    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if re.fullmatch(r"EPUB/text/ch\d+\.xhtml", name):
                body = ET.fromstring(archive.read(name)).find(f"{XHTML}body")
                assert body is not None
                walk(body)
    return found


def docx(path: Path) -> Inside:
    found = Inside()
    with zipfile.ZipFile(path) as archive:
        relations = {
            one.get("Id"): one.get("Target", "")
            for one in ET.fromstring(archive.read("word/_rels/document.xml.rels"))
        }
        notes = {
            note.get(f"{W}id"): _words(note)
            for note in ET.fromstring(archive.read("word/footnotes.xml"))
        }
        body = ET.fromstring(archive.read("word/document.xml"))[0]
        for node in _body(body, lambda p: _style(p) in FRONT):
            if node.tag == f"{W}t":
                found.text.append(node.text or "")
            elif node.tag in (f"{W}p", f"{W}br", f"{W}tab"):
                found.text.append("\n")
            elif node.tag == f"{W}footnoteReference":
                found.notes.append(notes[node.get(f"{W}id")])
            elif node.tag == f"{W}hyperlink":
                target = relations.get(node.get(f"{R}id")) or f"#{node.get(f'{W}anchor')}"
                _link(found, target)
            elif node.tag == f"{W}bookmarkStart":
                found.anchors.add(node.get(f"{W}name", ""))
            elif node.tag == f"{A}blip":
                target = relations[node.get(f"{R}embed")]
                assert f"word/{target}" in archive.namelist()
                found.pictures.append(target.rpartition("/")[2])
            elif node.tag.endswith("}docPr"):
                found.shown.append(node.get("descr", "missing"))
    return found


FRONT = ("Title", "Subtitle", "BookLine", "ImprintHeading", "Imprint", "Contents", "TOCPart",
         "TOC1", "TOC2", "CalloutLabel")  # fmt: skip


def _style(paragraph: ET.Element) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if style is None else style.get(f"{W}val", "")


def _body(node: ET.Element, skipped: Any) -> Iterator[ET.Element]:
    for child in node:
        if child.tag in (f"{W}p", f"{TEXT}p") and skipped(child):
            continue
        yield child
        yield from _body(child, skipped)


def _words(node: ET.Element) -> str:
    return "".join(one.text or "" for one in node.iter(f"{W}t"))


def odt(path: Path) -> Inside:
    found = Inside()

    def walk(node: ET.Element, in_note: bool = False) -> None:
        if node.tag in (f"{TEXT}table-of-content", f"{TEXT}note-citation"):
            return
        if node.tag in (f"{TEXT}p", f"{TEXT}h"):
            found.text.append("\n")
            if node.get(f"{TEXT}style-name") in FRONT:
                return
        if node.tag == f"{TEXT}note":
            body = node.find(f"{TEXT}note-body")
            assert body is not None
            found.notes.append("".join(body.itertext()))
            return
        if node.tag == f"{TEXT}a":
            _link(found, node.get(f"{XLINK}href", ""))
        if node.tag.startswith(f"{TEXT}bookmark"):
            found.anchors.add(node.get(f"{TEXT}name", ""))
        if node.tag == f"{DRAW}frame":
            title = node.find(f"{SVG}title")
            found.shown.append("" if title is None else title.text or "")
            image = node.find(f"{DRAW}image")
            assert image is not None
            assert image.get(f"{XLINK}href") in names
            found.pictures.append(image.get(f"{XLINK}href", "").rpartition("/")[2])
            return
        if node.tag in (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"):
            found.text.append(" ")
        found.text.append(node.text or "")
        for child in node:
            walk(child)
            found.text.append(child.tail or "")

    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        content = ET.fromstring(archive.read("content.xml"))
        walk(content[-1])
    return found


FRONT_ICML = re.compile(r"/(Title|Subtitle|BookLine|Imprint\w*|ChapterNumber) |CalloutLabel")


def icml(path: Path) -> Inside:
    found = Inside()
    targets: dict[str, str] = {}

    def walk(node: ET.Element, style: str = "") -> None:
        style = node.get("AppliedParagraphStyle", style)
        if node.tag == "Footnote":
            found.notes.append("".join(one.text or "" for one in node.iter("Content")))
            return
        if FRONT_ICML.search(style):
            return
        if node.tag == "HyperlinkTextSource":
            _link(found, targets[node.get("Self", "")])
        if node.tag == "HyperlinkTextDestination":
            found.anchors.add(node.get("Self", "").removeprefix("HyperlinkTextDestination/#"))
        if node.tag == "Link":
            address = node.get("LinkResourceURI", "").removeprefix("file:")
            assert address in names
            found.pictures.append(address.rpartition("/")[2])
        if node.tag == "ObjectExportOption":
            found.shown.append(node.get("CustomAltText", ""))
        if node.tag == "Content":
            found.text.append(node.text or "")
        if node.tag == "Br":
            found.text.append("\n")
        for child in node:
            walk(child, style)

    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        root = ET.fromstring(archive.read("book.icml"))
        addresses = {
            one.get("Self"): one.get("DestinationURL", "")
            for one in root.iter("HyperlinkURLDestination")
        }
        for link in root.iter("Hyperlink"):
            target = link.findtext("Properties/Destination") or ""
            inner = target.removeprefix("HyperlinkTextDestination/")
            targets[link.get("Source", "")] = addresses.get(target, inner)
        for story in root.iter("Story"):
            walk(story)
    return found


async def of_markdown(path: Path, folder: Path) -> Inside:
    """As an import reads it."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "unpacked")
    keep = folder / "kept"
    keep.mkdir()
    book, _ = await books.read_folder(folder / "unpacked", keep)
    return of_trees([(one.title, one.tree) for one in book.chapters])


def of_trees(chapters: Iterable[tuple[str, Node]]) -> Inside:
    """What a manuscript holds: `text` is a list of its lines."""
    found = Inside()

    def line(node: Node) -> str:
        out: list[str] = []
        last: str | None = None
        for child in node.content:
            href: str | None = None
            if isinstance(child, Text):
                out.append(child.text)
                href = next((m.attrs["href"] for m in child.marks if m.type == "link"), None)
                if href is not None and href != last:
                    (found.links if inner_link(href) is None else found.inner).append(href)
            elif child.type == "footnote":
                before = found.links, found.inner
                found.links, found.inner = [], []
                found.notes.append(line(child))
                found.links, found.inner = before
            else:
                out.append(" ")
            last = href
        return "".join(out)

    def walk(node: Node) -> None:
        if node.type == "figure":
            found.pictures.append(str(node.attrs["asset"]))
            found.shown.append("" if node.attrs["decorative"] else str(node.attrs["alt"]))
        if node.type in ("paragraph", "heading", "codeBlock", "figure"):
            found.text.append(line(node))
            if node.type == "figure":
                found.text.append(str(node.attrs["credit"]))
            return
        for child in node.content:
            if isinstance(child, Node):
                walk(child)

    for title, tree in chapters:
        found.text.append(title)
        walk(tree)
    return found


def lost(lines: Iterable[str], within: str) -> list[str]:
    """The lines whose letters are not there, each after the one before it."""
    text = letters(within)
    at = 0
    missing: list[str] = []
    for one in lines:
        here = text.find(letters(one), at)
        if here < 0:
            missing.append(one)
        else:
            at = here + len(letters(one))
    return missing
