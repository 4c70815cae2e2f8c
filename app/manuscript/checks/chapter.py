"""All checks of one chapter, in reading order, each fault once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from app.manuscript.checks import headings, links, pictures, tables, wording
from app.manuscript.checks.around import Around, Block
from app.manuscript.findings import Finding, declare
from app.manuscript.tidy import tidy
from app.manuscript.tree import Node, Text, doc, walk

EMPTY = declare(
    "chapter_empty",
    "must",
    "A chapter without words",
    "Write the chapter, merge it into another, or throw it into the bin.",
)
PER_RULE = 40
"""So many findings of one rule in one chapter are listed; the last says how many more there are."""

_EACH: tuple[Callable[[Block], Iterator[Finding]], ...] = (
    headings.within,
    links.within,
    pictures.within,
    tables.within,
    wording.within,
)


def found_in(tree: Node, around: Around) -> list[Finding]:
    """Everything to put right in a chapter, in reading order; `tree` as it is stored."""
    blocks = blocks_of(tree, around)
    if not any(_says_something(block.tidy) for block in blocks):
        said = "There is nothing in this chapter yet."
        return [Finding(EMPTY.code, EMPTY.degree, around.title, said, around.chapter_id)]
    found = [finding for block in blocks for check in _EACH for finding in check(block)]
    found += headings.order(blocks)
    found += wording.faces(blocks)
    found += links.to_headings_here(blocks)
    found.sort(key=lambda one: -1 if one.block is None else one.block)
    return bounded(_each_once(found))


def blocks_of(tree: Node, around: Around) -> list[Block]:
    """The top-level blocks; they have the numbers that the editor gives them."""
    return [
        Block(index, child, tidy(doc(child)), around)
        for index, child in enumerate(tree.content)
        if isinstance(child, Node)
    ]


def bounded(found: Iterable[Finding]) -> list[Finding]:
    """The findings, of each rule in each chapter no more than can be dealt with one by one."""
    kept: list[Finding] = []
    counts: Counter[tuple[str, str | None]] = Counter()
    last: dict[tuple[str, str | None], int] = {}
    for one in found:
        kind = (one.code, one.chapter_id)
        counts[kind] += 1
        if counts[kind] <= PER_RULE:
            last[kind] = len(kept)
            kept.append(one)
    for kind, at in last.items():
        if (more := counts[kind] - PER_RULE) > 0:
            said = kept[at].message
            kept[at] = replace(kept[at], message=f"{said} And {more} more of this kind here.")
    return kept


def _says_something(node: Node) -> bool:
    return any(
        child.text.strip() if isinstance(child, Text) else child.type == "figure"
        for child in walk(node)
    )


def _each_once(found: Iterable[Finding]) -> list[Finding]:
    return list({one.key: one for one in reversed(list(found))}.values())[::-1]
