"""The DOCX's other parts: numbering, settings, the list of types, metadata (ECMA-376 parts 1 and 2)."""

from __future__ import annotations

from html import escape
from typing import Final

from app.exporting import languages
from app.exporting.assemble import Assembled
from app.exporting.office.xml import Element, element, parse, q, serialise

_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_CHAPTERS: Final = "99000"
"""The numbering of chapters, which the style of their headings names."""


def numbering(data: bytes) -> bytes:
    """Chapters are numbered by their headings' style (§17.9); abstract numberings come first."""
    root = parse(data)
    level = element(
        "w:lvl",
        {"w:ilvl": "0"},
        element("w:start", {"w:val": "1"}),
        element("w:numFmt", {"w:val": "decimal"}),
        element("w:pStyle", {"w:val": "Heading1"}),
        element("w:suff", {"w:val": "space"}),
        element("w:lvlText", {"w:val": "%1 "}),
        element("w:lvlJc", {"w:val": "left"}),
        element("w:pPr", {}, element("w:ind", {"w:left": "0", "w:firstLine": "0"})),
    )
    abstract = element(
        "w:abstractNum",
        {"w:abstractNumId": _CHAPTERS},
        element("w:multiLevelType", {"w:val": "multilevel"}),
        level,
    )
    last = max((at for at, child in enumerate(root) if child.tag == q("w:abstractNum")), default=-1)
    root.insert(last + 1, abstract)
    link = element("w:abstractNumId", {"w:val": _CHAPTERS})
    root.append(element("w:num", {"w:numId": _CHAPTERS}, link))
    return serialise(root)


def settings(whole: Assembled) -> bytes:
    """Fields are brought up to date when it is opened (§17.15.1.81)."""
    tag = languages.tag(whole.book.language)
    root = element(
        "w:settings",
        {},
        element("w:updateFields", {"w:val": "true"}),
        element("w:defaultTabStop", {"w:val": "720"}),
        element(
            "w:footnotePr",
            {},
            element("w:footnote", {"w:id": "-1"}),
            element("w:footnote", {"w:id": "0"}),
        ),
        element(
            "w:compat",
            {},
            element(
                "w:compatSetting",
                {
                    "w:name": "compatibilityMode",
                    "w:uri": "http://schemas.microsoft.com/office/word",
                    "w:val": "15",
                },
            ),
        ),
        element("w:themeFontLang", {"w:val": tag}),
    )
    return serialise(root)


def content_types(data: bytes) -> bytes:
    """The list of types with those of pictures."""
    root = parse(data)
    known = {one.get("Extension") for one in root.iter(f"{_TYPES}Default")}
    for extension, media_type in (("jpg", "image/jpeg"), ("png", "image/png")):
        if extension not in known:
            default = Element(
                f"{_TYPES}Default", {"Extension": extension, "ContentType": media_type}
            )
            root.insert(0, default)
    return serialise(root)


def core(whole: Assembled) -> str:
    """What the document says about itself (ECMA-376 part 2, §11)."""
    book = whole.book
    day = f"{book.made.isoformat()}T00:00:00Z"
    people = ", ".join(person.name for person in book.contributors)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(book.title)}</dc:title><dc:subject>{escape(book.subtitle)}</dc:subject>"
        f"<dc:creator>{escape(people)}</dc:creator>"
        f"<cp:keywords>{escape(', '.join(book.details.keywords))}</cp:keywords>"
        f"<dc:description>{escape(book.details.summary)}</dc:description>"
        f"<dc:language>{languages.tag(book.language)}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{day}</dcterms:modified>'
        "</cp:coreProperties>"
    )
