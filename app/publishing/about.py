"""About: what the public page says of an edition, taken when it was made and never changed."""

from __future__ import annotations

from pydantic import BaseModel

from app.exporting import languages
from app.exporting.book import Book
from app.exporting.web import addresses


class Chapter(BaseModel):
    """A chapter that readers can name; `id` is for the makers alone and never leaves."""

    id: str
    page: str
    title: str


class Person(BaseModel):
    """Somebody who is credited."""

    name: str
    role: str


class About(BaseModel):
    """A guide as its public page shows it."""

    title: str
    subtitle: str
    language: str
    direction: str
    region: str
    licence: str
    summary: str
    contributors: list[Person]
    chapters: list[Chapter]
    style: str
    """The style sheet among the files of the web book."""
    cover: str
    """The cover's picture among them."""


def of(book: Book, files: list[str]) -> About:
    """What there is to say about a book whose web book has these files."""
    names = addresses.addresses(book)
    return About(
        title=book.title,
        subtitle=book.subtitle,
        language=languages.tag(book.language),
        direction=languages.direction(book.language),
        region=book.region,
        licence=book.licence,
        summary=book.details.summary,
        contributors=[Person(name=one.name, role=one.role) for one in book.contributors],
        chapters=[
            Chapter(id=chapter.id, page=names[chapter.id], title=chapter.title)
            for chapter in book.chapters
        ],
        style=next(
            name for name in files if name.startswith("assets/book-") and name.endswith(".css")
        ),
        cover=next(name for name in sorted(files) if name.startswith("pictures/cover-")),
    )
