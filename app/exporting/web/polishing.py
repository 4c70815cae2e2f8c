"""Polishing: a chapter's HTML gets its addresses, notes, pictures and what a screen reader needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.dom import minidom

from app.exporting.assemble import Chapter
from app.exporting.web import markup
from app.exporting.web.markup import classes, elements, make, text
from app.exporting.web.pictures import Shown
from app.exporting.web.spans import collapse
from app.manuscript.anchors import anchors

_NOTE: Final = re.compile(r"fn(ref)?(\d+)")
_BLANK: Final = re.compile(r"\s+")
_KINDS: Final = ("tip", "warning", "example")


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a page under one heading, for contents and search; level 1 is the chapter."""

    anchor: str
    level: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A chapter's page without what stands around it."""

    html: str
    sections: Sequence[Section]


class Rough:
    """A chapter's HTML on its way: first its ids are known, then its links can be written."""

    def __init__(self, chapter: Chapter, fragment: str) -> None:
        self.chapter = chapter
        self.root = markup.parse(fragment)
        named = {
            heading.id: anchor
            for heading, (_, anchor) in zip(chapter.headings, anchors(chapter.tree), strict=True)
        }
        self.ids: dict[str, str] = {}
        """The id in the book → the id on the page: headings keep theirs when chapters move."""
        for node in _with_ids(self.root):
            old = node.getAttribute("id")
            note = _NOTE.fullmatch(old)
            if note:
                # No heading's id has a dot: what the page itself names never meets one.
                self.ids[old] = f"noteref.{note[2]}" if note[1] else f"note.{note[2]}"
            else:
                self.ids[old] = named.get(old) or f"x.{old}"
            node.setAttribute("id", self.ids[old])

    def finish(
        self,
        link: Callable[[str], str | None],
        pictures: Mapping[str, Shown],
        says: Mapping[str, str],
    ) -> Page:
        """The page. `link` says where an id of another chapter is: `page.html#id`."""
        for anchor in elements(self.root, "a"):
            href = anchor.getAttribute("href")
            if href.startswith("#"):
                own = self.ids.get(href[1:])
                target = f"#{own}" if own else link(href[1:])
                if target:
                    anchor.setAttribute("href", target)
                else:
                    anchor.removeAttribute("href")
        _directions(self.root)
        _notes(self.root, says)
        for image in elements(self.root, "img"):
            _picture(image, pictures)
        for box in elements(self.root, "div"):
            if "callout" in classes(box):
                _callout(box, says)
        _tables(self.root, says)
        for code in elements(self.root, "pre"):
            code.setAttribute("dir", "ltr")
        return Page(markup.write(self.root), _sections(self.chapter.title, self.root))


def _with_ids(root: Any) -> list[minidom.Element]:
    every = elements(root, *markup.ELEMENTS)
    return [node for node in every if node.getAttribute("id")]


def _directions(root: minidom.Element) -> None:
    """A line's direction moves from its span to its block, so that it also begins on its side."""
    for span in elements(root, "span"):
        parent: Any = span.parentNode
        if span.getAttribute("dir") and parent.tagName != "li" and len(parent.childNodes) == 1:
            parent.setAttribute("dir", span.getAttribute("dir"))
            for child in list(span.childNodes):
                parent.insertBefore(child, span)
            parent.removeChild(span)
        elif span.getAttribute("dir") and parent.tagName in ("li", "td", "th", "figcaption"):
            # The item's mark stays on the book's side.
            span.tagName = span.nodeName = "div"


def _notes(root: minidom.Element, says: Mapping[str, str]) -> None:
    for anchor in elements(root, "a"):
        if anchor.getAttribute("role") == "doc-backlink":
            number = anchor.getAttribute("href").rpartition(".")[2]
            anchor.setAttribute("aria-label", f"{says['back']} ({number})")
    for section in elements(root, "section"):
        if "footnotes" not in classes(section):
            continue
        section.setAttribute("id", "notes.")
        section.setAttribute("aria-labelledby", "notes.title")
        for rule in elements(section, "hr"):
            section.removeChild(rule)
        title = make(root, "h2", says["notes"], id="notes.title")
        section.insertBefore(title, section.firstChild)


def _picture(image: minidom.Element, pictures: Mapping[str, Shown]) -> None:
    shown = pictures.get(image.getAttribute("src").rpartition("/")[2])
    parent: Any = image.parentNode
    if shown is None:
        parent.removeChild(image)
        return
    if "decorative" in classes(image) or not image.hasAttribute("alt"):
        image.setAttribute("alt", "")
    for name in ("class", "title"):
        if image.hasAttribute(name):
            image.removeAttribute(name)
    values = {
        "src": shown.src,
        "srcset": shown.srcset,
        "sizes": "(min-width: 44rem) 42rem, 100vw" if shown.srcset else "",
        "width": str(shown.width),
        "height": str(shown.height),
        "loading": "lazy",
        "decoding": "async",
    }
    for name, value in values.items():
        if value:
            image.setAttribute(name, value)


def _callout(box: minidom.Element, says: Mapping[str, str]) -> None:
    kind = next((name for name in _KINDS if name in classes(box)), "note")
    # A note in the text, not a landmark of the page: ten of them would drown the others.
    box.setAttribute("role", "note")
    box.setAttribute("aria-label", says[kind])
    box.insertBefore(make(box, "p", says[kind], class_="callout-label"), box.firstChild)


def _tables(root: minidom.Element, says: Mapping[str, str]) -> None:
    for number, table in enumerate(elements(root, "table"), 1):
        collapse(table)
        for cell in elements(table, "td", "th"):
            aligned = re.search(r"text-align: (center|right)", cell.getAttribute("style"))
            if aligned:
                cell.setAttribute("class", f"to-{aligned[1]}")
        for head in elements(table, "thead"):
            for cell in elements(head, "th"):
                cell.setAttribute("scope", "col")
        caption = next(iter(elements(table, "caption")), None)
        name = _BLANK.sub(" ", text(caption)).strip() if caption else f"{says['table']} {number}"
        # Wide ones scroll by themselves, by hand and by keyboard; the page never does sideways.
        markup.wrap(
            table,
            make(table, "div", class_="table", role="group", tabindex="0", aria_label=name),
        )


def _sections(title: str, root: Any) -> list[Section]:
    """The text of the page, cut at its headings."""
    found: list[tuple[str, int, str, list[str]]] = [("", 1, title, [])]
    for node in root.childNodes:
        if node.nodeType == node.TEXT_NODE:
            found[-1][3].append(text(node))
        elif re.fullmatch(r"h[2-6]", node.tagName) and node.getAttribute("id"):
            level = int(node.tagName[1])
            found.append((node.getAttribute("id"), level, _line(node), []))
        else:
            found[-1][3].append(text(node))
    return [
        Section(anchor, level, name, _BLANK.sub(" ", " ".join(pieces)).strip())
        for anchor, level, name, pieces in found
    ]


def _line(node: Any) -> str:
    return _BLANK.sub(" ", text(node)).strip()
