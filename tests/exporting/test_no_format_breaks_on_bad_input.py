"""Bad and hostile content in every other format: whole, well-formed, and nobody else's files in it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.exporting.assemble import assemble
from app.exporting.book import Picture
from app.manuscript.tree import doc
from tests.exporting import fuzzing, inside
from tests.exporting.conftest import make
from tests.exporting.test_nothing_in_a_text_breaks_a_book import BAD, book_of, picture

__all__ = ["picture"]

FORMATS = ("epub", "docx", "odt", "icml")


@pytest.mark.parametrize("kind", FORMATS)
async def test_all_of_it_in_one_book(kind: str, picture: Picture, tmp_path: Path) -> None:
    chapters = [
        (f"{at}: {name} <&> #x", doc(*blocks)) for at, (name, blocks) in enumerate(BAD.items())
    ]
    book = book_of(picture, *chapters)
    result = await make(book, tmp_path, kind)
    path = result.files[0].path
    whole = assemble(book)
    wanted = inside.of_trees([(chapter.title, chapter.tree) for chapter in whole.chapters])
    found = inside.inside(path)
    assert inside.lost(wanted.text, "\n".join(found.text)) == []
    assert len(found.notes) == len(wanted.notes)
    assert len(found.pictures) == len(wanted.pictures)
    assert set(found.inner) <= found.anchors
    assert all(re.match(r"https?:|mailto:|tel:", link) for link in found.links)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            data = archive.read(name)
            if name.endswith((".png", ".jpg")) and "cover" not in name:
                assert data == picture.path.read_bytes(), "a picture that is not the guide's"
            if name.endswith((".xml", ".rels", ".icml", ".xhtml", ".opf", ".ncx")):
                ET.fromstring(data)
                text = data.decode()
                assert "root:x:" not in text
                assert not re.search(r'(?:href|Target|URL|URI)="(?:javascript|file:/|data)', text)
                assert "data:image" not in text


@pytest.mark.parametrize("seed", [3, 7])
async def test_random_books_are_whole_wherever_they_flow(seed: int, tmp_path: Path) -> None:
    """`python -m tests.exporting.fuzzing` tries many more."""
    assert await fuzzing.lost(seed, tmp_path) == []


ALONE = ("nothing", "half a surrogate pair", "an empty table", "an empty list", "a rule with words in it",
         "a picture in a list in a table", "300 quotes inside each other")  # fmt: skip


@pytest.mark.parametrize("name", ALONE)
async def test_each_alone_is_made_in_each(name: str, picture: Picture, tmp_path: Path) -> None:
    """What one chapter has must not depend on its neighbours to come out right."""
    result = await make(book_of(picture, (name, doc(*BAD[name]))), tmp_path, "docx", "odt", "icml")
    for file in result.files:
        assert inside.lost([name], "\n".join(inside.inside(file.path).text)) == []
