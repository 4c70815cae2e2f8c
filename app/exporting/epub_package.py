"""The EPUB's own files: package, contents, title page, imprint (EPUB 3.3, EPUB Accessibility 1.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape

from app.exporting import back_blocks, epub_pages, languages, proofs
from app.exporting.assemble import Assembled
from app.exporting.book import Book
from app.exporting.epub_pages import PageStart
from app.exporting.licences import licence_url

XHTML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
    'lang="{lang}" xml:lang="{lang}" dir="{dir}">\n<head>\n<title>{title}</title>\n'
    '<link rel="stylesheet" type="text/css" href="{style}" />\n</head>\n'
    "<body{body}>\n{content}\n</body>\n</html>\n"
)


_CONFORMS = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
"""Said only when a person has confirmed it: that no program objects is not conformance."""


@dataclass(slots=True)
class Entry:
    """A line of the table of contents."""

    title: str
    href: str
    children: list[Entry] = field(default_factory=list["Entry"])


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the package."""

    id: str
    href: str
    media_type: str
    properties: str = ""


def contents(whole: Assembled, places: Mapping[str, str]) -> list[Entry]:
    """The table of contents: parts, chapters, their sections. `places`: anchor → file."""
    entries: list[Entry] = []
    part: Entry | None = None
    number = 0
    for chapter in whole.chapters:
        if chapter.part is not None:
            number += 1
            part = Entry(chapter.part, f"{places[f'part{number}']}#part{number}")
            entries.append(part)
        file = places[chapter.anchor]
        sections = [
            Entry(heading.text, f"{file}#{heading.id}")
            for heading in chapter.headings
            if heading.level == 2
        ]
        entry = Entry(chapter.title, f"{file}#{chapter.anchor}", sections)
        (part.children if part else entries).append(entry)
    for section in back_blocks.sections(whole):
        file = places[section.anchor]
        groups = [Entry(title, f"{file}#{name}") for name, title in section.groups]
        entries.append(Entry(section.title, f"{file}#{section.anchor}", groups))
    return entries


def nav(
    whole: Assembled, entries: Sequence[Entry], start: str, pages: Sequence[PageStart] = ()
) -> str:
    """The navigation document; also the page of contents that is read."""
    says = languages.words(whole.book.language)
    listed = _list(entries)
    landmarks = "".join(
        f'<li><a epub:type="{kind}" href="{href}">{escape(title)}</a></li>'
        for kind, href, title in (
            ("cover", "text/cover.xhtml", says["cover"]),
            ("titlepage", "text/title.xhtml", says["title_page"]),
            ("toc", "nav.xhtml#toc", says["contents"]),
            ("bodymatter", start, says["start"]),
        )
    )
    content = (
        f'<nav epub:type="toc" role="doc-toc" id="toc" aria-labelledby="toc-title">'
        f'<h1 id="toc-title">{escape(says["contents"])}</h1>{listed}</nav>\n'
        f'<nav epub:type="landmarks" id="landmarks" hidden="hidden" aria-label="Landmarks">'
        f"<ol>{landmarks}</ol></nav>{epub_pages.listed(whole, pages)}"
    )
    return page(
        whole, says["contents"], content, style="styles/book.css", body=' epub:type="frontmatter"'
    )


def _list(entries: Sequence[Entry]) -> str:
    if not entries:
        return ""
    items = "".join(
        f'<li><a href="{escape(entry.href)}">{escape(entry.title)}</a>{_list(entry.children)}</li>'
        for entry in entries
    )
    return f"<ol>{items}</ol>"


def ncx(whole: Assembled, entries: Sequence[Entry]) -> str:
    """The contents for readers of the EPUB 2 time."""
    order = iter(range(1, 100_000))

    def points(found: Sequence[Entry]) -> str:
        out: list[str] = []
        for entry in found:
            at = next(order)
            out.append(
                f'<navPoint id="n{at}" playOrder="{at}"><navLabel><text>{escape(entry.title)}</text>'
                f'</navLabel><content src="{escape(entry.href)}"/>{points(entry.children)}</navPoint>'
            )
        return "".join(out)

    listed = points(entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><head>'
        f'<meta name="dtb:uid" content="{escape(identifier(whole))}"/></head>'
        f"<docTitle><text>{escape(whole.book.title)}</text></docTitle><navMap>{listed}</navMap></ncx>\n"
    )


def title_page(whole: Assembled) -> str:
    """The title page."""
    book = whole.book
    subtitle = f'<p class="subtitle">{escape(book.subtitle)}</p>' if book.subtitle else ""
    where = " · ".join(filter(None, (book.region, str(book.made.year))))
    proof = proofs.says(book)
    warning = f'<p class="proof"><strong>{escape(proof)}</strong></p>' if proof else ""
    content = (
        '<section epub:type="titlepage" class="titlepage">'
        f'<h1>{escape(book.title)}</h1>{subtitle}<p class="where">{escape(where)}</p>'
        f"{warning}</section>"
    )
    return page(whole, book.title, content, body=' epub:type="frontmatter"')


def imprint(whole: Assembled) -> str:
    """Who made the book and what one may do with it."""
    book = whole.book
    says = languages.words(book.language)
    comma = "، " if languages.direction(book.language) == "rtl" else ", "

    def people(label: str, names: list[str]) -> str:
        if not names:
            return ""
        return f'<p><span class="label">{escape(label)}</span> {escape(comma.join(names))}</p>'

    url = licence_url(book.licence)
    licence = escape(book.licence)
    if url:
        licence = f'<a href="{url}">{licence}</a>'
    address = ""
    if book.address:
        address = f'<p><a href="{escape(book.address)}">{escape(book.address)}</a></p>'
    content = (
        f'<section epub:type="imprint" class="imprint" aria-labelledby="imprint"><h1 id="imprint">'
        f"{escape(says['imprint'])}</h1><p><strong>{escape(book.title)}</strong><br />"
        f"{escape(book.subtitle)}</p>"
        + people(says["by"], [c.name for c in book.contributors if c.role != "facilitator"])
        + people(
            says["facilitated"], [c.name for c in book.contributors if c.role == "facilitator"]
        )
        + f'<p><span class="label">{escape(says["licence"])}</span> {licence}</p>{address}'
        f"<p>{escape(says['published'])} · {book.made.isoformat()}</p></section>"
    )
    return page(whole, says["imprint"], content, body=' epub:type="frontmatter"')


def cover_page(whole: Assembled) -> str:
    """The page that shows the cover."""
    says = languages.words(whole.book.language)
    alt = escape(f"{says['cover']}: {whole.book.title}")
    content = (
        f'<section epub:type="cover" class="cover"><img src="../media/cover.png" alt="{alt}" '
        'role="doc-cover" /></section>'
    )
    return page(whole, says["cover"], content)


def page(
    whole: Assembled, title: str, content: str, *, style: str = "../styles/book.css", body: str = ""
) -> str:
    """An XHTML page of the book."""
    language = whole.book.language
    return XHTML.format(
        lang=languages.tag(language),
        dir=languages.direction(language),
        title=escape(title),
        style=style,
        body=body,
        content=content,
    )


def package(
    whole: Assembled,
    items: Sequence[Item],
    spine: Sequence[str],
    *,
    visual: bool,
    paged: bool,
) -> str:
    """The package document; `paged` when it has the pages of the PDF."""
    # The same finding that the makers of the book are told.
    described = visual and not any(
        finding.code == "picture_without_description" for finding in whole.findings
    )
    book = whole.book
    modified = datetime(book.made.year, book.made.month, book.made.day, tzinfo=UTC)
    features = ["readingOrder", "structuralNavigation", "tableOfContents"]
    if described:
        features.append("alternativeText")
    if paged:
        features += ["pageBreakMarkers", "pageNavigation"]
    meta = [
        f'<dc:identifier id="id">{escape(identifier(whole))}</dc:identifier>',
        f'<dc:title id="main-title">{escape(book.title)}</dc:title>',
        '<meta refines="#main-title" property="title-type">main</meta>',
        f"<dc:language>{languages.tag(book.language)}</dc:language>",
        f"<dc:date>{book.made.isoformat()}</dc:date>",
        f"<dc:rights>{escape(book.licence)}</dc:rights>",
        f'<meta property="dcterms:modified">{modified:%Y-%m-%dT%H:%M:%SZ}</meta>',
    ]
    if book.subtitle:
        meta.append(f'<dc:title id="subtitle">{escape(book.subtitle)}</dc:title>')
        meta.append('<meta refines="#subtitle" property="title-type">subtitle</meta>')
    meta += _details(book)
    for at, person in enumerate(book.contributors, 1):
        meta.append(f'<dc:creator id="creator{at}">{escape(person.name)}</dc:creator>')
        role = "edt" if person.role == "facilitator" else "aut"
        meta.append(
            f'<meta refines="#creator{at}" property="role" scheme="marc:relators">{role}</meta>'
        )
    modes = ["textual", "visual"] if visual else ["textual"]
    meta += [f'<meta property="schema:accessMode">{mode}</meta>' for mode in modes]
    enough = "textual" if described or not visual else "textual,visual"
    meta.append(f'<meta property="schema:accessModeSufficient">{enough}</meta>')
    meta += [f'<meta property="schema:accessibilityFeature">{name}</meta>' for name in features]
    meta.append('<meta property="schema:accessibilityHazard">none</meta>')
    meta.append(
        '<meta property="schema:accessibilitySummary">'
        "Reflowable text with headings, a table of contents and marked language"
        + ("; pictures are described." if described else ".")
        + "</meta>"
    )
    if paged:
        meta.append(f'<meta property="pageBreakSource">{escape(epub_pages.source(whole))}</meta>')
    if book.accessibility_confirmed:
        meta.append(f'<meta property="dcterms:conformsTo">{_CONFORMS}</meta>')
        who = [person.name for person in book.contributors if person.role == "facilitator"]
        by = escape(", ".join(who) or book.title)
        meta.append(f'<meta property="a11y:certifiedBy">{by}</meta>')
    meta.append('<meta name="cover" content="cover-image"/>')
    manifest = "".join(
        f'<item id="{item.id}" href="{item.href}" media-type="{item.media_type}"'
        + (f' properties="{item.properties}"' if item.properties else "")
        + "/>\n"
        for item in items
    )
    direction = languages.direction(book.language)
    listed = "".join(f'<itemref idref="{name}"/>' for name in spine)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        f'xml:lang="{languages.tag(book.language)}" dir="{direction}">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        + "\n".join(meta)
        + "\n</metadata>\n"
        f"<manifest>\n{manifest}</manifest>\n"
        f'<spine toc="ncx" page-progression-direction="{direction}">{listed}</spine>\n</package>\n'
    )


def _details(book: Book) -> list[str]:
    """What the book says about itself to booksellers and libraries."""
    says = book.details
    meta: list[str] = []
    if says.ebook_isbn:
        meta.append(
            f'<dc:identifier id="isbn">urn:isbn:{says.ebook_isbn.replace("-", "")}</dc:identifier>'
        )
    if says.print_isbn:
        meta.append(f"<dc:source>urn:isbn:{says.print_isbn.replace('-', '')}</dc:source>")
    if about := says.summary or book.subtitle:
        meta.append(f"<dc:description>{escape(' '.join(about.split()))}</dc:description>")
    if says.publisher:
        meta.append(f"<dc:publisher>{escape(says.publisher)}</dc:publisher>")
    meta += [f"<dc:subject>{escape(word)}</dc:subject>" for word in says.keywords]
    return meta


def identifier(whole: Assembled) -> str:
    """The book's identifier: of the guide, the same for every export of it."""
    return f"urn:chapterhouse:guide:{whole.book.identifier}"
