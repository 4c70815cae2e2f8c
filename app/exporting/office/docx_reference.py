"""The DOCX reference document: our styles, the sheet, running head and folio (ECMA-376 part 1).

Made anew for each book from `docx/styles.xml`, because sheet, colour, fonts and direction are the
book's. Pandoc takes styles, section and running lines from it.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from app.exporting import colours, languages
from app.exporting.assemble import Assembled
from app.exporting.office import faces
from app.exporting.office.paper import Paper
from app.exporting.packing import pack

_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R: Final = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TWIPS: Final = 1440 / 25.4
"""Twentieths of a point in a millimetre."""


def write(whole: Assembled, paper: Paper, target: Path) -> None:
    """Write the reference document of this book at `target`."""
    parts = {
        "styles": styles(whole, paper),
        "numbering": _XML + f"<w:numbering {_W}/>",
        "settings": _XML + f"<w:settings {_W}/>",
        "header1": _running(whole, "hdr", "Header", f"<w:r><w:t>{_title(whole)}</w:t></w:r>"),
        "footer1": _running(whole, "ftr", "Footer", field("PAGE", "1")),
        "footnotes": _XML + f"<w:footnotes {_W}/>",
    }
    kinds = {"header1": "header", "footer1": "footer"}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_MAIN}.{kinds.get(name, name)}+xml"/>'
        for name in parts
    )
    relations = "".join(
        f'<Relationship Id="r{at}" Type="{_RELATIONS}/{kinds.get(name, name)}" Target="{name}.xml"/>'
        for at, name in enumerate(parts)
    )
    at = {name: number for number, name in enumerate(parts)}
    document = (
        f"{_XML}<w:document {_W} {_R}><w:body><w:p/>"
        + section(paper, whole, header=f"r{at['header1']}", footer=f"r{at['footer1']}")
        + "</w:body></w:document>"
    )
    content_types = (
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
        f"{overrides}</Types>"
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    pack(
        target,
        whole.book.made,
        {
            "[Content_Types].xml": content_types.encode(),
            "_rels/.rels": (
                f'{_XML}<Relationships xmlns="{package}"><Relationship Id="r1" '
                f'Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>'
            ).encode(),
            "word/document.xml": document.encode(),
            "word/_rels/document.xml.rels": (
                f'{_XML}<Relationships xmlns="{package}">{relations}</Relationships>'
            ).encode(),
            **{f"word/{name}.xml": text.encode() for name, text in parts.items()},
        },
    )


def styles(whole: Assembled, paper: Paper) -> str:
    """The styles with the book's colour, fonts and language."""
    book = whole.book
    face = faces.of_language(book.language)
    rtl = languages.direction(book.language) == "rtl"
    tag = languages.tag(book.language)
    source = files("app.exporting.office").joinpath("docx", "styles.xml").read_text("utf-8")
    return Template(source).substitute(
        accent=colours.readable(book.accent).lstrip("#").upper(),
        serif=face.serif,
        sans=face.sans,
        code=face.code,
        asian=face.asian,
        complex=face.complex,
        language=tag,
        asian_language=tag if languages.base(tag) in ("zh", "ja", "ko") else "zh-CN",
        complex_language=tag if rtl or languages.base(tag) in ("hi", "mr", "ne", "bn") else "ar-SA",
        line=round(paper.line * TWIPS),
        start="right" if rtl else "left",
    )


def section(paper: Paper, whole: Assembled, *, header: str, footer: str) -> str:
    """The section: sheet, margins, running lines that the title page has not (§17.6.17)."""
    margin = round(paper.margin * TWIPS)
    bidi = "<w:bidi/>" if languages.direction(whole.book.language) == "rtl" else ""
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="{header}"/>'
        f'<w:footerReference w:type="default" r:id="{footer}"/>'
        f'<w:pgSz w:w="{round(paper.width * TWIPS)}" w:h="{round(paper.height * TWIPS)}"/>'
        f'<w:pgMar w:top="{margin}" w:right="{margin}" w:bottom="{margin}" w:left="{margin}" '
        'w:header="720" w:footer="720" w:gutter="0"/>'
        f"<w:titlePg/>{bidi}</w:sectPr>"
    )


def field(instruction: str, shown: str) -> str:
    """A field and what it shows until it is brought up to date (§17.16)."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r><w:t>{escape(shown)}</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _running(whole: Assembled, tag: str, style: str, line: str) -> str:
    bidi = "<w:bidi/>" if languages.direction(whole.book.language) == "rtl" else ""
    return (
        f'{_XML}<w:{tag} {_W}><w:p><w:pPr><w:pStyle w:val="{style}"/>{bidi}</w:pPr>'
        f"{line}</w:p></w:{tag}>"
    )


def _title(whole: Assembled) -> str:
    return escape(whole.book.title)
