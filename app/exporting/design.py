"""Designs: how a book looks, and the pages that follow from it. All lengths are millimetres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Name = Literal["manual", "reader", "workbook"]
Paper = Literal["white", "cream"]
Purpose = Literal["screen", "print"]

TRIMS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "a5": (148, 210),
        "5.5x8.5": (139.7, 215.9),
        "6x9": (152.4, 228.6),
        "7x10": (177.8, 254),
        "letter": (215.9, 279.4),
        "a4": (210, 297),
    }
)
"""Width and height of the page after cutting, by the name of the size."""


@dataclass(frozen=True, slots=True)
class Design:
    """What the people of a guide chose; the rest follows from the design's name."""

    name: Name = "manual"
    trim: str = "6x9"
    """A key of TRIMS."""
    typeface: str = ""
    """A key of `fonts.TYPEFACES`; empty: the design's own."""
    colour: bool = True
    """Whether the printed book has colours; on a screen they cost nothing."""
    accent: str = ""
    """#rrggbb; empty: the guide's own."""
    paper: Paper = "white"
    """What it is printed on; cream is thicker, so the spine is wider."""
    qr: bool = False
    """Whether printed links have a QR code beside them."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page after cutting, what is printed beyond its edge, and its margins; inner is at the spine."""

    width_mm: float
    height_mm: float
    bleed_mm: float
    inner_mm: float
    outer_mm: float
    top_mm: float
    bottom_mm: float


@dataclass(frozen=True, slots=True)
class Setting:
    """What one PDF of a book is made for."""

    purpose: Purpose
    page: Page
    colour: bool = True


def on_screen(design: Design) -> Setting:
    """For reading on a screen: even margins, in colour."""
    return Setting("screen", _page(design, gutter=0, bleed=0))


def in_print(design: Design, *, bleed_mm: float = 0, gutter_mm: float = 3) -> Setting:
    """For a printer: mirrored margins. The gutter is what the inner one has more than the outer;
    lines are as long as on the screen as long as it is at most 6 mm."""
    return Setting("print", _page(design, gutter=gutter_mm, bleed=bleed_mm), design.colour)


def _page(design: Design, *, gutter: float, bleed: float) -> Page:
    width, height = TRIMS[design.trim]
    side, top, bottom = _MARGINS[design.name]
    # Of 6 × 9 inches; larger pages have more air around, but for the workbook, whose wide pages have
    # a column to write in.
    side = side * min(1, width / 152.4) + max(0, width - 152.4) * (0.34, 0)[_notes(design) > 0]
    shared = min(gutter, 6) / 2
    down = min(1.15, height / 228.6)
    return Page(
        width_mm=width,
        height_mm=height,
        bleed_mm=bleed,
        inner_mm=round(side + shared + max(0, gutter - 6), 2),
        outer_mm=round(side - shared + _notes(design), 2),
        top_mm=round(top * down, 2),
        bottom_mm=round(bottom * down, 2),
    )


_MARGINS: Final[Mapping[Name, tuple[float, float, float]]] = MappingProxyType(
    {"manual": (21.5, 25, 23), "reader": (20.5, 23, 27), "workbook": (20, 22, 22)}
)
"""Of a page of 6 × 9 inches: at the sides, above, below."""


def _notes(design: Design) -> float:
    """How wide the column to write in is: that of a workbook whose page has room for one."""
    width, _ = TRIMS[design.trim]
    return max(0, width - 168) if design.name == "workbook" and width > 200 else 0
