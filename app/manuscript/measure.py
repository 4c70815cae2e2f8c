"""Measuring a chapter: words, and its outline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.manuscript import plain
from app.manuscript.tree import Node

# Scripts written without spaces: each character counts as a word, as word processors do. Han,
# kana, Thai, Lao, Burmese and Khmer; Hangul is spaced.
_UNSPACED = (
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
# Anything else between spaces is a word when there is a letter or a digit in it.
_PIECE = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A heading of a chapter."""

    index: int
    """Which top-level block it is, from 0."""
    level: int
    text: str


def words(node: Node) -> int:
    """How many words a tree has; footnotes and captions count."""
    return words_in(plain.text(node))


def words_in(text: str) -> int:
    """How many words a text has."""
    return sum(1 for _ in pieces(text))


def pieces(text: str) -> Iterator[str]:
    """The words of a text, with the signs around them."""
    for found in _PIECE.finditer(text):
        if any(character.isalnum() for character in found.group()):
            yield found.group()


def outline(node: Node) -> list[OutlineItem]:
    """The headings that stand at the top level of a chapter, in order."""
    items: list[OutlineItem] = []
    for index, child in enumerate(node.content):
        if isinstance(child, Node) and child.type == "heading":
            line, _ = plain.inline(child)
            items.append(OutlineItem(index, int(child.attrs.get("level") or 2), line.strip()))
    return items
