"""A booklet: folded and laid in one another, its pages follow each other."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exporting.printing import imposing
from app.exporting.printing.imposing import GATHERING, IN_ONE, Side, sides
from tests.exporting.conftest import needs
from tests.exporting.printed import POINTS, book, made


def folded(order: list[Side], gathering: int, *, right_to_left: bool) -> list[int | None]:
    """What one reads, leaf by leaf, after printing on both sides, folding and laying in one another."""
    read: list[int | None] = []
    sheets = [order[at : at + 2] for at in range(0, len(order), 2)]
    per = gathering // 4
    for start in range(0, len(sheets), per):
        stack = sheets[start : start + per]
        # The outermost sheet is the first; one half of each lies before the fold, one behind it.
        halves = [
            (
                ((front.left, back.right), (back.left, front.right))
                if right_to_left
                else ((front.right, back.left), (back.right, front.left))
            )
            for front, back in stack
        ]
        for before, _ in halves:
            read += before
        for _, behind in reversed(halves):
            read += behind
    return read


@given(st.integers(1, 400), st.booleans(), st.sampled_from([None, 4, 16, 32, 64]))
def test_folding_gives_the_pages_in_their_order(
    pages: int, right_to_left: bool, gathering: int | None
) -> None:
    order = sides(pages, right_to_left=right_to_left, gathering=gathering)
    per = gathering or (pages if pages <= IN_ONE else GATHERING)
    read = folded(order, -(-per // 4) * 4, right_to_left=right_to_left)
    assert len(order) * 2 == -(-pages // 4) * 4
    assert [page for page in read if page is not None] == list(range(pages))
    # Blank pages come at the end alone.
    assert read == [*range(pages), *[None] * (len(read) - pages)]


def test_eight_pages_as_every_printer_knows_them() -> None:
    numbers = [(side.left, side.right) for side in sides(8)]
    assert numbers == [(7, 0), (1, 6), (5, 2), (3, 4)]
    assert [(side.left, side.right) for side in sides(8, right_to_left=True)] == [
        (0, 7), (6, 1), (2, 5), (4, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(("paper", "size"), [("a4", (297, 210)), ("letter", (279.4, 215.9))])
async def test_the_sheets_have_their_size_and_two_pages_each(
    paper: str, size: tuple[float, float], tmp_path: Path
) -> None:
    needs("pdftotext")
    files, codes, _ = await made(
        book(chapters=2, paragraphs=20), tmp_path / "made", f"booklet-{paper}"
    )
    assert "print_page_count" not in codes
    with pikepdf.open(files["booklet"]) as pdf:
        assert len(pdf.pages) % 2 == 0
        for page in pdf.pages:
            box = [float(value) / POINTS for value in page.mediabox]
            assert (box[2], box[3]) == pytest.approx(size, abs=0.1)
        count = len(pdf.pages) * 2
    said = subprocess.run(
        ["pdftotext", "-f", "1", "-l", "1", str(files["booklet"]), "-"],
        capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    assert "A Printed Guide" in said
    assert sides(count)[0] == Side(count - 1, 0)


async def test_a_thick_book_becomes_gatherings_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imposing, "IN_ONE", 8)
    _, codes, _ = await made(book(), tmp_path / "made", "booklet-a4")
    assert "booklet_thick" in codes
