"""Pandoc's tables, out and in.

Rows of nothing but header cells at the top become the table's head, columns of nothing but header
cells at the left its row heads; any other header cell is marked by a class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from app.manuscript.grid import columns_of
from app.manuscript.tree import Json, Node

_DEFAULT = {"t": "AlignDefault"}


def table_out(
    table: Node, cell: Callable[[Node], list[dict[str, Any]]], *, editor_hints: bool
) -> dict[str, Any]:
    """A tidied table as pandoc's Table; `cell` writes the blocks of a cell."""
    rows = [_cells(row) for row in table.content if isinstance(row, Node)]
    head = 0
    # A rowspan that reaches out of the head would be cut there, so such a row is body.
    while head < len(rows) and _is_head(rows[head]):
        head += 1
    row_heads = _row_heads(rows[head:])
    specs = [[_DEFAULT, _width(share)] for share in _shares(table, rows)]

    def row(cells: Sequence[Node], in_head: bool) -> list[Any]:
        return [
            ["", [], []],
            [
                _cell_out(
                    one,
                    cell(one),
                    marked=one.type == "tableHeader" and not in_head and at >= row_heads,
                    editor_hints=editor_hints,
                )
                for at, one in enumerate(cells)
            ],
        ]

    body: list[Any] = [["", [], []], row_heads, [], [row(cells, False) for cells in rows[head:]]]
    return {
        "t": "Table",
        "c": [
            ["", [], []],
            [None, []],
            specs,
            [["", [], []], [row(cells, True) for cells in rows[:head]]],
            [body] if rows[head:] else [],
            [["", [], []], []],
        ],
    }


def table_in(
    content: Sequence[Any], blocks: Callable[[list[dict[str, Any]]], list[Node]]
) -> tuple[Node, list[dict[str, Any]]]:
    """The table of pandoc's Table, and the blocks of its caption."""
    _, caption, _, head, bodies, foot = content
    rows = [_row_in(row, 999, blocks) for row in head[1]]
    for _, row_heads, inner_head, body in bodies:
        rows.extend(_row_in(row, 999, blocks) for row in inner_head)
        rows.extend(_row_in(row, int(row_heads), blocks) for row in body)
    rows.extend(_row_in(row, 0, blocks) for row in foot[1])
    return Node("table", {}, tuple(rows)), cast("list[dict[str, Any]]", caption[1])


def _row_in(
    row: Sequence[Any], heads: int, blocks: Callable[[list[dict[str, Any]]], list[Node]]
) -> Node:
    cells: list[Node] = []
    at = 0
    for (_, classes, pairs), _, height, width, content in row[1]:
        inside = _inside_header(content)
        is_header = at < heads or "header" in classes or inside is not None
        kind = "tableHeader" if is_header else "tableCell"
        widths = dict(cast("list[tuple[str, str]]", pairs)).get("colwidth")
        attrs: dict[str, Json] = {
            "colspan": int(width),
            "rowspan": int(height),
            "colwidth": [int(w) for w in widths.split(",") if w.isdigit()] if widths else None,
        }
        cells.append(Node(kind, attrs, tuple(blocks(content if inside is None else inside))))
        at += int(width)
    return Node("tableRow", {}, tuple(cells))


def _inside_header(content: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """What stands in the block that makes a cell a header cell (see `markdown`), where there is one."""
    if len(content) == 1 and content[0]["t"] == "Div" and "header" in content[0]["c"][0][1]:
        return cast("list[dict[str, Any]]", content[0]["c"][1])
    return None


def _cells(row: Node) -> list[Node]:
    return [cell for cell in row.content if isinstance(cell, Node)]


def _is_head(cells: Sequence[Node]) -> bool:
    return bool(cells) and all(
        cell.type == "tableHeader" and cell.attrs["rowspan"] == 1 for cell in cells
    )


def _row_heads(rows: Sequence[Sequence[Node]]) -> int:
    """How many columns at the left are header cells in every row; 0 where cells span."""
    if not rows or any(
        cell.attrs["rowspan"] != 1 or cell.attrs["colspan"] != 1 for row in rows for cell in row
    ):
        return 0
    count = 0
    for column in zip(*rows, strict=False):
        if any(cell.type != "tableHeader" for cell in column):
            break
        count += 1
    # A body of header cells alone would have no cells that they are the heads of.
    return count if count < len(rows[0]) else 0


def _shares(table: Node, rows: Sequence[Sequence[Node]]) -> list[float | None]:
    """Each column's share of the width, where the first row says all of them."""
    columns = columns_of(table)
    widths: list[int] = []
    if not rows:
        return [None] * columns
    for cell in rows[0]:
        widths.extend(cell.attrs["colwidth"] or [])
    total = sum(widths)
    if len(widths) != columns or not total or min(widths) <= 0:
        return [None] * columns
    return [width / total for width in widths]


def _width(share: float | None) -> dict[str, Any]:
    if share is None:
        return {"t": "ColWidthDefault"}
    return {"t": "ColWidth", "c": round(share, 4)}


def _cell_out(
    cell: Node, blocks: list[dict[str, Any]], *, marked: bool, editor_hints: bool
) -> list[Any]:
    widths: list[int] | None = cell.attrs["colwidth"]
    pairs = [["colwidth", ",".join(str(w) for w in widths)]] if widths and editor_hints else []
    classes = ["header"] if marked else []
    return [
        ["", classes, pairs],
        _DEFAULT,
        cell.attrs["rowspan"],
        cell.attrs["colspan"],
        blocks,
    ]
