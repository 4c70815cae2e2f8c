"""Memory needs: how many megabytes a book takes in the making, from measurements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.exporting.book import Book
from app.manuscript import plain

# (to begin with, per 1,000 characters, per million pixels of all pictures), in megabytes. A book of
# 70,000 words with 40 pictures takes 600 as PDF, 200 as EPUB, 230 as DOCX and 310 as ODT; one
# format is made after the other.
_PDF: Final = (160.0, 0.5, 4.0)
_OTHERS: Final = (80.0, 0.5, 0.0)


def megabytes(book: Book, formats: Sequence[str]) -> int:
    """What the largest of the converters takes for these formats."""
    letters = sum(len(plain.text(chapter.tree)) for chapter in book.chapters) / 1000
    pixels = sum(picture.width * picture.height for picture in book.pictures.values()) / 1e6
    base, per_letters, per_pixels = _PDF if any(map(_is_typeset, formats)) else _OTHERS
    return round(base + per_letters * letters + per_pixels * pixels)


def _is_typeset(format_: str) -> bool:
    return format_.startswith(("pdf", "print", "booklet"))
