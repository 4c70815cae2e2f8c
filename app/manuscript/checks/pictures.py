"""Pictures: there, described, credited, and with enough pixels to be printed."""

from __future__ import annotations

from collections.abc import Iterator

from app.manuscript import plain
from app.manuscript.checks.around import Block, short
from app.manuscript.findings import Finding, declare
from app.manuscript.tree import Node, walk

EMPTY = declare(
    "picture_empty",
    "should",
    "A place for a picture that is still empty",
    "Choose a picture, or delete the place. Books leave it out.",
)
MISSING = declare(
    "picture_missing",
    "must",
    "A picture that is not there",
    "Its file is not in the guide. Choose the picture again, or delete its place.",
    waivable=False,
)
WITHOUT_DESCRIPTION = declare(
    "picture_without_description",
    "must",
    "A picture without a description",
    "Say in a sentence what it shows, for people who cannot see it, or mark it as decoration.",
)
WITHOUT_CREDIT = declare(
    "picture_without_credit",
    "should",
    "A picture without a credit",
    "Say who made it and under which licence.",
)
COARSE = declare(
    "picture_too_coarse",
    "should",
    "A picture with too few pixels for print",
    "Upload a larger one. On a screen it is fine; in print it will look blurred.",
)
PPI = 200
"""Pixels per inch below which a reader of the printed page sees it. Printers ask for 300, which few
pictures from telephones have on a whole page's width; a preset for a printer says so itself."""
_INCH = 25.4


def within(block: Block) -> Iterator[Finding]:
    """Findings of the pictures in a block."""
    for node in walk(block.tidy):
        if isinstance(node, Node) and node.type == "figure":
            yield from _of(node, block)


def _of(figure: Node, block: Block) -> Iterator[Finding]:
    asset = str(figure.attrs["asset"] or "")
    line, _ = plain.inline(figure)
    caption = line.strip()
    named = f" (“{short(caption)}”)" if caption else ""
    if not asset:
        yield block.finding(EMPTY, f"A place for a picture is still empty{named}.", caption)
        return
    size = block.around.pictures.get(asset)
    if size is None:
        yield block.finding(MISSING, f"A picture is missing{named}.", asset)
        return
    if not figure.attrs["decorative"] and not str(figure.attrs["alt"]).strip():
        said = f"A picture has no description for people who cannot see it{named}."
        yield block.finding(WITHOUT_DESCRIPTION, said, asset)
    if not str(figure.attrs["credit"]).strip():
        said = f"A picture does not say who made it{named}."
        yield block.finding(WITHOUT_CREDIT, said, asset)
    width, height = size
    wide = min(block.around.width_mm, block.around.height_mm * width / max(1, height))
    if width / (wide / _INCH) < PPI:
        sharp = max(1, int(width / PPI * _INCH))
        said = (
            f"A picture of {width} × {height} pixels is sharp up to {sharp} mm, and a page has "
            f"{round(wide)} mm for it{named}."
        )
        yield block.finding(COARSE, said, asset)
