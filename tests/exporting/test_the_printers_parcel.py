"""The parcel for a printer: one zip with everything, an ONIX message that keeps the format's order,
and a sheet that says what is not ready."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
import pytest

from app.exporting.assemble import assemble
from app.exporting.book import Contributor, Details
from app.exporting.design import Design
from app.exporting.printing import looking, onix, sealing
from app.exporting.printing.parcel import Press
from tests.exporting.conftest import needs
from tests.exporting.printed import DETAILS, book, made, with_picture

# What each composite that we write may hold, in the order of ONIX for Books 3.0 (format
# specification, revision 8); ! must be there, * may be there more than once.
ORDER = {
    "ONIXMessage": "Header! Product*",
    "Header": "Sender! SentDateTime!",
    "Sender": "SenderName!",
    "Product": "RecordReference! NotificationType! ProductIdentifier*! DescriptiveDetail! CollateralDetail "
    "PublishingDetail! RelatedMaterial ProductSupply*!",
    "ProductIdentifier": "ProductIDType! IDTypeName IDValue!",
    "DescriptiveDetail": "ProductComposition! ProductForm! ProductFormDetail* PrimaryContentType Measure* "
    "EpubTechnicalProtection* EpubLicense TitleDetail*! Contributor* EditionStatement Language* Extent* "
    "Subject* Audience*",
    "Measure": "MeasureType! Measurement! MeasureUnitCode!",
    "EpubLicense": "EpubLicenseName! EpubLicenseExpression*",
    "EpubLicenseExpression": "EpubLicenseExpressionType! EpubLicenseExpressionLink!",
    "TitleDetail": "TitleType! TitleElement*!",
    "TitleElement": "TitleElementLevel! TitleText! Subtitle",
    "Contributor": "SequenceNumber ContributorRole*! PersonName!",
    "Language": "LanguageRole! LanguageCode!",
    "Extent": "ExtentType! ExtentValue! ExtentUnit!",
    "Subject": "MainSubject SubjectSchemeIdentifier! SubjectCode SubjectHeadingText",
    "Audience": "AudienceCodeType! AudienceCodeValue!",
    "CollateralDetail": "TextContent*!",
    "TextContent": "TextType! ContentAudience*! Text*!",
    "PublishingDetail": "Publisher*! CityOfPublication PublishingStatus PublishingDate* SalesRights*",
    "Publisher": "PublishingRole! PublisherName!",
    "PublishingDate": "PublishingDateRole! Date!",
    "SalesRights": "SalesRightsType! Territory!",
    "Territory": "RegionsIncluded!",
    "RelatedMaterial": "RelatedProduct*!",
    "RelatedProduct": "ProductRelationCode*! ProductIdentifier*!",
    "ProductSupply": "SupplyDetail*!",
    "SupplyDetail": "Supplier! ProductAvailability! UnpricedItemType Price*",
    "Supplier": "SupplierRole! SupplierName!",
    "Price": "PriceType! PriceAmount! CurrencyCode!",
}
SPACE = f"{{{onix.NAMESPACE}}}"


def faults(element: ET.Element) -> list[str]:
    """Where a message breaks the format's structure."""
    tag = element.tag.removeprefix(SPACE)
    if tag not in ORDER:
        return [f"{tag} has children"] if len(element) else []
    rules = [(one.rstrip("*!"), "*" in one, "!" in one) for one in ORDER[tag].split()]
    names = [name for name, _, _ in rules]
    children = [child.tag.removeprefix(SPACE) for child in element]
    found = [f"{child} in {tag}" for child in children if child not in names]
    places = [names.index(child) for child in children if child in names]
    if places != sorted(places):
        found.append(f"order in {tag}: {children}")
    for name, many, needed in rules:
        if needed and name not in children:
            found.append(f"no {name} in {tag}")
        if not many and children.count(name) > 1:
            found.append(f"several {name} in {tag}")
    return found + [fault for child in element for fault in faults(child)]


def message(details: Details, **about: object) -> ET.Element:
    whole = assemble(book(details=details, **about))  # type: ignore[arg-type]
    data = onix.message(whole, onix.Printed(120, 152.4, 228.6, 6.86))
    root = ET.fromstring(data)
    assert root.tag == f"{SPACE}ONIXMessage"
    assert root.get("release") == "3.0"
    return root


def said(root: ET.Element, tag: str) -> list[str | None]:
    return [one.text for one in root.iter(SPACE + tag)]


HOSTILE = '<Price>&amp;]]>"; #panic("owned") \x0b\ufffe 山 שלום'
PEOPLE = (Contributor("Ana Ruiz", "facilitator"), Contributor(HOSTILE, "writer"))


@pytest.mark.parametrize(
    ("details", "products"),
    [
        (DETAILS, 2),
        (Details(), 1),
        (replace(DETAILS, ebook_isbn="", currency="EUR"), 1),
        (replace(DETAILS, print_isbn="", price=""), 2),
        (Details(summary=HOSTILE, publisher=HOSTILE, place=HOSTILE, edition=HOSTILE, keywords=(HOSTILE,)), 1),
    ],
)  # fmt: skip
def test_every_message_keeps_the_structure_of_the_format(details: Details, products: int) -> None:
    root = message(details, title=HOSTILE, subtitle=HOSTILE, licence=HOSTILE, contributors=PEOPLE)
    assert faults(root) == []
    assert len(root.findall(f"{SPACE}Product")) == products
    # Nothing is empty but the one element that is meant to be.
    leaves = [one for one in root.iter() if not len(one) and not (one.text or "").strip()]
    assert {one.tag for one in leaves} <= {f"{SPACE}MainSubject"}


def test_the_structure_test_sees_what_is_wrong() -> None:
    root = message(DETAILS)
    product = root.find(f"{SPACE}Product")
    assert product is not None
    first = product[0]
    product.remove(first)
    assert "no RecordReference in Product" in faults(root)
    product.append(first)
    assert any(fault.startswith("order in Product") for fault in faults(root))


def test_the_message_says_what_the_book_says() -> None:
    root = message(DETAILS, contributors=PEOPLE[:1])
    assert said(root, "IDValue")[:1] == ["9780571089895"]
    assert "9783161484100" in said(root, "IDValue")
    assert said(root, "ExtentValue") == ["120"]
    assert said(root, "Measurement") == ["228.6", "152.4", "6.9"]
    assert said(root, "PriceAmount") == ["12.50"]
    assert said(root, "ContributorRole")[:1] == ["B01"]
    assert said(root, "SubjectCode")[:2] == ["POL013000", "KNXU"]
    assert said(root, "LanguageCode")[:1] == ["eng"]
    text = next(root.iter(f"{SPACE}Text"))
    assert (text.text, text.get("textformat")) == (DETAILS.summary, "06")


async def test_one_zip_has_all_that_the_printer_gets(tmp_path: Path) -> None:
    files, codes, _ = await made(book(), tmp_path / "made", "print-kdp")
    assert codes == []
    with zipfile.ZipFile(files["print"]) as parcel:
        assert parcel.testzip() is None
        assert parcel.namelist() == [
            "read-me-first.html", "guide-kdp-inside.pdf", "guide-kdp-cover.pdf",
            "guide-kdp-cover-template.pdf", "guide-onix.xml",
        ]  # fmt: skip
        for name, kind in (
            ("guide-kdp-inside.pdf", "print-inside"),
            ("guide-kdp-cover.pdf", "print-cover"),
        ):
            assert parcel.read(name) == files[kind].read_bytes()
        assert faults(ET.fromstring(parcel.read("guide-onix.xml"))) == []
        sheet = parcel.read("read-me-first.html").decode()
    assert "The files are as Amazon KDP asks." in sheet
    assert "978-0-571-08989-5" in sheet


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


async def test_the_sheet_shows_hostile_words_and_runs_nothing(tmp_path: Path) -> None:
    script = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    details = Details(summary=script, publisher=script, keywords=(script,))
    whole = book(title=script, licence=script, details=details, chapters=1, paragraphs=2)
    files, codes, _ = await made(whole, tmp_path / "made", "print-kdp")
    assert "print_no_isbn" in codes
    with zipfile.ZipFile(files["print"]) as parcel:
        sheet = parcel.read("read-me-first.html").decode()
    read = _Tags()
    read.feed(sheet)
    assert not {"script", "img"} & set(read.tags)
    assert "&lt;script&gt;" in sheet
    assert "Not ready for Amazon KDP yet" in sheet


async def test_ingramspark_is_not_ready_without_the_conversion(tmp_path: Path) -> None:
    files, codes, result = await made(book(), tmp_path / "made", "print-ingramspark")
    assert "print_not_ready" in codes
    [finding] = [one for one in result.findings if one.code == "print_not_ready"]
    assert "CHAPTERHOUSE_GHOSTSCRIPT" in finding.message
    with zipfile.ZipFile(files["print"]) as parcel:
        assert "Not ready for IngramSpark yet" in parcel.read("read-me-first.html").decode()
    assert not sealing.in_cmyk(files["print-cover"])


async def test_ghostscript_makes_ingramsparks_files_ready(tmp_path: Path) -> None:
    needs("gs")
    whole = with_picture(book(), tmp_path, (1800, 1200), "RGBA")
    runs = [
        await made(whole, tmp_path / name, "print-ingramspark", press=Press(ghostscript="gs"))
        for name in ("one", "two")
    ]
    files, codes, _ = runs[0]
    assert codes == ["print_spine_unsure"]
    for kind in ("print-inside", "print-cover"):
        assert sealing.in_cmyk(files[kind])
        with pikepdf.open(files[kind]) as pdf:
            assert str(pdf.docinfo["/GTS_PDFXVersion"]) == "PDF/X-3:2002"
            assert "/OutputIntents" in pdf.Root
            assert pdf.pdf_version == "1.3"
            assert all(looking.fonts(pdf).values())
            assert not any(looking.look(page).transparent for page in pdf.pages)
        assert files[kind].read_bytes() == runs[1][0][kind].read_bytes()


async def test_a_page_that_a_printer_does_not_have_is_said_before(tmp_path: Path) -> None:
    whole = book(chapters=1, paragraphs=2, design=Design(trim="a5"))
    _, codes, _ = await made(whole, tmp_path / "kdp", "print-kdp")
    assert "print_trim" not in codes
    large = book(chapters=1, paragraphs=2, design=Design(trim="a4"))
    _, codes, _ = await made(large, tmp_path / "lulu", "print-lulu")
    assert "print_trim" not in codes
