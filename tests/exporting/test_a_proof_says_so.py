"""A proof says on every page that the book is not published; the book itself never does."""

from __future__ import annotations

import subprocess
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from app.exporting import making
from app.manuscript.tree import doc
from tests.exporting.conftest import make, needs
from tests.exporting.epubs import complaints
from tests.exporting.test_nothing_in_a_text_breaks_a_book import book_of, p
from tests.importing.uploads import bring, finished
from tests.people_at_work import People

SAYS = "Proof. Not for publication."


def pages(result: making.Result) -> list[Counter[str]]:
    """The letters of each page: what runs across a page is read in no order."""
    needs("pdftotext")
    pdf = next(made.path for made in result.files if made.format == "pdf")
    said = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, check=True, text=True)
    return [
        Counter(page.replace(" ", "").replace("\n", "")) for page in said.stdout.split("\f")[:-1]
    ]


def title_page(result: making.Result) -> str:
    epub = next(made.path for made in result.files if made.format == "epub")
    assert complaints(epub) == []
    with zipfile.ZipFile(epub) as archive:
        name = next(one for one in archive.namelist() if one.endswith("title.xhtml"))
        return archive.read(name).decode()


@pytest.fixture(params=["manual", "reader", "workbook"])
def book(request: pytest.FixtureRequest) -> Any:
    made = book_of(None, ("One", doc(p("Words."))), ("Two", doc(p("More."))))  # type: ignore[arg-type]
    return replace(made, pictures={}, design=replace(made.design, name=request.param))


async def test_every_page_of_a_proof_says_so_and_no_page_of_a_book(
    book: Any, tmp_path: Path
) -> None:
    (tmp_path / "proof").mkdir()
    proof = await make(replace(book, proof=True), tmp_path / "proof")
    plain = await make(book, tmp_path)
    said = Counter(SAYS.replace(" ", ""))
    assert [
        with_it - without for with_it, without in zip(pages(proof), pages(plain), strict=True)
    ] == [said for _ in pages(plain)]
    assert SAYS in title_page(proof)
    assert SAYS not in title_page(plain)
    assert [one.code for one in proof.findings] == [one.code for one in plain.findings]


async def test_it_is_asked_for_like_any_export(app: FastAPI, people: People) -> None:
    fay = await people.start_guide()
    await bring(fay, {"one.md": b"# One\n\nWords.\n"})
    asked = {"formats": ["epub", "pdf"]}
    proof = await fay.yes("POST", "exports", json={**asked, "proof": True})
    plain = await fay.yes("POST", "exports", json=asked)
    assert proof["id"] != plain["id"]
    done = await finished(fay, f"exports/{proof['id']}")
    assert done["proof"] is True
    assert {file["name"] for file in done["files"]} == {
        f"{fay.slug}-proof.{one}" for one in ("epub", "pdf")
    }
    await finished(fay, f"exports/{plain['id']}")
    problem = await fay.no(422, "POST", "exports", json={"formats": ["docx"], "proof": True})
    assert "EPUB, PDF or booklet" in problem["detail"]
