"""Tables become full rectangles, attributes take allowed values only."""

from __future__ import annotations

import pytest

from app.manuscript.attributes import tidy_attrs
from app.manuscript.grid import columns_of
from app.manuscript.tidy import tidy
from app.manuscript.tree import Node, Text, doc
from tests.manuscript.trees import node, p


def cells(table: Node) -> list[list[tuple[str, int, int]]]:
    """Each row's cells as (first word, colspan, rowspan)."""
    found: list[list[tuple[str, int, int]]] = []
    for row in table.content:
        assert isinstance(row, Node)
        line: list[tuple[str, int, int]] = []
        for cell in row.content:
            assert isinstance(cell, Node)
            words = [
                c.text
                for b in cell.content
                if isinstance(b, Node)
                for c in b.content
                if isinstance(c, Text)
            ]
            line.append((" ".join(words), cell.attrs["colspan"], cell.attrs["rowspan"]))
        found.append(line)
    return found


def table(*rows: list[Node]) -> Node:
    tidied = tidy(doc(node("table", *(node("tableRow", *row) for row in rows))))
    [found] = tidied.content
    assert isinstance(found, Node)
    return found


def td(text: str, **attrs: object) -> Node:
    return node("tableCell", p(text), **attrs)


def test_short_rows_are_filled_up() -> None:
    found = table([td("a"), td("b"), td("c")], [td("d")], [])
    assert cells(found) == [
        [("a", 1, 1), ("b", 1, 1), ("c", 1, 1)],
        [("d", 1, 1), ("", 1, 1), ("", 1, 1)],
        [("", 1, 1), ("", 1, 1), ("", 1, 1)],
    ]
    assert columns_of(found) == 3


def test_spans_end_where_the_table_ends() -> None:
    found = table([td("a", colspan=2, rowspan=9), td("b")], [td("c", colspan=4)])
    assert cells(found) == [
        [("a", 2, 2), ("b", 1, 1), ("", 1, 1), ("", 1, 1), ("", 1, 1)],
        [("c", 4, 1)],
    ]


def test_spans_do_not_reach_into_others() -> None:
    found = table([td("a"), td("b", rowspan=2), td("c")], [td("d", colspan=3)])
    assert cells(found) == [[("a", 1, 1), ("b", 1, 2), ("c", 1, 1)], [("d", 1, 1), ("", 1, 1)]]


def test_words_in_a_hundredth_column_are_kept() -> None:
    found = table([td(f"w{at}") for at in range(100)])
    words = " ".join(word for row in cells(found) for word, _, _ in row).split()
    assert words == [f"w{at}" for at in range(100)]


@pytest.mark.parametrize(
    ("kind", "name", "given", "kept"),
    [
        ("heading", "level", 3, 3),
        ("heading", "level", 1e9, 6),
        ("heading", "level", -1, 1),
        ("heading", "level", "3", 2),
        ("heading", "level", True, 2),
        ("heading", "level", float("nan"), 2),
        ("heading", "level", float("inf"), 6),
        ("orderedList", "start", 7.0, 7),
        ("orderedList", "start", None, 1),
        ("callout", "kind", "tip", "tip"),
        ("callout", "kind", '"]#panic()', "note"),
        ("codeBlock", "language", "c++", "c++"),
        ("codeBlock", "language", "sh\n```\n#panic()", None),
        ("codeBlock", "language", "", None),
        ("codeBlock", "language", 3, None),
        ("figure", "asset", "01jabc", "01jabc"),
        ("figure", "asset", "../../etc/passwd", None),
        ("figure", "asset", "http://x/y.png", None),
        ("figure", "alt", "a\x00b\nc\u202ed", "a b c d"),
        ("figure", "alt", 7, ""),
        ("figure", "alt", "x" * 5000, "x" * 2048),
        ("figure", "decorative", "yes", False),
        ("tableCell", "colspan", 100_000, 50),
        ("tableCell", "colwidth", [100, 200.0], [100, 200]),
        ("tableCell", "colwidth", ["1px; x"], None),
        ("tableCell", "colwidth", "100", None),
    ],
)
def test_attributes(kind: str, name: str, given: object, kept: object) -> None:
    assert tidy_attrs(Node(kind, {name: given}))[name] == kept


def test_attributes_nobody_knows_are_left_out() -> None:
    assert tidy_attrs(Node("paragraph", {"onclick": "x", "typst:fill": "red"})) == {}
