"""Tables: each says what its columns are."""

from __future__ import annotations

from collections.abc import Iterator

from app.manuscript import plain
from app.manuscript.checks.around import Block, short
from app.manuscript.findings import Finding, declare
from app.manuscript.tree import Node, walk

WITHOUT_HEAD = declare(
    "table_without_head",
    "should",
    "A table without a head",
    "Make its first row or its first column a head, from the table’s bar.",
)


def within(block: Block) -> Iterator[Finding]:
    """Findings of the tables in a block."""
    for node in walk(block.tidy):
        if isinstance(node, Node) and node.type == "table" and not _has_head(node):
            words = " ".join(plain.text(node).split())
            said = f"A table has no head (“{short(words)}”)." if words else "A table has no head."
            yield block.finding(WITHOUT_HEAD, said, words[:80])


def _has_head(table: Node) -> bool:
    rows = [row for row in table.content if isinstance(row, Node) and row.content]
    if len(rows) < 2:
        return True  # a frame around a line, not a table
    across = all(_is_head(cell) for cell in rows[0].content)
    return across or all(_is_head(row.content[0]) for row in rows[1:])


def _is_head(cell: object) -> bool:
    return isinstance(cell, Node) and cell.type == "tableHeader"
