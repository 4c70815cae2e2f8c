"""Addresses: the page of each chapter, which stays the same from edition to edition.

A chapter that was published keeps its page's name when it is renamed or moved
(`Book.addresses`); a new one gets a name from its title that no other chapter ever had.
"""

from __future__ import annotations

from typing import Final

from app.exporting.assemble import ascii_name
from app.exporting.book import Book

RESERVED: Final = frozenset({"index", "search", "about", "assets", "pictures", "sw", "404"})


def addresses(book: Book) -> dict[str, str]:
    """The name of each chapter's page, without its ending, by the chapter's id."""
    taken = RESERVED | set(book.addresses.values())
    found: dict[str, str] = {}
    for chapter in book.chapters:
        name = book.addresses.get(chapter.id)
        if name is None:
            # Scripts that ASCII cannot say get a name from the chapter's id, which never changes.
            base = ascii_name(chapter.title.lower(), f"chapter-{chapter.id[-6:].lower()}")
            name, count = base, 1
            while name in taken:
                count += 1
                name = f"{base}-{count}"
            taken |= {name}
        found[chapter.id] = name
    return found


def page(name: str) -> str:
    """The file of a chapter's page."""
    return f"{name}.html"
