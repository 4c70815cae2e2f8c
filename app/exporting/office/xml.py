"""XML of office documents: read, write and build it with the prefixes their formats use."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from defusedxml.ElementTree import fromstring as _parsed

Element = ET.Element

_PREFIXES: Final = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "o": "urn:schemas-microsoft-com:office:office",
    "v": "urn:schemas-microsoft-com:vml",
    "w10": "urn:schemas-microsoft-com:office:word",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
for _prefix, _address in _PREFIXES.items():
    if _prefix != "xml":
        ET.register_namespace(_prefix, _address)


def q(name: str) -> str:
    """A qualified name: "w:p" → "{http://…}p"."""
    prefix, _, local = name.partition(":")
    return f"{{{_PREFIXES[prefix]}}}{local}"


def parse(data: bytes) -> Element:
    """The root element. Entities and external parts are refused."""
    root: Element = _parsed(data)
    return root


def serialise(root: Element) -> bytes:
    """The document as bytes."""
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    # Lists of parts have one namespace, and some readers know it only without a prefix.
    for prefixed, plain in ((b"<ns0:", b"<"), (b"</ns0:", b"</"), (b"xmlns:ns0=", b"xmlns=")):
        written = written.replace(prefixed, plain)
    return written


def element(
    name: str, attributes: dict[str, str] | None = None, *children: Element | str
) -> Element:
    """An element with attributes (by prefixed names), a text or children."""
    made = Element(q(name), {q(key): value for key, value in (attributes or {}).items()})
    for child in children:
        if isinstance(child, str):
            made.text = child
        else:
            made.append(child)
    return made


def text_of(node: Element) -> str:
    """All text below an element."""
    return "".join(node.itertext())
