"""Spans: a column in which no cell begins is no column (HTML, 4.9.12, step 20 of forming a table).

A single cell that reaches over fifty columns would make a table of fifty on the page, and browsers
give each of them room.
"""

from __future__ import annotations

from xml.dom import minidom

from app.exporting.web.markup import elements


def collapse(table: minidom.Element) -> None:
    """Cut the spans of a full rectangle to the columns in which cells begin."""
    taken: set[tuple[int, int]] = set()
    starts: set[int] = set()
    placed: list[tuple[minidom.Element, int, int]] = []
    for line, row in enumerate(elements(table, "tr")):
        column = 0
        for cell in elements(row, "td", "th"):
            while (line, column) in taken:
                column += 1
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            taken |= {(line + y, column + x) for y in range(high) for x in range(wide)}
            starts.add(column)
            placed.append((cell, column, wide))
            column += wide
    for cell, column, wide in placed:
        real = sum(1 for at in range(column, column + wide) if at in starts)
        if real > 1:
            cell.setAttribute("colspan", str(real))
        elif cell.hasAttribute("colspan"):
            cell.removeAttribute("colspan")
    for group in elements(table, "colgroup"):
        group.parentNode.removeChild(group)  # pyright: ignore[reportOptionalMemberAccess]


def _span(cell: minidom.Element, name: str) -> int:
    said = cell.getAttribute(name)
    return int(said) if said.isdecimal() else 1
