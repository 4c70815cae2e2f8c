"""Anchors: the name by which a heading can be linked to.

Made from the heading's words, as Markdown's tools do it, so that `[see](../legal/#your-rights)`
from an imported file finds its heading, and a link follows the heading wherever it moves.
"""

from __future__ import annotations

import re
import unicodedata

from app.manuscript import plain
from app.manuscript.tree import Node, walk

_SPACES = re.compile(r"[\s-]+")


def slug(text: str) -> str:
    """Lower case, letters and digits of any script, words joined by hyphens; may be empty."""
    kept = "".join(c for c in text.lower() if c in "-_" or c.isspace() or _belongs(c))
    return _SPACES.sub("-", kept).strip("-")[:120]


def loose(anchor: str) -> str:
    """An anchor without what tools disagree about: hyphens, signs, vowel marks."""
    return "".join(c for c in unicodedata.normalize("NFKD", anchor.lower()) if c.isalnum())


def _belongs(character: str) -> bool:
    # Vowel signs and accents are marks, and part of a word.
    return character.isalnum() or unicodedata.category(character).startswith("M")


def anchors(tree: Node) -> list[tuple[Node, str]]:
    """Every heading in reading order with its anchor, unique within the tree."""
    taken: set[str] = set()
    found: list[tuple[Node, str]] = []
    for node in walk(tree):
        if isinstance(node, Node) and node.type == "heading":
            line, _ = plain.inline(node)
            base = slug(line) or "section"
            name, count = base, 0
            while name in taken:
                count += 1
                name = f"{base}-{count}"
            taken.add(name)
            found.append((node, name))
    return found
