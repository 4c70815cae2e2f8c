"""Headings: none without words, none that skips a level, none that is there twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.manuscript import plain
from app.manuscript.anchors import slug
from app.manuscript.checks.around import Block, short
from app.manuscript.findings import Finding, declare
from app.manuscript.tree import Node

WITHOUT_WORDS = declare(
    "empty_heading",
    "should",
    "A heading without words",
    "Write the heading or delete the line. Books leave it out.",
)
SKIPS = declare(
    "heading_skips",
    "should",
    "A heading that skips a level",
    "Make it one level higher, or put the missing heading above it: whoever listens to the book "
    "finds the way by the levels.",
)
TWICE = declare(
    "heading_twice",
    "should",
    "The same heading twice in a chapter",
    "Give one of them other words: a link can only lead to the first.",
)
NOTE = declare(
    "note_in_heading",
    "should",
    "A footnote in a heading",
    "Move the note into the paragraph below: headings are repeated in the contents. Books put it "
    "below the heading.",
)


def within(block: Block) -> Iterator[Finding]:
    """Findings of one heading alone."""
    heading = heading_of(block)
    if heading is None:
        return
    line, _ = plain.inline(heading)
    if not line.strip():
        yield block.finding(WITHOUT_WORDS, "A heading has no words.", "")
    if any(isinstance(child, Node) and child.type == "footnote" for child in heading.content):
        said = f"There is a footnote in the heading “{short(line)}”."
        yield block.finding(NOTE, said, line)


def order(blocks: Sequence[Block]) -> Iterator[Finding]:
    """Findings of the headings among each other; the chapter's title is level 1."""
    level = 1
    seen: set[str] = set()
    for block in blocks:
        heading = heading_of(block)
        if heading is None:
            continue
        line, _ = plain.inline(heading)
        if not (line := line.strip()):
            continue
        own = int(heading.attrs["level"])
        if own > level + 1:
            above = "the chapter’s title" if level == 1 else f"a heading of level {level}"
            said = f"“{short(line)}” is a heading of level {own} right below {above}."
            yield block.finding(SKIPS, said, line)
        level = own
        if (name := slug(line)) in seen:
            yield block.finding(TWICE, f"There is another heading “{short(line)}” above.", line)
        seen.add(name)


def heading_of(block: Block) -> Node | None:
    """The heading that a block is, if it is one."""
    only = block.tidy.content[0] if len(block.tidy.content) == 1 else None
    return only if isinstance(only, Node) and only.type == "heading" else None
