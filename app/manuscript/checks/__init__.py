"""Checks of a chapter's words: `found_in(tree, around)` is everything in one chapter to put right.

Pure, and linear in the length of the chapter. What needs other chapters is in `facts`.
"""

from app.manuscript.checks.around import Around
from app.manuscript.checks.chapter import found_in

__all__ = ["Around", "found_in"]
