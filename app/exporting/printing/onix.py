"""ONIX for Books 3.0, reference tags: what booksellers' computers want to know of a book.

Codes are those of EDItEUR's lists; beside each stands its list and what it says. The order of the
elements is that of the format specification, release 3.0 revision 8, blocks 1, 2, 4, 5 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from app.exporting import languages
from app.exporting.assemble import Assembled
from app.exporting.book import Contributor
from app.exporting.licences import licence_url

NAMESPACE = "http://ns.editeur.org/onix/3.0/reference"

# ISO 639-2/B, of the languages a guide can be in.
_LANGUAGES = {
    "am": "amh", "ar": "ara", "bn": "ben", "cs": "cze", "da": "dan", "de": "ger", "el": "gre",
    "en": "eng", "es": "spa", "fa": "per", "fi": "fin", "fr": "fre", "he": "heb", "hi": "hin",
    "ht": "hat", "hu": "hun", "id": "ind", "it": "ita", "ja": "jpn", "ko": "kor", "mr": "mar",
    "ne": "nep", "nl": "dut", "no": "nor", "pl": "pol", "pt": "por", "ro": "rum", "ru": "rus",
    "sv": "swe", "sw": "swa", "th": "tha", "tl": "tgl", "tr": "tur", "uk": "ukr", "ur": "urd",
    "vi": "vie", "zh": "chi",
}  # fmt: skip
_AUDIENCES = {  # list 28
    "general": "01", "children": "02", "young_adult": "03", "academic": "05", "professional": "06",
    "adult_learning": "08",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """What is known of the printed book once it is set; lengths in millimetres."""

    pages: int
    width_mm: float
    height_mm: float
    spine_mm: float


def message(whole: Assembled, printed: Printed) -> bytes:
    """The message about the printed book, and about the e-book when that has an ISBN."""
    root = ET.Element("ONIXMessage", {"xmlns": NAMESPACE, "release": "3.0"})
    header = ET.SubElement(root, "Header")
    _text(ET.SubElement(header, "Sender"), "SenderName", _publisher(whole))
    _text(header, "SentDateTime", whole.book.made.strftime("%Y%m%d"))
    _product(root, whole, printed)
    if whole.book.details.ebook_isbn:
        _product(root, whole, None)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _product(root: ET.Element, whole: Assembled, printed: Printed | None) -> None:
    details = whole.book.details
    mine, other = details.print_isbn, details.ebook_isbn
    if printed is None:
        mine, other = other, mine
    product = ET.SubElement(root, "Product")
    kind = "ebook" if printed is None else "print"
    _text(product, "RecordReference", f"chapterhouse.{whole.book.identifier}.{kind}")
    _text(product, "NotificationType", "03")  # list 1: the book is there
    _identifier(product, whole, mine, kind)
    _description(ET.SubElement(product, "DescriptiveDetail"), whole, printed)
    about = details.summary or whole.book.subtitle
    if about:
        content = ET.SubElement(ET.SubElement(product, "CollateralDetail"), "TextContent")
        _text(content, "TextType", "03")  # list 153: description
        _text(content, "ContentAudience", "00")  # list 154: anybody
        _text(content, "Text", about).set("textformat", "06")  # list 34: plain text
    _publishing(ET.SubElement(product, "PublishingDetail"), whole)
    if mine and other:
        related = ET.SubElement(ET.SubElement(product, "RelatedMaterial"), "RelatedProduct")
        _text(related, "ProductRelationCode", "06")  # list 51: the same in another format
        _identifier(related, whole, other, "")
    _supply(ET.SubElement(product, "ProductSupply"), whole, kind)


def _identifier(parent: ET.Element, whole: Assembled, isbn: str, kind: str) -> None:
    identifier = ET.SubElement(parent, "ProductIdentifier")
    _text(identifier, "ProductIDType", "15" if isbn else "01")  # list 5: ISBN, or our own
    if not isbn:
        _text(identifier, "IDTypeName", "Chapterhouse")
    _text(identifier, "IDValue", isbn.replace("-", "") or f"{whole.book.identifier}-{kind}")


def _description(block: ET.Element, whole: Assembled, printed: Printed | None) -> None:
    book, details = whole.book, whole.book.details
    _text(block, "ProductComposition", "00")  # list 2: one thing
    # List 150: a paperback, or a download; list 175: EPUB.
    _text(block, "ProductForm", "BC" if printed else "ED")
    if printed is None:
        _text(block, "ProductFormDetail", "E101")
    _text(block, "PrimaryContentType", "10")  # list 81: text to read
    if printed is not None:
        for kind, value in (
            ("01", printed.height_mm),
            ("02", printed.width_mm),
            ("03", printed.spine_mm),
        ):
            measure = ET.SubElement(block, "Measure")
            _text(measure, "MeasureType", kind)  # list 48: height, width, thickness
            _text(measure, "Measurement", f"{value:.1f}".removesuffix(".0"))
            _text(measure, "MeasureUnitCode", "mm")
    else:
        _text(block, "EpubTechnicalProtection", "00")  # list 144: none
        licence = ET.SubElement(block, "EpubLicense")
        _text(licence, "EpubLicenseName", book.licence)
        if url := licence_url(book.licence):
            expression = ET.SubElement(licence, "EpubLicenseExpression")
            _text(expression, "EpubLicenseExpressionType", "02")  # list 218: for people
            _text(expression, "EpubLicenseExpressionLink", url)
    title = ET.SubElement(block, "TitleDetail")
    _text(title, "TitleType", "01")  # list 15: as it is on the title page
    element = ET.SubElement(title, "TitleElement")
    _text(element, "TitleElementLevel", "01")  # list 149: of the book
    _text(element, "TitleText", book.title)
    if book.subtitle:
        _text(element, "Subtitle", book.subtitle)
    for at, person in enumerate(book.contributors, 1):
        _contributor(block, at, person)
    if details.edition:
        _text(block, "EditionStatement", details.edition)
    language = ET.SubElement(block, "Language")
    _text(language, "LanguageRole", "01")  # list 22: of the text
    _text(language, "LanguageCode", _LANGUAGES.get(languages.base(book.language), "und"))
    if printed is not None:
        extent = ET.SubElement(block, "Extent")
        _text(extent, "ExtentType", "00")  # list 23: pages
        _text(extent, "ExtentValue", str(printed.pages))
        _text(extent, "ExtentUnit", "03")  # list 24: pages
    _subjects(block, whole)
    audience = ET.SubElement(block, "Audience")
    _text(audience, "AudienceCodeType", "01")  # list 29: ONIX's own codes
    _text(audience, "AudienceCodeValue", _AUDIENCES.get(details.audience, "01"))


def _contributor(block: ET.Element, at: int, person: Contributor) -> None:
    contributor = ET.SubElement(block, "Contributor")
    _text(contributor, "SequenceNumber", str(at))
    # List 17: edited by, or by.
    _text(contributor, "ContributorRole", "B01" if person.role == "facilitator" else "A01")
    _text(contributor, "PersonName", person.name or "…")


def _subjects(block: ET.Element, whole: Assembled) -> None:
    details = whole.book.details
    coded = [("10", code) for code in details.bisac] + [("93", code) for code in details.thema]
    firsts: set[str] = set()
    for scheme, code in coded:  # list 27: BISAC, Thema
        subject = ET.SubElement(block, "Subject")
        if scheme not in firsts:
            firsts.add(scheme)
            ET.SubElement(subject, "MainSubject")
        _text(subject, "SubjectSchemeIdentifier", scheme)
        _text(subject, "SubjectCode", code)
    if details.keywords:
        subject = ET.SubElement(block, "Subject")
        _text(subject, "SubjectSchemeIdentifier", "20")  # keywords
        _text(subject, "SubjectHeadingText", "; ".join(details.keywords))


def _publishing(block: ET.Element, whole: Assembled) -> None:
    publisher = ET.SubElement(block, "Publisher")
    _text(publisher, "PublishingRole", "01")  # list 45: publisher
    _text(publisher, "PublisherName", _publisher(whole))
    if whole.book.details.place:
        _text(block, "CityOfPublication", whole.book.details.place)
    _text(block, "PublishingStatus", "04")  # list 64: can be had
    dated = ET.SubElement(block, "PublishingDate")
    _text(dated, "PublishingDateRole", "01")  # list 163: of publication
    _text(dated, "Date", whole.book.made.strftime("%Y%m%d")).set("dateformat", "00")
    rights = ET.SubElement(block, "SalesRights")
    _text(rights, "SalesRightsType", "02")  # list 46: others may sell it, too
    _text(ET.SubElement(rights, "Territory"), "RegionsIncluded", "WORLD")


def _supply(block: ET.Element, whole: Assembled, kind: str) -> None:
    details = whole.book.details
    supply = ET.SubElement(block, "SupplyDetail")
    supplier = ET.SubElement(supply, "Supplier")
    _text(supplier, "SupplierRole", "01")  # list 93: publisher to retailers
    _text(supplier, "SupplierName", _publisher(whole))
    _text(supply, "ProductAvailability", "20")  # list 65: available
    if details.price and kind == "print":
        price = ET.SubElement(supply, "Price")
        # List 58: what readers pay; in the United States taxes come on top.
        _text(price, "PriceType", "01" if details.currency == "USD" else "02")
        _text(price, "PriceAmount", details.price)
        _text(price, "CurrencyCode", details.currency)
    else:
        _text(supply, "UnpricedItemType", "02")  # list 57: not yet fixed


def _publisher(whole: Assembled) -> str:
    return whole.book.details.publisher or "Published by its contributors"


def _text(parent: ET.Element, tag: str, value: str) -> ET.Element:
    child = ET.SubElement(parent, tag)
    child.text = value
    return child
