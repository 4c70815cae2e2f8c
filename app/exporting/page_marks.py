"""Page marks: on which page of the PDF each paragraph begins, so that the EPUB has the same pages.

Both formats are written from blocks with the same marks. What stands on a page alone, as the rest
of a paragraph that began before it, has no mark: the page is left out of the EPUB's list.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.exporting.assemble import Chapter

CLASS: Final = "at"
"""The class of the empty span that is a mark; its id is the mark's name."""


def marked(chapter: Chapter, blocks: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """The chapter's blocks (or `blocks` made of them) with a mark at the beginning of each paragraph
    outside tables; a copy."""
    blocks = copy.deepcopy(chapter.blocks if blocks is None else blocks)
    for number, line in enumerate(_lines(blocks), 1):
        # A line that runs against its book is one span: the mark goes into it.
        inside = line[0]["c"][1] if len(line) == 1 and line[0]["t"] == "Span" else line
        inside.insert(0, {"t": "Span", "c": [[f"at-{chapter.anchor}-{number}", [CLASS], []], []]})
    return blocks


def first_of_each_page(pages: Mapping[str, int]) -> dict[str, int]:
    """Of marks in reading order, with their pages, those with which a page begins."""
    found: dict[str, int] = {}
    last = 0
    for mark, page in pages.items():
        if page > last:
            found[mark] = last = page
    return found


def _lines(blocks: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for block in blocks:
        content: Any = block.get("c")
        match block["t"]:
            case "Para" | "Plain" if content:
                yield content
            case "BlockQuote":
                yield from _lines(content)
            case "Div":
                yield from _lines(content[1])
            case "BulletList" | "OrderedList":
                for item in content if block["t"] == "BulletList" else content[1]:
                    yield from _lines(item)
            case _:
                pass
