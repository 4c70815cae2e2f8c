"""Paper: which sheet an office document is laid out for, and how large its pictures are. Millimetres."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.exporting.book import Book, Picture

_LETTER: Final = frozenset(
    ("US", "CA", "MX", "PH", "CL", "CO", "VE", "CR", "GT", "NI", "PA", "SV", "PR", "DO")
)
"""Countries whose offices use the Letter format (ISO 3166-1)."""
_PLACES: Final = re.compile(
    r"\b(?:USA?|U\.S\.A?\.?|United States|Estados Unidos|États-Unis|Canada|Canadá|México|Mexico|"
    r"Philippines|Chile|Colombia|Venezuela|Costa Rica|Guatemala|Nicaragua|Panam[aá]|El Salvador|"
    r"Puerto Rico|Dominican Republic|República Dominicana|New York|NYC|New Jersey|California|"
    r"Texas|Florida|Illinois|Chicago|Los Angeles|San Francisco|Boston|Massachusetts|Washington|"
    r"Philadelphia|Pennsylvania|Ohio|Michigan|Detroit|Georgia|Atlanta|Oregon|Portland|Seattle|"
    r"Minnesota|Minneapolis|Wisconsin|Colorado|Denver|Arizona|Virginia|Maryland|Carolina|"
    r"Connecticut|Vermont|Hawaii|Alaska|Toronto|Montréal|Montreal|Vancouver|Ontario|Québec|Quebec)"
    r"(?!\w)",
    re.IGNORECASE,
)
_DPI: Final = 150
_HIGHEST: Final = 150.0


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet and the margin on each side of it."""

    width: float
    height: float
    margin: float

    @property
    def line(self) -> float:
        """How wide the text is."""
        return self.width - 2 * self.margin

    def picture(self, picture: Picture) -> tuple[float, float]:
        """Width and height of a picture: as wide as the text at most, and never coarser than it must be."""
        width = min(self.line, picture.width * 25.4 / _DPI)
        height = width * picture.height / max(1, picture.width)
        if height > _HIGHEST:
            width, height = width * _HIGHEST / height, _HIGHEST
        return round(width, 1), round(height, 1)


A4: Final = Paper(210, 297, 27)
LETTER: Final = Paper(215.9, 279.4, 27)


def of_book(book: Book) -> Paper:
    """Letter where its readers' printers have that, else A4 (ISO 216)."""
    countries = {part.upper() for part in book.language.split("-")[1:] if len(part) == 2}
    if countries:
        return LETTER if countries & _LETTER else A4
    return LETTER if _PLACES.search(book.region) else A4
