"""Tables: rows and cells with spans become a full rectangle.

typst stops at a cell that reaches over the edge, and EPUB readers draw holes; so spans are cut
to the room there is and short rows are filled up with empty cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.manuscript.attributes import MAX_COLUMNS, tidy_attrs
from app.manuscript.tree import Child, Json, Node, Text

CELLS = ("tableCell", "tableHeader")


def tidy_table(table: Node, blocks: Callable[[Iterable[Child]], list[Node]]) -> Node | None:
    """The table as a full rectangle, its cells' content tidied by `blocks`; None when it is empty."""
    rows = [[_cell(cell, blocks) for cell in row] for row in _rows(table)]
    placed, columns = _place(rows)
    if not columns:
        return None
    return Node("table", tidy_attrs(table), tuple(Node("tableRow", {}, tuple(r)) for r in placed))


def columns_of(table: Node) -> int:
    """How many columns a tidied table has."""
    first = table.content[0] if table.content else None
    if not isinstance(first, Node):
        return 0
    return sum(int(cell.attrs["colspan"]) for cell in first.content if isinstance(cell, Node))


def _rows(table: Node) -> list[list[Node]]:
    """The cells of each row; whatever stands in a table or a row by mistake gets a cell of its own."""
    rows: list[list[Node]] = []
    for child in table.content:
        if isinstance(child, Node) and child.type == "tableRow":
            rows.append([_as_cell(cell) for cell in child.content])
        else:
            rows.append([_as_cell(child)])
    return rows


def _as_cell(child: Child) -> Node:
    if isinstance(child, Node) and child.type in CELLS:
        return child
    if isinstance(child, Text):
        child = Node("paragraph", {}, (child,))
    return Node("tableCell", {}, (child,))


def _cell(cell: Node, blocks: Callable[[Iterable[Child]], list[Node]]) -> Node:
    return Node(cell.type, tidy_attrs(cell), tuple(blocks(cell.content)))


def _place(rows: list[list[Node]]) -> tuple[list[list[Node]], int]:
    """Cut spans to the free room, fill the rows up; also how many columns there are."""
    taken: set[tuple[int, int]] = set()
    out: list[list[tuple[int, Node]]] = []
    columns = 0
    for y, row in enumerate(rows):
        line: list[tuple[int, Node]] = []
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            if x >= MAX_COLUMNS:
                # No room for another column: the words go into the last cell there is.
                if line:
                    at, last = line[-1]
                    line[-1] = (at, last.with_content(last.content + cell.content))
                continue
            width = 1
            wanted = min(int(cell.attrs["colspan"]), MAX_COLUMNS - x)
            while width < wanted and (y, x + width) not in taken:
                width += 1
            height = min(int(cell.attrs["rowspan"]), len(rows) - y)
            taken.update((y + i, x + j) for i in range(height) for j in range(width))
            line.append((x, _spanning(cell, width, height)))
            x += width
            columns = max(columns, x)
        out.append(line)
    for y, line in enumerate(out):
        missing = [x for x in range(columns) if (y, x) not in taken]
        line.extend((x, _spanning(Node("tableCell"), 1, 1)) for x in missing)
        line.sort(key=lambda item: item[0])
    return [[cell for _, cell in line] for line in out], columns


def _spanning(cell: Node, width: int, height: int) -> Node:
    widths: Json = cell.attrs.get("colwidth")
    attrs = {
        "colspan": width,
        "rowspan": height,
        "colwidth": widths if widths is not None and len(widths) == width else None,
    }
    return Node(cell.type, attrs, cell.content)
