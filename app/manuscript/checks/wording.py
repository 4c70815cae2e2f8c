"""Wording: characters without a face, words too long for a line, and what was to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.manuscript import plain
from app.manuscript.checks.around import Block, short
from app.manuscript.findings import Finding, declare
from app.manuscript.tree import Node, walk

GLYPH = declare(
    "missing_glyph",
    "must",
    "A character that no typeface of the book has",
    "Write it another way, or put a picture there: in print it is an empty box.",
)
LONG_WORD = declare(
    "long_word",
    "should",
    "A word too long for a line",
    "Put a hyphen or a space into it: on a page it is broken at any letter.",
)
PLACEHOLDER = declare(
    "placeholder",
    "should",
    "Something that was to be filled in later",
    "Write what is missing, or take the reminder away.",
)
LETTERS = 45
"""A word with more letters in a row fits no line of a book; hyphenation finds no place in most."""
IN_TABLES = 28
_SHOWN = 5

_LATER = re.compile(
    r"\b(?:TODO|TBD|TBC|FIXME|XXX+|lorem ipsum)\b|\?\?\?+|"
    r"\[(?:insert|add|link|source|citation|picture|image|date|name)\b[^\]\n]{0,60}\]",
)
# Runs of letters between which a line may end nowhere. Scripts without spaces break anywhere.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+", re.IGNORECASE)
_RUN = re.compile(
    r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff"
    r"\U00020000-\U0003ffff]+"
)


def within(block: Block) -> Iterator[Finding]:
    """Findings of the words of a block."""
    text = plain.text(block.tidy)
    for found in _LATER.finditer(text):
        said = f"Something is to be filled in: “{short(found.group())}”."
        yield block.finding(PLACEHOLDER, said, _near(text, found))
    yield from _long(block, text)


def faces(blocks: Sequence[Block]) -> Iterator[Finding]:
    """The characters of a chapter that have no face, as one finding where the first of them is."""
    first: Block | None = None
    lacking: dict[str, None] = {}
    for block in blocks:
        if lacks := block.around.lacks(plain.text(block.tidy)):
            first = first or block
            lacking.update(dict.fromkeys(lacks))
    if first is not None:
        shown = " ".join(f"{one} (U+{ord(one):04X})" for one in list(lacking)[:_SHOWN])
        more = f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
        said = f"No typeface of the book has {shown}{more}."
        yield first.finding(GLYPH, said, "".join(sorted(lacking)))


def _long(block: Block, text: str) -> Iterator[Finding]:
    longest = LETTERS
    if any(isinstance(node, Node) and node.type == "table" for node in walk(block.tidy)):
        longest = IN_TABLES
    # Addresses are broken at their signs, and `links` objects to those that are long.
    for found in _RUN.finditer(_ADDRESS.sub(" ", text)):
        word = found.group()
        if len(word) > longest:
            said = f"A word of {len(word)} letters cannot be broken: “{short(word)}”."
            yield block.finding(LONG_WORD, said, word[:200])


def _near(text: str, found: re.Match[str]) -> str:
    """The reminder with the words before it: several in a chapter are several faults."""
    return text[max(0, found.start() - 30) : found.end()]
