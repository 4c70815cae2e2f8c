"""What an EPUB says of its accessibility is true."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from app.exporting.book import Book, ChapterText, Picture
from app.manuscript.tree import doc
from tests.exporting import epubs
from tests.exporting.conftest import make
from tests.manuscript.trees import node


@pytest.mark.parametrize(
    ("about", "claimed"), [({"alt": "A red wall"}, True), ({"decorative": True}, True), ({}, False)]
)
async def test_described_pictures_are_claimed_only_when_all_are(
    about: dict[str, object], claimed: bool, tmp_path: Path
) -> None:
    path = tmp_path / "red.png"
    Image.new("RGB", (60, 40), (200, 30, 30)).save(path)
    figures = [node("figure", asset="a", alt="A wall"), node("figure", asset="a", **about)]
    whole = Book(
        title="x", language="en", licence="x", identifier="x", made=date(2026, 1, 1),
        chapters=[ChapterText("c", "One", doc(*figures))],
        pictures={"a": Picture(path, "image/png", 60, 40, "ab" * 32)},
    )  # fmt: skip
    result = await make(whole, tmp_path, "epub")
    package = epubs.texts(result.files[0].path)["EPUB/content.opf"]
    assert ("alternativeText" in package) == claimed
    assert ("pictures are described" in package) == claimed
    assert ('Sufficient">textual<' in package) == claimed
    assert epubs.complaints(result.files[0].path) == []
