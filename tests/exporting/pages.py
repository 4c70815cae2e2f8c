"""What is on the pages of a PDF: its text, its bookmarks, its fonts, its language."""

from __future__ import annotations

import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import page as validation
from pypdf import PdfReader

from app.exporting.ready import ready
from app.manuscript.tidy import tidy
from app.manuscript.tree import Node, Text

_LINES = ("paragraph", "heading", "codeBlock", "figure")


def text_of(pdf: Path, *options: str) -> list[str]:
    """The text of each page."""
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", *options, str(pdf), "-"],
        capture_output=True,
        check=True,
        timeout=120,
    )
    return done.stdout.decode().split("\f")


def letters(text: str) -> str:
    """Nothing but letters in one form: NFKC, no spaces, hyphens, digits or other signs."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if unicodedata.category(c)[0] == "L").casefold()


def body(pages: list[str], furniture: list[str]) -> str:
    """All pages' letters in order, without running heads and page numbers."""
    known = {letters(line) for line in furniture}
    kept: list[str] = []
    for page in pages:
        lines = page.splitlines()
        filled = [at for at, line in enumerate(lines) if line.strip()]
        edges = {*filled[:2], *filled[-2:]}
        kept += [
            line for at, line in enumerate(lines) if at not in edges or letters(line) not in known
        ]
    return letters("\n".join(kept))


def missing(pages: list[str], furniture: list[str], trees: Iterable[Node]) -> list[str]:
    """The lines of chapters that are not on the pages, whole and with their letters in order.

    Footnotes stand at the foot of a page, so they may come between the lines of a paragraph.
    """
    text = body(pages, furniture)
    found = [line for tree in trees for line in lines(tree)]
    lost = [note for _, notes in found for note in notes if letters(note) not in text]
    for _, notes in found:
        for note in notes:
            text = text.replace(letters(note), "", 1)
    return lost + [line for line, _ in found if letters(line) not in text]


def lines(tree: Node) -> Iterator[tuple[str, list[str]]]:
    """The text of each line of a chapter as it is printed, with its footnotes."""
    pictures: Any = Everything()
    stack: list[Any] = [ready(tidy(tree), pictures, lambda code, message: None)]
    while stack:
        node = stack.pop()
        if isinstance(node, Text):
            continue
        if node.type in _LINES:
            notes: list[str] = []
            yield _line(node, notes), notes
        else:
            stack.extend(reversed(node.content))


class Everything(dict[str, Any]):
    """As if every picture were there."""

    def __contains__(self, key: object) -> bool:
        return key is not None


def _line(node: Node, notes: list[str]) -> str:
    out: list[str] = []
    for child in node.content:
        if isinstance(child, Text):
            out.append(child.text)
        elif child.type == "footnote":
            notes.append(_line(child, []))
        else:
            out.append(" ")
    return "".join(out)


def bookmarks(pdf: Path) -> list[tuple[int, str]]:
    """The bookmarks as (depth, title)."""

    def walk(items: list[Any], depth: int) -> Iterator[tuple[int, str]]:
        for item in items:
            if isinstance(item, list):
                yield from walk(item, depth + 1)
            else:
                yield depth, str(item.title)

    return list(walk(PdfReader(pdf).outline, 0))


def fonts(pdf: Path) -> dict[str, bool]:
    """Each font of the PDF and whether it is embedded."""
    found: dict[str, bool] = {}
    for page in PdfReader(pdf).pages:
        resources: Any = page["/Resources"].get_object()
        for font in (resources.get("/Font") or {}).values():
            one: Any = font.get_object()
            inner: Any = (
                one["/DescendantFonts"][0].get_object() if "/DescendantFonts" in one else one
            )
            description: Any = inner.get("/FontDescriptor")
            files = ("/FontFile", "/FontFile2", "/FontFile3")
            embedded = description is not None and any(f in description.get_object() for f in files)
            found[str(one["/BaseFont"])] = embedded
    return found


def against_accessibility(pdf: Path) -> list[str]:
    """What an independent check says against a file that calls itself PDF/UA-1; empty when nothing."""
    report = validation.validate_pdf(str(pdf), profile=validation.ValidationProfile.PDF_UA_1)
    said = [str(failure) for failure in report.failures]
    return said if said or report.is_compliant else ["not compliant"]


def count(text: str) -> Counter[str]:
    """How often each letter stands in a text."""
    return Counter(letters(text))
