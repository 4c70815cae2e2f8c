"""Numbers: figures are counted per chapter; those with a caption say theirs.

A table has no caption in a manuscript, so it has no number either.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from app.exporting.assemble import Chapter

ENOUGH = 6
"""From so many figures on a book lists them."""


def numbered(chapter: Chapter) -> list[dict[str, Any]]:
    """The chapter's blocks with `number` ("2.1") on each figure that has a caption; a copy."""
    blocks = copy.deepcopy(chapter.blocks)
    for at, figure in enumerate(_figures(blocks), 1):
        figure["c"][0][2].append(["number", f"{chapter.number}.{at}"])
    return blocks


def count(chapters: list[Chapter]) -> int:
    """How many figures of a book have a number."""
    return sum(1 for chapter in chapters for _ in _figures(chapter.blocks))


def addresses(chapters: list[Chapter]) -> list[str]:
    """The addresses on the web that a book names, each once, in reading order."""
    found = (
        link["c"][2][0]
        for chapter in chapters
        for link in _elements(chapter.blocks)
        if link["t"] == "Link"
    )
    return list(dict.fromkeys(it for it in found if it.startswith(("http://", "https://"))))


def _figures(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for element in _elements(blocks):
        if element["t"] == "Figure" and any(map(_is_caption, element["c"][1][1])):
            yield element


def _is_caption(line: dict[str, Any]) -> bool:
    """Whether a line below a picture says more than whose it is."""
    content: list[dict[str, Any]] = line["c"]
    alone = len(content) == 1 and content[0]["t"] == "Span"
    return bool(content) and not (alone and "credit" in content[0]["c"][0][1])


def _elements(value: Any) -> Iterator[dict[str, Any]]:
    """Every element of a piece of pandoc's document, in reading order."""
    stack: list[Any] = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            if "t" in one:
                yield one
            stack.append(one.get("c"))  # pyright: ignore[reportUnknownMemberType]
        elif isinstance(one, list):
            stack.extend(reversed(one))  # pyright: ignore[reportUnknownArgumentType]
