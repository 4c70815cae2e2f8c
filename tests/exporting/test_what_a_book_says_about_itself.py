"""A book's details: ISBNs that are right, changes nobody loses, and every word where it belongs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from app.exporting.book import Book, ChapterText, Details
from app.exporting.details import isbn
from app.manuscript.tree import doc
from tests.exporting import epubs
from tests.exporting.conftest import make
from tests.manuscript.trees import p
from tests.people_at_work import People


# Hyphenated by the agencies that gave them out, or as printed in the ISBN Users' Manual.
@pytest.mark.parametrize(
    "printed",
    [
        "978-0-571-08989-5", "978-92-95055-12-4", "978-3-16-148410-0", "978-1-86197-876-9",
        "978-84-376-0494-7", "978-7-301-04815-3", "978-99921-58-10-4", "979-10-90636-07-1",
    ],
)  # fmt: skip
def test_an_isbn_gets_its_hyphens_where_the_agency_puts_them(printed: str) -> None:
    assert isbn.hyphenated(isbn.parse(printed.replace("-", ""))) == printed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ISBN-13: 978 0 571 08989 5", "9780571089895"),
        ("978–0–571–08989–5", "9780571089895"),
        ("0-571-08989-5", "9780571089895"),
        ("0-8044-2957-X", "9780804429573"),
        ("   ", ""),
    ],
)
def test_an_isbn_is_read_as_people_write_it(typed: str, kept: str) -> None:
    assert isbn.parse(typed) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("978-0-571-08989-6", "last digit"), ("0-571-08989-4", "last digit"), ("97805710898", "11 digits"),
        ("979-0-2600-0043-8", "something else"), ("4006381333931", "978 or 979"), ("978-0-571-٠8989-5", "other signs"),
    ],
)  # fmt: skip
def test_what_is_no_isbn_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        isbn.parse(typed)


@given(st.integers(0, 10**10 - 1), st.sampled_from(["978", "979"]), st.integers(0, 12))
def test_one_wrong_digit_never_passes(number: int, prefix: str, at: int) -> None:
    right = isbn.with_check(f"{prefix}{number:010}"[:12])
    wrong = right[:at] + str((int(right[at]) + 1) % 10) + right[at + 1 :]
    with pytest.raises(ValueError, match=r"must begin|last digit"):
        isbn.parse(wrong)
    assert isbn.hyphenated(right).replace("-", "") == right


async def test_details_are_kept_and_said_with_hyphens(people: People) -> None:
    fay = await people.start_guide()
    before = await fay.yes("GET", "details")
    assert (before["version"], before["summary"], before["audience"]) == (0, "", "general")
    sent = {
        "summary": "A book.\n\nFor all.", "publisher": "Local 1", "place": "Queens",
        "edition": "First edition", "print_isbn": "9780571089895", "keywords": ["unions", "a;b", "unions", " "],
        "bisac": ["POL013000"], "thema": ["KNXU"], "price": "12,5", "currency": "USD",
    }  # fmt: skip
    after = await fay.yes("PATCH", "details", json=sent)
    said = sent | {
        "print_isbn": "978-0-571-08989-5", "price": "12.50", "keywords": ["unions", "a b"], "version": 1,
    }  # fmt: skip
    assert after == before | said
    assert await fay.yes("GET", "details") == after
    gone = await fay.yes(
        "PATCH", "details", json={"print_isbn": "", "price": "", "seen_version": 1}
    )
    assert (gone["print_isbn"], gone["price"], gone["publisher"]) == ("", "", "Local 1")


async def test_two_people_do_not_undo_each_other(people: People) -> None:
    fay = await people.start_guide()
    await fay.yes("PATCH", "details", json={"publisher": "One", "seen_version": 0})
    problem = await fay.no(409, "PATCH", "details", json={"publisher": "Two", "seen_version": 0})
    assert problem["code"] == "changed"
    assert (await fay.yes("GET", "details"))["publisher"] == "One"


async def test_what_cannot_be_is_refused_in_a_sentence(people: People) -> None:
    fay = await people.start_guide()
    wrong = await fay.no(422, "PATCH", "details", json={"print_isbn": "978-0-571-08989-6"})
    assert wrong["detail"].startswith("The ISBN of the printed book is not right")
    same = {"print_isbn": "9780571089895", "ebook_isbn": "978-0-571-08989-5"}
    assert "an ISBN each" in (await fay.no(422, "PATCH", "details", json=same))["detail"]
    assert "currency" in (await fay.no(422, "PATCH", "details", json={"price": "3"}))["detail"]
    assert (await fay.yes("GET", "details"))["version"] == 0


async def test_a_writer_reads_them_and_the_facilitator_changes_them(people: People) -> None:
    await people.start_guide()
    ana = await people.join("writer", "Ana")
    await ana.yes("GET", "details")
    await ana.no(403, "PATCH", "details", json={"publisher": "Ana"})


HOSTILE = '<b>&amp;"; #panic("owned") \\u{0} 山 שלום'


async def test_details_go_into_epub_and_pdf_and_stay_data(tmp_path: Path) -> None:
    book = Book(
        title="x", language="en", licence="x", identifier="x", made=date(2026, 1, 1),
        chapters=[ChapterText("c", "One", doc(p("Words.")))],
        details=Details(
            summary=f"About\n\n{HOSTILE}", publisher=HOSTILE, keywords=("a", HOSTILE),
            ebook_isbn="978-0-571-08989-5", print_isbn="978-3-16-148410-0",
        ),
    )  # fmt: skip
    result = await make(book, tmp_path, "epub", "pdf")
    assert not [finding for finding in result.findings if finding.severity == "problem"]
    epub, pdf = (made.path for made in result.files)
    package = ET.fromstring(epubs.texts(epub)["EPUB/content.opf"])
    dc = "{http://purl.org/dc/elements/1.1/}"
    said = {tag: [one.text for one in package.iter(dc + tag)] for tag in
            ("publisher", "description", "subject", "identifier", "source")}  # fmt: skip
    assert said["publisher"] == [HOSTILE]
    assert said["description"] == [f"About {HOSTILE}"]
    assert said["subject"] == ["a", HOSTILE]
    assert "urn:isbn:9780571089895" in said["identifier"]
    assert said["source"] == ["urn:isbn:9783161484100"]
    assert epubs.complaints(epub) == []
    metadata = PdfReader(pdf).metadata
    assert metadata is not None
    assert " ".join((metadata.subject or "").split()) == f"About {HOSTILE}"
    assert metadata.keywords == f"a, {HOSTILE}"
