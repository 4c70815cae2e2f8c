"""The plan: what the worker has to know to finish and check a file for one printer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """What a finished inside must be; it goes to the worker as JSON. Lengths in millimetres."""

    printer: str
    width_mm: float
    """Of a page after cutting."""
    height_mm: float
    bleed_mm: float
    bleeds_at_spine: bool
    colour: bool
    metadata: bool
    keeps_transparency: bool
    blank_end: bool
    right_to_left: bool
    min_ppi: int
    min_pages: int
    max_pages: int
    max_mb: int

    def as_json(self) -> dict[str, Any]:
        """As the worker reads it."""
        return asdict(self)
