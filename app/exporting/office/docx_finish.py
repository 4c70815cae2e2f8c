"""Finishing the DOCX: contents that are filled and renew themselves, pictures, directions, metadata."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from app.exporting import languages
from app.exporting.assemble import Assembled
from app.exporting.directions import own_direction
from app.exporting.office import content, docx_parts
from app.exporting.office.xml import Element, element, parse, q, serialise, text_of
from app.exporting.packing import pack
from app.exporting.standins import StandIns

_RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_DECORATIVE: Final = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
"""The extension that says that a picture only decorates (MS-ODRAWXML §2.28)."""


def finish(
    whole: Assembled, alternatives: Sequence[str], standins: StandIns, raw: Path, target: Path
) -> None:
    """Turn pandoc's DOCX into the finished one, byte for byte the same for the same book."""
    with zipfile.ZipFile(raw) as archive:
        parts: dict[str, bytes | Path] = {
            name: archive.read(name) for name in archive.namelist() if not name.endswith("/")
        }
    renamed = _pictures(parts, standins)
    document = parse(_bytes(parts, "word/document.xml"))
    _finish_body(whole, document, alternatives)
    parts["word/document.xml"] = serialise(document)
    notes = parse(_bytes(parts, "word/footnotes.xml"))
    _directions(whole, notes)
    parts["word/footnotes.xml"] = serialise(notes)
    relations = parse(_bytes(parts, "word/_rels/document.xml.rels"))
    for relation in relations.iter(_RELATION):
        name = relation.get("Target", "")
        relation.set("Target", renamed.get(f"word/{name}", f"word/{name}").removeprefix("word/")
                     if relation.get("TargetMode") != "External" else name)  # fmt: skip
    parts["word/_rels/document.xml.rels"] = serialise(relations)
    parts["word/numbering.xml"] = docx_parts.numbering(_bytes(parts, "word/numbering.xml"))
    parts["word/settings.xml"] = docx_parts.settings(whole)
    parts["docProps/core.xml"] = docx_parts.core(whole).encode()
    parts["[Content_Types].xml"] = docx_parts.content_types(_bytes(parts, "[Content_Types].xml"))
    names = [
        "[Content_Types].xml",
        *sorted(name for name in parts if name != "[Content_Types].xml"),
    ]
    pack(target, whole.book.made, {name: parts[name] for name in names})


def _bytes(parts: Mapping[str, bytes | Path], name: str) -> bytes:
    data = parts[name]
    return data if isinstance(data, bytes) else data.read_bytes()


def _pictures(parts: dict[str, bytes | Path], standins: StandIns) -> dict[str, str]:
    """Put the pictures in; old name → new name."""
    renamed: dict[str, str] = {}
    for name in [name for name in parts if name.startswith("word/media/")]:
        picture = standins.pictures.get(_bytes(parts, name))
        if picture is not None:
            renamed[name] = f"word/media/{picture.name}"
            del parts[name]
            parts[renamed[name]] = picture.path
    return renamed


def _finish_body(whole: Assembled, document: Element, alternatives: Sequence[str]) -> None:
    described = iter(alternatives)
    for drawing in document.iter(q("wp:inline")):
        _describe(drawing, next(described, ""))
    body = next(document.iter(q("w:body")))
    rtl = languages.direction(whole.book.language) == "rtl"
    for table in body.iter(q("w:tbl")):
        _table(table, rtl=rtl)
    _air(body)
    for heading, bookmark in _headings(body):
        if bookmark.startswith("part"):
            _style(heading).set(q("w:val"), "Part")
        elif bookmark.startswith("back-") and _style_of(heading) == "Heading1":
            _style(heading).set(q("w:val"), "BackHeading")
    _contents(whole, body)
    _directions(whole, document)


def _headings(body: Element) -> Iterator[tuple[Element, str]]:
    """The headings of chapters' titles and sections at the top, each with its bookmark's name."""
    name = ""
    for child in body:
        if child.tag == q("w:bookmarkStart"):
            name = child.get(q("w:name"), "")
        elif child.tag == q("w:p") and _style_of(child) in (
            "Heading1",
            "Heading2",
            "Part",
            "BackHeading",
        ):
            yield child, name


def _contents(whole: Assembled, body: Element) -> None:
    """The table of contents after its heading: a field that has its lines already and gets their
    pages when it is opened (§17.16.5.68)."""
    bookmarks = [name for _, name in _headings(body)]
    lines = list(zip(content.lines(whole), bookmarks, strict=True))
    paragraphs: list[Element] = []
    for line, bookmark in lines:
        style = {0: "TOCPart", 1: "TOC1", 2: "TOC2"}[line.level]
        number = f"{line.number}" if line.number is not None else ""
        shown = [_run(number), _tab()] if number else []
        link = element(
            "w:hyperlink",
            {"w:anchor": bookmark, "w:history": "1"},
            *shown,
            _run(line.text),
        )
        properties = element("w:pPr", {}, element("w:pStyle", {"w:val": style}))
        paragraphs.append(element("w:p", {}, properties, link))
    begin, instruction, separate, _, end = _field(
        'TOC \\o "1-2" \\h \\z \\t "Part,1,BackHeading,1"'
    )
    begin[0].set(q("w:dirty"), "true")
    for at, run in enumerate((begin, instruction, separate)):
        paragraphs[0].insert(1 + at, run)
    paragraphs[-1].append(end)
    at = next(at for at, child in enumerate(body) if _style_of(child) == "Contents")
    for offset, paragraph in enumerate(paragraphs, 1):
        body.insert(at + offset, paragraph)


def _field(instruction: str) -> list[Element]:
    def mark(kind: str) -> Element:
        return element("w:r", {}, element("w:fldChar", {"w:fldCharType": kind}))

    said = element("w:instrText", {"xml:space": "preserve"}, f" {instruction} ")
    return [mark("begin"), element("w:r", {}, said), mark("separate"), _run("…"), mark("end")]


def _run(text: str) -> Element:
    return element("w:r", {}, element("w:t", {"xml:space": "preserve"}, text))


def _tab() -> Element:
    return element("w:r", {}, element("w:tab"))


def _describe(drawing: Element, alternative: str) -> None:
    """What a picture shows; that one shows nothing is said too."""
    for properties in (*drawing.iter(q("wp:docPr")), *drawing.iter(q("pic:cNvPr"))):
        properties.set("descr", alternative)
    if not alternative:
        properties = next(drawing.iter(q("wp:docPr")))
        extension = Element(q("a:ext"), {"uri": _DECORATIVE})
        extension.append(Element(q("adec:decorative"), {"val": "1"}))
        properties.append(element("a:extLst", {}, extension))


def _table(table: Element, *, rtl: bool) -> None:
    """As wide as the text, from the book's side, and no row is torn in two."""
    properties = next(table.iter(q("w:tblPr")))
    for width in properties.findall(q("w:tblW")):
        width.set(q("w:type"), "pct")
        width.set(q("w:w"), "5000")
    if rtl:
        properties.insert(1, element("w:bidiVisual"))
    for row in table.findall(q("w:tr")):
        settings = row.find(q("w:trPr"))
        if settings is None:
            settings = element("w:trPr")
            row.insert(0, settings)
        settings.insert(0, element("w:cantSplit"))


def _air(body: Element) -> None:
    """A paragraph that follows a box or a list keeps its distance."""
    boxed = ("Callout", "CalloutNote", "CalloutTip", "CalloutWarning", "CalloutExample",
             "SourceCode", "Compact")  # fmt: skip
    before: Element | None = None
    for child in body:
        if child.tag not in (q("w:p"), q("w:tbl")):
            continue
        follows = before is not None and (
            before.tag == q("w:tbl") or _style_of(before) in boxed or _is_item(before)
        )
        if (
            follows
            and child.tag == q("w:p")
            and _style_of(child) in ("BodyText", "FirstParagraph")
            and not _is_item(child)
        ):
            _style(child).set(q("w:val"), "AfterBox")
        before = child


def _is_item(paragraph: Element) -> bool:
    return paragraph.find(f"{q('w:pPr')}/{q('w:numPr')}") is not None


def _directions(whole: Assembled, root: Element) -> None:
    """Each paragraph goes the way of its first strong letter, as the editor shows it."""
    book = languages.direction(whole.book.language)
    for paragraph in root.iter(q("w:p")):
        is_code = _style_of(paragraph) == "SourceCode"
        way = "ltr" if is_code else own_direction(text_of(paragraph)) or book
        properties = paragraph.find(q("w:pPr"))
        if properties is None:
            properties = element("w:pPr")
            paragraph.insert(0, properties)
        for old in properties.findall(q("w:bidi")):
            properties.remove(old)
        if way == "rtl":
            # After what stands before it in §17.3.1.26; pandoc writes no more than these.
            before = {q(f"w:{name}") for name in ("pStyle", "keepNext", "keepLines", "numPr")}
            at = sum(1 for child in properties if child.tag in before)
            properties.insert(at, element("w:bidi"))


def _style(paragraph: Element) -> Element:
    return next(paragraph.iter(q("w:pStyle")))


def _style_of(paragraph: Element) -> str:
    found = paragraph.find(f"{q('w:pPr')}/{q('w:pStyle')}")
    return "" if found is None else found.get(q("w:val"), "")
