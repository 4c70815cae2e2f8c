"""Markup: a tree of XML nodes is written as HTML from a closed list of elements and attributes.

The last gate of the web book: whatever a converter wrote, nothing else gets out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any, Final, cast
from xml.dom import minidom

from defusedxml.minidom import parseString

VOID: Final = frozenset({"br", "hr", "img"})
_NAMES: Final = (
    "a aside blockquote caption code del div em figcaption figure h2 h3 h4 h5 h6 li ol p "
    "pre section span strong sub sup table tbody td tfoot th thead tr ul"
)
ELEMENTS: Final = VOID | frozenset(_NAMES.split())
_DROPPED: Final = frozenset({"script", "style", "iframe", "object", "embed", "template", "title"})
_VALUES: Final = (
    "id class href src srcset sizes width height alt loading decoding role aria-label "
    "aria-labelledby tabindex dir lang start colspan rowspan scope"
)
_ATTRIBUTES: Final = frozenset(_VALUES.split())
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:|tel:|#)|[a-z0-9-]+\.html(?:#|$)")
_PICTURES: Final = re.compile(r"(?:pictures/[0-9a-f]+-\d+\.(?:jpg|png)(?: \d+w)?(?:, )?)+")
_CLASSES: Final = re.compile(r"[A-Za-z0-9 _-]{1,120}")


def parse(fragment: str) -> minidom.Element:
    """A fragment of well-formed HTML, as pandoc writes it, as the children of one element."""
    return cast("minidom.Element", parseString(f"<div>{fragment}</div>").documentElement)


def write(node: Any) -> str:
    """The HTML of a node's children."""
    return "".join(_pieces(node))


def _pieces(parent: Any) -> Iterator[str]:
    for node in parent.childNodes:
        if node.nodeType == node.TEXT_NODE:
            yield escape(str(node.data), quote=False)
        elif node.nodeType == node.ELEMENT_NODE:
            name = str(node.tagName)
            if name in _DROPPED:
                continue
            if name not in ELEMENTS:
                yield from _pieces(node)
                continue
            yield f"<{name}{''.join(_attributes(node))}>"
            if name not in VOID:
                yield from _pieces(node)
                yield f"</{name}>"


def _attributes(node: Any) -> Iterator[str]:
    for name, value in sorted(node.attributes.items()):
        fine = name in _ATTRIBUTES
        if name == "href":
            fine = _ADDRESS.match(value) is not None
        elif name in ("src", "srcset"):
            fine = _PICTURES.fullmatch(value) is not None
        elif name == "class":
            fine = _CLASSES.fullmatch(value) is not None
        if fine:
            yield f' {name}="{escape(value)}"'


def elements(node: Any, *names: str) -> list[minidom.Element]:
    """All elements of these names below a node, in reading order."""
    found: list[minidom.Element] = []
    for child in node.childNodes:
        if child.nodeType == child.ELEMENT_NODE:
            if child.tagName in names:
                found.append(child)
            found.extend(elements(child, *names))
    return found


def text(node: Any) -> str:
    """The words of a node without the numbers of notes; a space where blocks meet."""
    if node.nodeType == node.TEXT_NODE:
        return str(node.data)
    if node.getAttribute("role") in ("doc-noteref", "doc-backlink"):
        return ""
    inner = "".join(text(child) for child in node.childNodes)
    return f" {inner} " if node.tagName in _BLOCKS else inner


_APART: Final = (
    "aside blockquote br caption div figcaption figure h2 h3 h4 h5 h6 li ol p pre section table "
    "td th tr ul"
)
_BLOCKS: Final = frozenset(_APART.split())


def classes(node: minidom.Element) -> list[str]:
    """An element's classes."""
    return node.getAttribute("class").split()


def make(like: Any, name: str, *children: Any, **attributes: str) -> minidom.Element:
    """A new element in the document of `like`; `class_` and `aria_label` lose their underscores."""
    made = like.ownerDocument.createElement(name)
    for key, value in attributes.items():
        made.setAttribute(key.strip("_").replace("_", "-"), value)
    for child in children:
        made.appendChild(
            like.ownerDocument.createTextNode(child) if isinstance(child, str) else child
        )
    return made


def wrap(node: Any, box: minidom.Element) -> None:
    """Put `box` where `node` is, and `node` into it."""
    node.parentNode.replaceChild(box, node)
    box.appendChild(node)
