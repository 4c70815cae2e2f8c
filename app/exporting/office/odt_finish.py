"""Finishing the ODT: contents, pictures with what they show, directions, tables, metadata."""

from __future__ import annotations

import copy
import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

from app.exporting import colours, languages
from app.exporting.assemble import Assembled
from app.exporting.directions import own_direction
from app.exporting.office import odt_contents
from app.exporting.office.paper import Paper
from app.exporting.office.xml import Element, element, parse, q, serialise, text_of
from app.exporting.packing import pack
from app.exporting.standins import StandIns


def finish(
    whole: Assembled,
    sheet: Paper,
    alternatives: Sequence[str],
    standins: StandIns,
    raw: Path,
    target: Path,
) -> None:
    """Turn pandoc's ODT into the finished one, byte for byte the same for the same book."""
    with zipfile.ZipFile(raw) as archive:
        found = {name: archive.read(name) for name in archive.namelist() if name[-1] != "/"}
    renamed = {
        name: standins.pictures[data]
        for name, data in found.items()
        if name.startswith("Pictures/") and data in standins.pictures
    }
    root = parse(found["content.xml"])
    for image in root.iter(q("draw:image")):
        name = image.get(q("xlink:href"), "")
        if name in renamed:
            image.set(q("xlink:href"), f"Pictures/{renamed[name].name}")
    _pictures(root, alternatives)
    _parts(root)
    odt_contents.contents(whole, root)
    _air(root)
    _tables(whole, sheet, root)
    _directions(whole, root)
    pictures = {f"Pictures/{picture.name}": picture for picture in renamed.values()}
    parts: dict[str, bytes | Path] = {
        "mimetype": found["mimetype"],
        "META-INF/manifest.xml": _manifest(
            {name: picture.media_type for name, picture in pictures.items()}
        ),
        "content.xml": serialise(root),
        "meta.xml": _meta(whole).encode(),
        "styles.xml": found["styles.xml"],
        **{name: pictures[name].path for name in sorted(pictures)},
    }
    pack(target, whole.book.made, parts, first=("mimetype",))


def _pictures(root: Element, alternatives: Sequence[str]) -> None:
    """Each picture stands in its line and says what it shows; pandoc drops that where there is a caption."""
    for frame, alternative in zip(root.iter(q("draw:frame")), alternatives, strict=True):
        frame.set(q("text:anchor-type"), "as-char")
        for old in (*frame.findall(q("svg:title")), *frame.findall(q("svg:desc"))):
            frame.remove(old)
        if alternative:
            frame.append(element("svg:title", {}, alternative))
        else:
            frame.set(q("loext:decorative"), "true")


def _parts(root: Element) -> None:
    """A part's title has a style of its own and no number."""
    for heading, bookmark in odt_contents.headings(root):
        if bookmark.startswith("part"):
            heading.set(q("text:style-name"), "Part")
            heading.set(q("text:is-list-header"), "true")
        elif bookmark.startswith("back-") and heading.get(q("text:outline-level")) == "1":
            heading.set(q("text:is-list-header"), "true")


_BOXES = ("Callout", "CalloutNote", "CalloutTip", "CalloutWarning", "CalloutExample")


def _air(root: Element) -> None:
    """A paragraph that follows a box or a list keeps its distance."""
    parents = _automatic_parents(root)
    body = next(root.iter(q("office:text")))
    before: Element | None = None
    for child in body:
        style = child.get(q("text:style-name"), "")
        style = parents.get(style, style)
        if (
            before is not None
            and style in ("Text_20_body", "First_20_paragraph")
            and child.tag == q("text:p")
            and _is_boxed(before, parents)
        ):
            child.set(q("text:style-name"), "AfterBox")
        before = child


def _is_boxed(node: Element, parents: dict[str, str]) -> bool:
    style = node.get(q("text:style-name"), "")
    return (
        node.tag in (q("table:table"), q("text:list"))
        or parents.get(style, style) in (*_BOXES, "Preformatted_20_Text")
    )  # fmt: skip


def _automatic_parents(root: Element) -> dict[str, str]:
    """What each automatic style is derived from."""
    return {
        style.get(q("style:name"), ""): style.get(q("style:parent-style-name"), "")
        for style in next(root.iter(q("office:automatic-styles")))
    }


def _tables(whole: Assembled, sheet: Paper, root: Element) -> None:
    """Hairlines between rows, a strong line under the head; as wide as the text."""
    accent = colours.readable(whole.book.accent)
    lines = {"TableRowCell": "0.5pt solid #bfbfbf", "TableHeaderRowCell": f"1pt solid {accent}"}
    for style in next(root.iter(q("office:automatic-styles"))):
        name = style.get(q("style:name"), "")
        properties = style.find(q("style:table-cell-properties"))
        if properties is not None:
            line = lines["TableHeaderRowCell" if "Header" in name else "TableRowCell"]
            properties.attrib.clear()
            properties.set(q("fo:padding"), "1.2mm")
            properties.set(q("fo:border"), "none")
            properties.set(q("fo:border-bottom"), line)
            if "Header" in name:
                properties.set(q("fo:border-top"), line)
        width = style.find(q("style:table-properties"))
        if width is not None:
            width.attrib.clear()
            width.set(q("style:width"), f"{sheet.line:.1f}mm")
            width.set(q("table:align"), "margins")
            width.set(q("style:writing-mode"), _writing(languages.direction(whole.book.language)))


def _directions(whole: Assembled, root: Element) -> None:
    """A paragraph that goes against the book gets a style that says so, derived from its own."""
    book = languages.direction(whole.book.language)
    automatic = next(root.iter(q("office:automatic-styles")))
    known = {style.get(q("style:name"), ""): style for style in automatic}
    made: dict[str, str] = {}
    for paragraph in [*root.iter(q("text:p")), *root.iter(q("text:h"))]:
        name = paragraph.get(q("text:style-name"), "Standard")
        if "Preformatted_20_Text" in (name, known[name].get(q("style:parent-style-name"))
                                      if name in known else ""):  # fmt: skip
            continue
        way = own_direction(text_of(paragraph)) or book
        if way == book:
            continue
        if name not in made:
            made[name] = f"D{len(made) + 1}"
            derived = copy.deepcopy(known[name]) if name in known else element(
                "style:style", {"style:family": "paragraph", "style:parent-style-name": name}
            )  # fmt: skip
            derived.set(q("style:name"), made[name])
            properties = derived.find(q("style:paragraph-properties"))
            if properties is None:
                properties = element("style:paragraph-properties")
                derived.insert(0, properties)
            properties.set(q("style:writing-mode"), _writing(way))
            # LibreOffice takes "start" for the left side, whatever the direction.
            properties.set(q("fo:text-align"), "right" if way == "rtl" else "left")
            automatic.append(derived)
        paragraph.set(q("text:style-name"), made[name])


def _writing(direction: str) -> str:
    return "rl-tb" if direction == "rtl" else "lr-tb"


def _manifest(pictures: dict[str, str]) -> bytes:
    entries = {
        "/": "application/vnd.oasis.opendocument.text",
        "content.xml": "text/xml",
        "meta.xml": "text/xml",
        "styles.xml": "text/xml",
        **dict(sorted(pictures.items())),
    }
    root = element(
        "manifest:manifest",
        {"manifest:version": "1.3"},
        *(
            element(
                "manifest:file-entry", {"manifest:full-path": name, "manifest:media-type": kind}
            )
            for name, kind in entries.items()
        ),
    )
    return serialise(root)


def _meta(whole: Assembled) -> str:
    """What the document says about itself (OpenDocument §4.3)."""
    book = whole.book
    day = f"{book.made.isoformat()}T00:00:00"
    people = ", ".join(person.name for person in book.contributors)
    keywords = "".join(
        f"<meta:keyword>{escape(word)}</meta:keyword>" for word in book.details.keywords
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta>'
        "<meta:generator>Chapterhouse</meta:generator>"
        f"<dc:title>{escape(book.title)}</dc:title><dc:subject>{escape(book.subtitle)}</dc:subject>"
        f"<dc:description>{escape(book.details.summary)}</dc:description>"
        f"<meta:initial-creator>{escape(people)}</meta:initial-creator>"
        f"<dc:creator>{escape(people)}</dc:creator>{keywords}"
        f"<dc:language>{languages.tag(book.language)}</dc:language>"
        f"<meta:creation-date>{day}</meta:creation-date><dc:date>{day}</dc:date>"
        "</office:meta></office:document-meta>"
    )
