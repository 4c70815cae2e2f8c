"""Searching: the index of a web book is its text, section by section.

The whole text and no list of words: it finds parts of words and phrases in any script, Chinese
too, shows the place, and is fetched only by who searches.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from app.exporting.web.polishing import Section


def index(pages: Iterable[tuple[str, str, Sequence[Section]]]) -> bytes:
    """JSON: for each section its page, chapter, anchor, heading and words. `pages`: (file, chapter,
    sections)."""
    entries = [
        {
            "page": file,
            "chapter": chapter,
            "anchor": section.anchor,
            "heading": section.title if section.level > 1 else "",
            "text": section.text,
        }
        for file, chapter, sections in pages
        for section in sections
    ]
    return json.dumps({"sections": entries}, ensure_ascii=False, separators=(",", ":")).encode()
