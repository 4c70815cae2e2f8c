"""Printers: what each asks of the pages and the cover. Lengths in millimetres.

From the printers' own pages: Lulu's Book Creation Guide; KDP's help on trim size, bleed, margins,
paperback submission and cover calculation; IngramSpark's File Creation Guide. They change: the
date is in docs/how-to/print-the-book.md, and what a printer only says through a calculator of its
own is marked (`spine_is_known`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

INCH: Final = 25.4
Name = Literal["lulu", "kdp", "ingramspark", "copyshop"]
PaperName = Literal["white", "cream"]


@dataclass(frozen=True, slots=True)
class Gutter:
    """For books of up to `pages` pages: the gutter (what the inner margin has more than the outer),
    and the least the inner margin may have."""

    pages: int
    gutter_mm: float
    inner_mm: float


@dataclass(frozen=True, slots=True)
class Printer:
    """The rules of one printer."""

    name: Name
    title: str
    bleed_mm: float
    bleeds_at_spine: bool
    """Whether the file has bleed at the inner edge, where nothing is cut."""
    outer_mm: float
    """The least every margin but the inner one must have, inside the cut."""
    gutters: Sequence[Gutter]
    thickness_mm: Mapping[tuple[PaperName, bool], float]
    """(paper, in colour) → what one page (half a leaf) adds to the spine."""
    spine_extra_mm: float
    """What cover and glue add."""
    spine_is_known: bool
    """Whether the printer publishes the spine's formula; if not, its calculator decides."""
    spine_text_pages: int
    """From how many pages on there may be text on the spine."""
    spine_margin_mm: float
    """Free on both sides of the spine's text."""
    cover_bleed_mm: float
    cover_safe_mm: float
    min_pages: int
    max_pages: int
    max_mb: int
    min_ppi: int
    """Pictures with fewer pixels per inch are found; below two thirds of it they must be replaced."""
    metadata: bool
    """Whether the file may carry title and author."""
    keeps_transparency: bool
    blank_end: bool
    """Whether the last page has to be empty."""
    colour_space: Literal["rgb", "cmyk"]
    width_mm: tuple[float, float]
    """The narrowest and the widest page that is printed."""
    height_mm: tuple[float, float]
    calculator: str
    """Where its own calculator or template is found, in words."""


def _inches(*pairs: tuple[int, float, float]) -> tuple[Gutter, ...]:
    return tuple(Gutter(pages, gutter * INCH, inner * INCH) for pages, gutter, inner in pairs)


_BLEED: Final = 0.125 * INCH

PRINTERS: Final[Mapping[str, Printer]] = MappingProxyType(
    {
        "lulu": Printer(
            name="lulu",
            title="Lulu",
            bleed_mm=_BLEED,
            bleeds_at_spine=True,
            outer_mm=0.5 * INCH,
            gutters=_inches((150, 0.2, 0.7), (800, 0.3, 0.8)),
            thickness_mm={
                ("white", False): INCH / 444, ("white", True): INCH / 444,
                ("cream", False): INCH / 444, ("cream", True): INCH / 444,
            },
            spine_extra_mm=0.06 * INCH,
            spine_is_known=False,
            spine_text_pages=80,
            spine_margin_mm=0.0625 * INCH,
            cover_bleed_mm=_BLEED,
            cover_safe_mm=0.25 * INCH,
            min_pages=32,
            max_pages=800,
            max_mb=1000,
            min_ppi=300,
            metadata=True,
            keeps_transparency=True,
            blank_end=False,
            colour_space="rgb",
            width_mm=(4.25 * INCH, 11 * INCH),
            height_mm=(6.875 * INCH, 11.69 * INCH),
            calculator="the cover template that Lulu offers once the inside is uploaded",
        ),
        "kdp": Printer(
            name="kdp",
            title="Amazon KDP",
            bleed_mm=_BLEED,
            bleeds_at_spine=False,
            outer_mm=0.375 * INCH,
            gutters=_inches(
                (150, 0.2, 0.375), (300, 0.25, 0.5), (500, 0.375, 0.625), (700, 0.5, 0.75),
                (828, 0.625, 0.875),
            ),
            thickness_mm={
                ("white", False): 0.002252 * INCH, ("white", True): 0.002347 * INCH,
                # Colour is printed on white alone.
                ("cream", False): 0.0025 * INCH, ("cream", True): 0.002347 * INCH,
            },
            spine_extra_mm=0,
            spine_is_known=True,
            spine_text_pages=79,
            spine_margin_mm=0.0625 * INCH,
            cover_bleed_mm=_BLEED,
            cover_safe_mm=0.25 * INCH,
            min_pages=24,
            max_pages=828,
            max_mb=650,
            min_ppi=300,
            metadata=False,
            keeps_transparency=False,
            blank_end=False,
            colour_space="rgb",
            width_mm=(4 * INCH, 8.5 * INCH),
            height_mm=(6 * INCH, 11.69 * INCH),
            calculator="KDP's cover calculator",
        ),
        "ingramspark": Printer(
            name="ingramspark",
            title="IngramSpark",
            bleed_mm=_BLEED,
            bleeds_at_spine=False,
            outer_mm=0.5 * INCH,
            gutters=_inches((150, 0.2, 0.625), (400, 0.3, 0.7), (1200, 0.5, 0.875)),
            thickness_mm={
                ("white", False): INCH / 512, ("white", True): INCH / 434,
                ("cream", False): INCH / 444, ("cream", True): INCH / 434,
            },
            spine_extra_mm=0,
            spine_is_known=False,
            spine_text_pages=48,
            spine_margin_mm=0.0625 * INCH,
            cover_bleed_mm=_BLEED,
            cover_safe_mm=0.25 * INCH,
            min_pages=18,
            max_pages=1200,
            max_mb=2000,
            min_ppi=300,
            metadata=True,
            keeps_transparency=False,
            blank_end=True,
            colour_space="cmyk",
            width_mm=(4 * INCH, 8.5 * INCH),
            height_mm=(6 * INCH, 11.69 * INCH),
            calculator="IngramSpark's Cover Template Generator",
        ),
        "copyshop": Printer(
            name="copyshop",
            title="A copy shop",
            bleed_mm=3,
            bleeds_at_spine=True,
            outer_mm=8,
            gutters=(Gutter(120, 4, 12), Gutter(300, 6, 15), Gutter(1000, 10, 18)),
            # Office paper of 80 g/m² is about a tenth of a millimetre thick, cream book paper more.
            thickness_mm={
                ("white", False): 0.052, ("white", True): 0.052,
                ("cream", False): 0.065, ("cream", True): 0.065,
            },
            spine_extra_mm=0.5,
            spine_is_known=False,
            spine_text_pages=100,
            spine_margin_mm=1.5,
            cover_bleed_mm=3,
            cover_safe_mm=6,
            min_pages=4,
            max_pages=1000,
            max_mb=500,
            min_ppi=200,
            metadata=True,
            keeps_transparency=True,
            blank_end=False,
            colour_space="rgb",
            width_mm=(90, 297),
            height_mm=(120, 420),
            calculator="the shop itself: it knows its paper",
        ),
    }
)  # fmt: skip


def gutter(printer: Printer, pages: int) -> Gutter:
    """The gutter for a book of so many pages; the widest for one that is too thick anyway."""
    fitting = (one for one in printer.gutters if pages <= one.pages)
    return next(fitting, printer.gutters[-1])


def spine_mm(printer: Printer, pages: int, paper: PaperName, *, colour: bool) -> float:
    """How wide the spine is, to a tenth of a millimetre and a bit."""
    return round(pages * printer.thickness_mm[paper, colour] + printer.spine_extra_mm, 2)


@dataclass(frozen=True, slots=True)
class CoverSize:
    """A cover laid flat: back, spine, front, and what is cut off around. Millimetres."""

    width_mm: float
    """Of the whole sheet, bleed included."""
    height_mm: float
    bleed_mm: float
    spine_mm: float
    page_width_mm: float
    page_height_mm: float
    safe_mm: float
    spine_text: bool
    spine_margin_mm: float


def cover_size(
    printer: Printer, page: tuple[float, float], pages: int, paper: PaperName, *, colour: bool
) -> CoverSize:
    """The cover of a book of so many pages of the size `page` (width, height)."""
    spine = spine_mm(printer, pages, paper, colour=colour)
    bleed = printer.cover_bleed_mm
    # A line of letters needs two and a half millimetres of its own.
    room = spine - 2 * printer.spine_margin_mm >= 2.5
    return CoverSize(
        width_mm=round(2 * page[0] + spine + 2 * bleed, 3),
        height_mm=round(page[1] + 2 * bleed, 3),
        bleed_mm=bleed,
        spine_mm=spine,
        page_width_mm=page[0],
        page_height_mm=page[1],
        safe_mm=printer.cover_safe_mm,
        spine_text=pages >= printer.spine_text_pages and room,
        spine_margin_mm=printer.spine_margin_mm,
    )
