"""The metadata sheet: everything a printer's web form asks, on one page for people, with what to do."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.exporting import languages
from app.exporting.assemble import Assembled
from app.exporting.printing.faults import inches
from app.exporting.printing.printers import CoverSize, Printer
from app.manuscript.findings import Finding

_STYLE = (
    "body{font:16px/1.55 Georgia,serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1b1b1a;"
    "background:#fff}h1{font-weight:400;line-height:1.2}h2{font-size:1.1rem;margin-top:2rem}"
    "th{text-align:start;vertical-align:top;padding:.2rem 1.2rem .2rem 0;font-weight:600;white-space:nowrap}"
    "td{padding:.2rem 0;vertical-align:top;white-space:pre-line}li{margin:.35rem 0}"
    ".ready{padding:.8rem 1rem;border-inline-start:4px solid #1f7a4d;background:#eef6f1}"
    ".wait{padding:.8rem 1rem;border-inline-start:4px solid #b3541e;background:#fbf1ea}"
)

STEPS: dict[str, Sequence[str]] = {
    "lulu": (
        "Sign in at Lulu, choose “Print Book”, then “Paperback”.",
        "Upload the inside. Lulu shows its size; it must be the size in this list.",
        "Choose paper and ink as in this list, then look at the spine that Lulu shows. If it differs "
        "from ours, make the cover again with Lulu's template.",
        "Upload the cover, and copy title, contributors, description and keywords from this list.",
        "Order one copy and read it before you order more.",
    ),
    "kdp": (
        "Sign in at KDP, choose “Create”, then “Paperback”.",
        "Copy title, contributors, description, keywords and ISBN from this list.",
        "Under “Print options” choose paper and size as in this list, and “Bleed (PDF only)”.",
        "Upload the inside as manuscript and the cover as PDF. Tick “barcode on the cover” only if an "
        "ISBN is in this list.",
        "Look through every page in the Previewer, then order a proof copy.",
    ),
    "ingramspark": (
        "Sign in at IngramSpark, choose “Add a new title”, “Print book”.",
        "Copy the data from this list; IngramSpark needs an ISBN.",
        "Make a cover template with the Cover Template Generator for the pages and paper in this list, "
        "and compare its spine with ours.",
        "Upload inside and cover, and wait for the message that both were accepted.",
        "Order one copy before you release the book.",
    ),
    "copyshop": (
        "Bring both PDFs on a stick. Ask for double-sided printing, perfect binding, and the paper in this list.",
        "The pages have 3 mm around them that are cut off. Ask that nothing is scaled (“100 %”).",
        "Ask how thick the book will be. If the spine differs from ours by more than a millimetre, make "
        "the cover again on the template.",
        "Have one copy made first.",
    ),
}


def page(
    whole: Assembled,
    printer: Printer,
    size: CoverSize,
    pages: int,
    findings: Sequence[Finding],
    *,
    ready: bool,
    colour_space: str,
) -> str:
    """The sheet as a page of HTML that needs nothing else."""
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td dir='auto'>{escape(value)}</td></tr>\n"
        for name, value in _rows(whole, printer, size, pages, colour_space)
        if value
    )
    steps = "".join(f"<li>{escape(step)}</li>\n" for step in STEPS[printer.name])
    open_ = "".join(
        f"<li><strong dir='auto'>{escape(one.place)}</strong>: {escape(one.message)}</li>\n"
        for one in findings
    )
    state = (
        f"<p class='ready'>The files are as {escape(printer.title)} asks.</p>"
        if ready
        else f"<p class='wait'>Not ready for {escape(printer.title)} yet: see “To fix” below.</p>"
    )
    todo = f"<h2>To fix</h2>\n<ul>\n{open_}</ul>\n" if open_ else ""
    title = escape(whole.book.title)
    return (
        "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n"
        "<meta name='viewport' content='width=device-width'>\n"
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}: for {escape(printer.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1 dir='auto'>{title}</h1>\n{state}\n<h2>What to do</h2>\n<ol>\n{steps}</ol>\n"
        f"{todo}<h2>What the printer asks</h2>\n<table>\n{rows}</table>\n</body>\n</html>\n"
    )


def _rows(
    whole: Assembled, printer: Printer, size: CoverSize, pages: int, colour_space: str
) -> list[tuple[str, str]]:
    book, details = whole.book, whole.book.details
    names = ", ".join(person.name for person in book.contributors)
    spine = inches(size.spine_mm) + (
        "" if printer.spine_is_known else f", reckoned by us: compare with {printer.calculator}"
    )
    return [
        ("Title", book.title),
        ("Subtitle", book.subtitle),
        ("Contributors", names),
        ("Description", details.summary),
        ("Publisher", ", ".join(filter(None, (details.publisher, details.place)))),
        ("Edition", details.edition),
        ("ISBN (print)", details.print_isbn),
        ("ISBN (e-book)", details.ebook_isbn),
        ("Language", languages.tag(book.language)),
        ("Licence", book.licence),
        ("Keywords", ", ".join(details.keywords)),
        ("BISAC", ", ".join(details.bisac)),
        ("Thema", ", ".join(details.thema)),
        ("Price", f"{details.price} {details.currency}".strip()),
        ("Date", book.made.isoformat()),
        ("Pages", str(pages)),
        ("Page after cutting", f"{inches(size.page_width_mm)} wide, {inches(size.page_height_mm)} high"),
        ("Cut off", f"{inches(printer.bleed_mm)} "
         + ("on all sides" if printer.bleeds_at_spine else "at top, bottom and the outer side")),
        ("Paper", f"{book.design.paper}, {'in colour' if book.design.colour else 'black only'}"),
        ("Colours of the files", colour_space),
        ("Spine", spine),
        ("Cover, whole sheet", f"{inches(size.width_mm)} wide, {inches(size.height_mm)} high"),
    ]  # fmt: skip
