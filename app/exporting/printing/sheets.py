"""Sheets: pages of a finished inside laid two on a side, to print on a photocopier and fold.

Runs in the worker.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

from app.exporting.printing.imposing import sides

PAPERS: Final = {"a4": (297.0, 210.0), "letter": (279.4, 215.9)}
"""Sheets on their side: width and height in millimetres."""
POINTS = 72 / 25.4
_UNPRINTED: Final = 4.0
"""What an ordinary printer leaves white at the edges, in millimetres."""


def impose(source: Path, target: Path, paper: str, *, right_to_left: bool) -> int:
    """Write the booklet; gives the number of its sheets. Pages that are larger than half a sheet
    become smaller, and none becomes larger."""
    wide, high = (value * POINTS for value in PAPERS[paper])
    with Pdf.open(source) as book, Pdf.new() as booklet:
        order = sides(len(book.pages), right_to_left=right_to_left)
        for side in order:
            sheet = booklet.add_blank_page(page_size=(wide, high))
            sheet.obj.Resources = Dictionary(XObject=Dictionary())
            drawn: list[str] = []
            for name, number in (("/Left", side.left), ("/Right", side.right)):
                if number is None:
                    continue
                page = book.pages[number]
                # A form is clipped to the page's trim: what would be cut off stays away.
                sheet.obj.Resources.XObject[name] = booklet.copy_foreign(page.as_form_xobject())
                place = _place(page, wide, high, left=name == "/Left")
                drawn.append(f"q {place} cm {name} Do Q")
            sheet.obj.Contents = Stream(booklet, "\n".join(drawn).encode() or b"q Q")
        booklet.Root.ViewerPreferences = Dictionary(
            Duplex=Name.DuplexFlipShortEdge, PrintScaling=Name("/None")
        )
        booklet.remove_unreferenced_resources()
        booklet.save(target, deterministic_id=True, min_version=book.pdf_version)
    return len(order) // 2


def _place(page: pikepdf.Page, wide: float, high: float, *, left: bool) -> str:
    """The matrix that puts a page on its half of the sheet: at the fold, so that both meet there."""
    trim = [float(value) for value in page.trimbox]
    page_wide, page_high = trim[2] - trim[0], trim[3] - trim[1]
    edge = _UNPRINTED * POINTS
    # Its own margins keep the words away from the edge: nothing shrinks that fits as it is.
    scale = min(1.0, wide / 2 / page_wide, high / page_high)
    if scale < 1:
        scale = min((wide / 2 - edge) / page_wide, (high - 2 * edge) / page_high)
    x = wide / 2 - (page_wide * scale if left else 0) - trim[0] * scale
    y = (high - page_high * scale) / 2 - trim[1] * scale
    return f"{scale:.5f} 0 0 {scale:.5f} {x:.4f} {y:.4f}"
