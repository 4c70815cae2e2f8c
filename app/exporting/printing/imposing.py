"""Imposing: the order of pages on sheets that are folded into a booklet, two pages a side.

Saddle stitch: sheets lie in one another, so the outermost has the first pages and the last. A thick
book becomes several such gatherings that are bound one behind the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

IN_ONE: Final = 64
"""Up to so many pages fold into one booklet; more leaves than sixteen do not stay folded."""
GATHERING: Final = 32


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sheet: the pages on its left and right half, from 0; None stays empty."""

    left: int | None
    right: int | None


def sides(pages: int, *, right_to_left: bool = False, gathering: int | None = None) -> list[Side]:
    """The sides of all sheets in the order in which they are printed: front, back, front, back …

    `gathering` is how many pages go into one (a multiple of four); without it the whole book when it
    is thin enough, or 32. Turned over at the short edge, each back stands behind its front.
    """
    if gathering is None:
        gathering = pages if pages <= IN_ONE else GATHERING
    gathering = max(4, -(-gathering // 4) * 4)
    padded = -(-pages // 4) * 4
    found: list[Side] = []
    for start in range(0, padded, gathering):
        count = min(gathering, padded - start)
        for sheet in range(count // 4):
            first, last = start + 2 * sheet, start + count - 1 - 2 * sheet
            front, back = (last, first), (first + 1, last - 1)
            for left, right in (front, back):
                pair = (right, left) if right_to_left else (left, right)
                found.append(Side(*(page if page < pages else None for page in pair)))
    return found
