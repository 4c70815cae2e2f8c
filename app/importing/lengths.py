"""Lengths: how much one chapter may hold, and what is said about a file that has more."""

from __future__ import annotations

from app.kit.errors import TooLarge
from app.manuscript import measure
from app.manuscript.tree import Node, walk

MAX_WORDS = 100_000
"""The longest chapter that comes in: a thick book has so many words. Everybody who opens a chapter
gets the whole of it, and a browser is slow with more."""

MAX_PIECES = 50_000
"""The most elements and runs of text with equal marks: 100,000 structs of a Yjs update are the
most that the sync server takes at once, and each piece is about two."""

MAX_AST = 32_000_000
"""The most bytes of pandoc's JSON that are read; 100,000 words with footnotes and marks have ten."""

# Markup counts as words in a raw text and links count twice: only what is far too long is refused
# before it is read.
_ROUGHLY = 2 * MAX_WORDS


def check_text(text: str) -> None:
    """Refuse a raw text that cannot possibly be one chapter, before it is converted.

    Raises:
        TooLarge: with the sentence for the report.
    """
    # A word and its space take two characters at least, or one of Chinese.
    if len(text) > _ROUGHLY and (words := measure.words_in(text)) > _ROUGHLY:
        raise too_long(words)


def check_ast(out: bytes) -> None:
    """Refuse pandoc's JSON when it holds too much, before it is taken into memory.

    Raises:
        TooLarge: with the sentence for the report.
    """
    words = out.count(b'"t":"Str"')
    if words > _ROUGHLY or len(out) > MAX_AST:
        raise too_long(words)


def check_tree(tree: Node) -> int:
    """How many words a chapter has.

    Raises:
        TooLarge: more than one may have; with the sentence for the report.
    """
    words = measure.words(tree)
    if words > MAX_WORDS:
        raise too_long(words)
    pieces = sum(1 for _ in walk(tree))
    if pieces > MAX_PIECES:
        raise TooLarge(
            f"It is too long for one chapter: it has {pieces:,} paragraphs, table cells and runs of "
            f"marked text, and a chapter holds up to {MAX_PIECES:,}. Split the file at its headings "
            "and import the parts."
        )
    return words


def too_long(words: int) -> TooLarge:
    """What is said of a file with so many words."""
    about = "" if words <= _ROUGHLY else "about "
    return TooLarge(
        f"It is too long for one chapter ({about}{_round(words):,} words; a chapter holds up to "
        f"{MAX_WORDS:,}). Split the file at its headings and import the parts."
    )


def _round(words: int) -> int:
    return round(words, -3) if words > _ROUGHLY else words
