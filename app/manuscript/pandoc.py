"""Pandoc's JSON: trees become pandoc's blocks and back.

The law: for every tidied tree, `from_pandoc(to_pandoc(tree)) == tree`. What pandoc knows and the
schema does not (definition lists, maths, small caps …) becomes the nearest thing, and `Lost` says so.
"""

from __future__ import annotations

from app.manuscript.pandoc_in import Lost, Reading, from_pandoc
from app.manuscript.pandoc_out import Writing, document, to_pandoc

__all__ = ["API_VERSION", "Lost", "Reading", "Writing", "document", "from_pandoc", "to_pandoc"]

API_VERSION = (1, 23, 1)
