"""Faults of a printed file as findings: with the chapter they are in and the picture they are about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from app.exporting.assemble import Assembled, Chapter
from app.exporting.printing.printers import INCH, Printer
from app.manuscript.findings import Finding, declare
from app.manuscript.plain import inline
from app.manuscript.tree import Node, walk

_OURS = "This is a fault of the program, not of your text. Please report it."

declare("print_odd_pages", "must", "An odd number of pages", _OURS, waivable=False)
declare("print_page_count", "must", "Too few or too many pages for the printer",
        "Choose another printer, or another size of page.")  # fmt: skip
declare("print_extras", "must", "Something in the printer's file that is not on paper", _OURS,
        waivable=False)  # fmt: skip
declare("print_font_missing", "must", "A font that is not inside the printer's file", _OURS,
        waivable=False)  # fmt: skip
declare("print_boxes", "must", "A page whose size is not the printer's", _OURS, waivable=False)
declare("print_black", "should", "Black text in several inks", _OURS)
declare(
    "print_transparency", "should", "See-through colours, which the printer does not take", _OURS
)
declare("print_last_page", "must", "The last page is not empty", _OURS, waivable=False)
declare("print_too_large", "must", "The file is larger than the printer takes",
        "Use fewer or smaller pictures.")  # fmt: skip
declare("print_low_resolution", "should", "A picture with too few pixels for print",
        "Put in a larger one, if there is one.")  # fmt: skip
declare("print_blurred", "must", "A picture that would be blurred in print",
        "Put in a larger one, or take it out.")  # fmt: skip
declare("print_trim", "must", "A size of page that the printer does not have",
        "Choose another size of page, or another printer.")  # fmt: skip
declare("print_not_ready", "should", "The file is not yet as the printer wants it",
        "Do what the finding says before you send it.")  # fmt: skip
declare("print_spine_unsure", "should", "The spine is an estimate",
        "Compare with the printer's own calculator before you print.")  # fmt: skip
declare("print_no_isbn", "should", "No ISBN for the printed book",
        "Enter one under “For bookshops, libraries and printers”, or take the printer's own.")  # fmt: skip
declare("print_no_summary", "should", "Nothing to stand on the back of the book",
        "Say in a few sentences what the book is about.")  # fmt: skip
declare("print_cover_size", "must", "The cover does not fit the book any more",
        "Make a cover on the new template and put it in.")  # fmt: skip
declare("booklet_thick", "should", "Too thick to fold into one",
        "Fold and sew the gatherings one by one, or have the shop bind them.")  # fmt: skip

Fault = Mapping[str, Any]


def findings(
    whole: Assembled, printer: Printer, faults: Sequence[Fault], starts: Mapping[str, int]
) -> list[Finding]:
    """The findings for what the worker saw; the same fault on many pages of a chapter once."""
    found: list[Finding] = []
    for fault in faults:
        finding = _finding(whole, printer, fault, starts)
        if finding not in found:
            found.append(finding)
    return found


def _finding(
    whole: Assembled, printer: Printer, fault: Fault, starts: Mapping[str, int]
) -> Finding:
    code = str(fault["code"])
    chapter = _chapter(whole, fault.get("page"), starts)
    place, chapter_id = (chapter.title, chapter.id) if chapter else (whole.book.title, None)
    degree = "must" if code in _MUST else "should"
    if code in ("print_low_resolution", "print_blurred"):
        name, needed = _picture(whole, chapter, fault, printer)
        message = (
            f"{name} has {fault['ppi']} pixels to the inch where it is printed (page "
            f"{fault['page'] + 1} of the file). {printer.title} asks for {printer.min_ppi}: "
            f"it should be {needed} pixels wide."
        )
        return Finding(code, degree, place, message, chapter_id, about=f"{name} {fault['width']}")
    return Finding(code, degree, place, _sentence(printer, fault), chapter_id)


_MUST = frozenset(
    {
        "print_odd_pages", "print_page_count", "print_extras", "print_font_missing", "print_boxes",
        "print_last_page", "print_too_large", "print_blurred",
    }
)  # fmt: skip


def _sentence(printer: Printer, fault: Fault) -> str:
    seen = fault.get("seen", "")
    at = f" (page {fault['page'] + 1} of the file)" if "page" in fault else ""
    match fault["code"]:
        case "print_page_count":
            return (
                f"The book has {seen} pages; {printer.title} prints from {printer.min_pages} to "
                f"{printer.max_pages}. Choose another printer, or another size of page."
            )
        case "print_odd_pages":
            return f"The file has {seen} pages, an odd number."
        case "print_extras":
            return f"There is something in the file that is not on paper: {seen}."
        case "print_font_missing":
            return f"The font {seen} is not inside the file."
        case "print_boxes":
            return f"A page has not the size that {printer.title} wants: {seen}{at}."
        case "print_black":
            return f"Black text is printed in several inks and would be blurred{at}."
        case "print_transparency":
            return f"Something is see-through, which {printer.title} asks to avoid{at}."
        case "print_last_page":
            return f"{printer.title} wants the last page empty."
        case _:
            return (
                f"The file has {seen} MB; {printer.title} takes {printer.max_mb}. "
                "Use fewer or smaller pictures."
            )


def _chapter(whole: Assembled, page: int | None, starts: Mapping[str, int]) -> Chapter | None:
    """The chapter a page belongs to; None for the pages before the first."""
    if page is None:
        return None
    known = [(starts[one.anchor], one) for one in whole.chapters if one.anchor in starts]
    known.sort(key=lambda pair: pair[0])
    at = bisect_right([start for start, _ in known], page)
    return known[at - 1][1] if at else None


def _picture(
    whole: Assembled, chapter: Chapter | None, fault: Fault, printer: Printer
) -> tuple[str, int]:
    """What a picture is called (its caption, else its description), and how wide it should be."""
    needed = round(fault["width"] * printer.min_ppi / max(1, fault["ppi"]))
    for figure in _figures(chapter.tree) if chapter else ():
        picture = whole.book.pictures.get(str(figure.attrs["asset"]))
        if picture and (picture.width, picture.height) == (fault["width"], fault["height"]):
            line, _ = inline(figure)
            words = line.strip() or str(figure.attrs["alt"]).strip()
            if words:
                short = words if len(words) <= 60 else words[:57].rstrip() + "…"
                return f"The picture “{short}”", needed
    return f"A picture of {fault['width']} × {fault['height']} pixels", needed


def _figures(tree: Node) -> list[Node]:
    return [node for node in walk(tree) if isinstance(node, Node) and node.type == "figure"]


def inches(mm: float) -> str:
    """A length for people who measure in inches, too: “9.1 mm (0.358 in)”."""
    return f"{mm:.1f} mm ({mm / INCH:.3f} in)"
