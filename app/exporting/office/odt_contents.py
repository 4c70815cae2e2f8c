"""The ODT's table of contents (OpenDocument 1.3 part 3, §8.3)."""

from __future__ import annotations

from collections.abc import Iterator

from app.exporting.assemble import Assembled
from app.exporting.office import content
from app.exporting.office.xml import Element, element, q

_STYLES = {0: "TOCPart", 1: "Contents_20_1", 2: "Contents_20_2"}


def contents(whole: Assembled, root: Element) -> None:
    """The table of contents after its heading, filled; its pages are fields (OpenDocument §8.3)."""
    source = element(
        "text:table-of-content-source",
        {"text:outline-level": "2", "text:use-index-marks": "false"},
        *(_template(level) for level in (1, 2)),
    )
    entries = [
        _entry(line, bookmark)
        for line, (_, bookmark) in zip(content.lines(whole), headings(root), strict=True)
    ]
    table = element(
        "text:table-of-content",
        {"text:name": "Contents", "text:protected": "false"},
        source,
        element("text:index-body", {}, *entries),
    )
    body = next(root.iter(q("office:text")))
    at = next(at for at, child in enumerate(body) if child.get(q("text:style-name")) == "Contents")
    body.insert(at + 1, table)


def _template(level: int) -> Element:
    """How a line is made when the contents are brought up to date."""
    number = [element("text:index-entry-chapter"), _stop("left")] if level == 1 else []
    return element(
        "text:table-of-content-entry-template",
        {"text:outline-level": str(level), "text:style-name": _STYLES[level]},
        element("text:index-entry-link-start"),
        *number,
        element("text:index-entry-text"),
        _stop("right"),
        element("text:index-entry-page-number"),
        element("text:index-entry-link-end"),
    )


def _stop(kind: str) -> Element:
    leader = {"style:leader-char": "."} if kind == "right" else {"style:position": "0mm"}
    return element("text:index-entry-tab-stop", {"style:type": kind, **leader})


def _entry(line: content.Line, bookmark: str) -> Element:
    link = element(
        "text:a",
        {
            "xlink:type": "simple",
            "xlink:href": f"#{bookmark}",
            "text:style-name": "Index_20_Link",
            "text:visited-style-name": "Index_20_Link",
        },
    )
    page = element(
        "text:bookmark-ref", {"text:reference-format": "page", "text:ref-name": bookmark}, "…"
    )
    tab = element("text:tab")
    if line.number is None:
        link.text = line.text
    else:
        link.text = str(line.number)
        before = element("text:tab")
        before.tail = line.text
        link.append(before)
    link.append(tab)
    link.append(page)
    return element("text:p", {"text:style-name": _STYLES[line.level]}, link)


def headings(root: Element) -> Iterator[tuple[Element, str]]:
    """The headings that the contents name, each with its bookmark's name."""
    for heading in root.iter(q("text:h")):
        mark = heading.find(q("text:bookmark-start"))
        if mark is not None and heading.get(q("text:outline-level")) in ("1", "2"):
            yield heading, mark.get(q("text:name"), "")
