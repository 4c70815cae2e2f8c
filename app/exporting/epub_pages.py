"""The EPUB's pages: where each page of the PDF begins, and the list of them (EPUB 3.3, §5.4.2.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.dom import minidom

from app.exporting import languages, page_marks
from app.exporting.assemble import Assembled


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page begins; `href` from the navigation document's folder."""

    number: int
    href: str


def put_in(dom: minidom.Document, starts: Mapping[str, int], file: str) -> list[PageStart]:
    """Turn the marks with which pages begin into page breaks, and take the others away."""
    found: list[PageStart] = []
    spans: Any = dom.getElementsByTagName("span")
    for span in list(spans):
        if span.getAttribute("class") != page_marks.CLASS:
            continue
        page = starts.get(span.getAttribute("id"))
        if page is None:
            span.parentNode.removeChild(span)
            continue
        span.removeAttribute("class")
        span.setAttribute("id", f"page{page}")
        span.setAttribute("epub:type", "pagebreak")
        span.setAttribute("role", "doc-pagebreak")
        span.setAttribute("aria-label", f" {page}. ")
        found.append(PageStart(page, f"{file}#page{page}"))
    return found


def listed(whole: Assembled, pages: Sequence[PageStart]) -> str:
    """The list of pages for the navigation document; nothing where there are none."""
    if not pages:
        return ""
    label = languages.words(whole.book.language)["contents"]
    items = "".join(f'<li><a href="{page.href}">{page.number}</a></li>' for page in pages)
    return (
        f'\n<nav epub:type="page-list" role="doc-pagelist" id="page-list" hidden="hidden" '
        f'aria-label="{label} (PDF)"><ol>{items}</ol></nav>'
    )


def source(whole: Assembled) -> str:
    """What the pages are those of (EPUB Accessibility 1.1, §4.1.3)."""
    isbn = whole.book.details.print_isbn.replace("-", "")
    if isbn:
        return f"urn:isbn:{isbn}"
    return f"urn:chapterhouse:guide:{whole.book.identifier}:pdf:{whole.book.made.isoformat()}"
