"""Directions: a line that runs against its book says so, as the editor shows it.

A line goes the way of its first strong character (UAX #9, rules P2 and P3; HTML's `dir="auto"`). Of
pandoc's elements only spans carry attributes inside a line, so such a line stands in one span with
`dir`; the converters take it off again. A list stays on the book's side: its items are lines.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Literal

from app.manuscript.pandoc_inline import string_of

Direction = Literal["ltr", "rtl"]
_STRONG: dict[str, Direction] = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def own_direction(text: str) -> Direction | None:
    """The direction of a text's first strong character; None when it has none."""
    for character in text:
        if found := _STRONG.get(unicodedata.bidirectional(character)):
            return found
    return None


def with_directions(blocks: list[dict[str, Any]], book: str) -> list[dict[str, Any]]:
    """Pandoc's blocks, changed in place: each line that runs against `book` in a span of its own."""
    for block in blocks:
        content: Any = block.get("c")
        match block["t"]:
            case "Para" | "Plain":
                block["c"] = _line(content, book)
            case "Header":
                content[2] = _line(content[2], book)
            case "BlockQuote":
                with_directions(content, book)
            case "Div":
                with_directions(content[1], book)
            case "BulletList":
                for item in content:
                    with_directions(item, book)
            case "OrderedList":
                for item in content[1]:
                    with_directions(item, book)
            case "Figure":
                with_directions(content[1][1], book)
            case "Table":
                _, _, _, head, bodies, foot = content
                for row in (*head[1], *foot[1], *(row for body in bodies for row in body[3])):
                    for cell in row[1]:
                        with_directions(cell[4], book)
            case _:
                pass
    return blocks


def _line(line: list[dict[str, Any]], book: str) -> list[dict[str, Any]]:
    _notes(line, book)
    if len(line) == 1 and line[0]["t"] == "Span" and "credit" in line[0]["c"][0][1]:
        # A picture's credit is known by being a span alone in its line.
        line[0]["c"][1] = _line(line[0]["c"][1], book)
        return line
    own = own_direction(string_of(line))
    if own is None or own == book:
        return line
    return [{"t": "Span", "c": [["", [], [["dir", own]]], line]}]


def _notes(value: Any, book: str) -> None:
    """Footnotes in a line, each by its own first strong character."""
    for inline in value:
        content = inline.get("c")
        if inline["t"] == "Note":
            with_directions(content, book)
        elif inline["t"] in ("Strong", "Emph", "Strikeout", "Subscript", "Superscript"):
            _notes(content, book)
        elif inline["t"] in ("Link", "Span"):
            _notes(content[1], book)
