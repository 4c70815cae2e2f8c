"""The sample guide as a book, made once; skips where a program that looks at files is missing."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.exporting import making
from app.exporting.book import Book
from app.importing.drafts import Ready
from tests.exporting.books import read_folder

SAMPLE = Path(__file__).parents[2] / "samples" / "guide"


def needs(*programs: str) -> None:
    """Skip, saying so, where a program is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


async def silent(part: float, step: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class MadeBook:
    """A book and its files."""

    book: Book
    ready: list[Ready]
    result: making.Result

    @property
    def pdf(self) -> Path:
        return next(made.path for made in self.result.files if made.format == "pdf")

    @property
    def epub(self) -> Path:
        return next(made.path for made in self.result.files if made.format == "epub")


async def make(book: Book, folder: Path, *formats: str) -> making.Result:
    """The files of a book."""
    return await making.make(book, formats or ("epub", "pdf"), folder, "book", silent)


async def make_folder(source: Path, folder: Path, **about: object) -> MadeBook:
    """The files of a folder of texts."""
    keep = folder / "pictures"
    keep.mkdir()
    book, ready = await read_folder(source, keep, **about)
    return MadeBook(book, ready, await make(book, folder))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> MadeBook:
    """The sample guide as EPUB and PDF."""
    # Not an async fixture: tests of both kinds share it, each with a loop of its own.
    return asyncio.run(
        make_folder(
            SAMPLE,
            tmp_path_factory.mktemp("sample"),
            title="Organizing Together Online",
            subtitle="A digital guide for people who work in New York",
            region="New York City",
            licence="CC0 1.0",
        )
    )
