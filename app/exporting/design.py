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
    # Of 6 × 9 inches; larger pages have more air around.
    side, top, bottom = {
        "manual": (21.5, 25.0, 23.0),
        "reader": (20.5, 23.0, 27.0),
        "workbook": (20.0, 24.0, 22.0),
    }[design.name]
    scale = width / 152.4
    side = side * scale if scale <= 1 else side + (width - 152.4) * 0.34
    shared = min(gutter, 6) / 2
    return Page(
        width_mm=width,
        height_mm=height,
        bleed_mm=bleed,
        inner_mm=round(side + shared + max(0, gutter - 6), 2),
        outer_mm=round(side - shared, 2),
        top_mm=round(top * min(1.15, height / 228.6), 2),
        bottom_mm=round(bottom * min(1.15, height / 228.6), 2),
    )
