"""To pandoc: a tidied tree becomes pandoc's JSON blocks. Nothing raw is ever written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.manuscript.pandoc_table import table_out
from app.manuscript.tree import Child, Json, Mark, Node, Text

Block = dict[str, Any]
Inline = dict[str, Any]
Attr = list[Any]

_NESTING = ("link", "bold", "italic", "strike", "subscript", "superscript", "code")
"""Which mark encloses which: code innermost, because pandoc's Code holds characters only."""

_WRAPPERS = {
    "bold": "Strong",
    "italic": "Emph",
    "strike": "Strikeout",
    "subscript": "Subscript",
    "superscript": "Superscript",
}


def _same(value: str) -> str:
    return value


def _no_id(heading: Node) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Writing:
    """How a tree is written: what stands for assets, links and headings' ids.

    `editor_hints` keeps what only the editor needs (the widths of columns in pixels).
    """

    asset: Callable[[str], str] = _same
    """Asset id → the picture's name for the converter."""
    link: Callable[[str], str | None] = _same
    """Address → address; None turns the link into plain text."""
    heading_id: Callable[[Node], str] = _no_id
    editor_hints: bool = True


def to_pandoc(node: Node, writing: Writing | None = None) -> list[Block]:
    """The blocks of a tidied "doc" (or of any node that holds blocks)."""
    return _Writer(writing or Writing()).blocks(node.content)


def document(blocks: Sequence[Block], meta: Mapping[str, Json] | None = None) -> dict[str, Any]:
    """A whole pandoc document around some blocks."""
    return {"pandoc-api-version": [1, 23, 1], "meta": dict(meta or {}), "blocks": list(blocks)}


def attr(identifier: str = "", classes: Sequence[str] = (), **pairs: str) -> Attr:
    """Pandoc's attributes: id, classes, key-value pairs."""
    return [identifier, list(classes), [[key, value] for key, value in pairs.items()]]


def words(text: str) -> list[Inline]:
    """A text without marks: pandoc separates words and spaces."""
    return [
        {"t": "Space"} if piece == " " else {"t": "Str", "c": piece}
        for piece in re.findall(r" |[^ ]+", text)
    ]


@dataclass(frozen=True, slots=True)
class _Writer:
    writing: Writing

    def blocks(self, content: Sequence[Child], tight: bool = False) -> list[Block]:
        return [self.block(child, tight) for child in content if isinstance(child, Node)]

    def block(self, node: Node, tight: bool) -> Block:
        match node.type:
            case "heading":
                identifier = self.writing.heading_id(node)
                line = self.inlines(node.content)
                return {"t": "Header", "c": [node.attrs["level"], attr(identifier), line]}
            case "bulletList":
                return {"t": "BulletList", "c": self.items(node)}
            case "orderedList":
                numbering = [node.attrs["start"], {"t": "Decimal"}, {"t": "Period"}]
                return {"t": "OrderedList", "c": [numbering, self.items(node)]}
            case "blockquote":
                return {"t": "BlockQuote", "c": self.blocks(node.content)}
            case "callout":
                classes = ["callout", node.attrs["kind"]]
                return {"t": "Div", "c": [attr("", classes), self.blocks(node.content)]}
            case "figure":
                return self.figure(node)
            case "table":
                return table_out(node, self.cell, editor_hints=self.writing.editor_hints)
            case "codeBlock":
                language = node.attrs["language"]
                code = "".join(text.text for text in node.content if isinstance(text, Text))
                return {"t": "CodeBlock", "c": [attr("", [language] if language else []), code]}
            case "horizontalRule":
                return {"t": "HorizontalRule"}
            case _:
                return {"t": "Plain" if tight else "Para", "c": self.inlines(node.content)}

    def items(self, node: Node) -> list[list[Block]]:
        items = [item for item in node.content if isinstance(item, Node)]
        # A list whose items are single paragraphs (and lists below them) is set tight.
        tight = all(
            sum(1 for block in item.content if _is(block, "paragraph")) <= 1
            and all(_is(block, "paragraph", "bulletList", "orderedList") for block in item.content)
            for item in items
        )
        return [self.blocks(item.content, tight) for item in items]

    def cell(self, cell: Node) -> list[Block]:
        return self.blocks(cell.content, tight=len(cell.content) == 1)

    def figure(self, node: Node) -> Block:
        asset = node.attrs["asset"]
        image = {
            "t": "Image",
            "c": [
                attr("", ["decorative"] if node.attrs["decorative"] else []),
                words(node.attrs["alt"]),
                [self.writing.asset(asset) if asset else "", ""],
            ],
        }
        caption: list[Block] = []
        if node.content:
            caption.append({"t": "Plain", "c": self.inlines(node.content)})
        if node.attrs["credit"]:
            credit = {"t": "Span", "c": [attr("", ["credit"]), words(node.attrs["credit"])]}
            caption.append({"t": "Plain", "c": [credit]})
        return {"t": "Figure", "c": [attr(), [None, caption], [{"t": "Plain", "c": [image]}]]}

    def inlines(self, content: Sequence[Child]) -> list[Inline]:
        items = [(child, _nested(child)) for child in content]
        return self._marked(items)

    def _marked(self, items: Sequence[tuple[Child, tuple[Mark, ...]]]) -> list[Inline]:
        """Runs that share their outermost mark become one pandoc inline around them."""
        out: list[Inline] = []
        at = 0
        while at < len(items):
            child, marks = items[at]
            if not marks:
                out.extend(self._plain(child))
                at += 1
                continue
            outer = marks[0]
            end = at
            inner: list[tuple[Child, tuple[Mark, ...]]] = []
            while end < len(items) and items[end][1][:1] == (outer,):
                inner.append((items[end][0], items[end][1][1:]))
                end += 1
            out.extend(self._wrapped(outer, inner))
            at = end
        return out

    def _wrapped(self, mark: Mark, inner: Sequence[tuple[Child, tuple[Mark, ...]]]) -> list[Inline]:
        if mark.type == "code":
            code = "".join(child.text for child, _ in inner if isinstance(child, Text))
            return [{"t": "Code", "c": [attr(), code]}]
        if mark.type == "link":
            target = self.writing.link(mark.attrs["href"])
            line = self._marked(inner)
            return line if target is None else [{"t": "Link", "c": [attr(), line, [target, ""]]}]
        return [{"t": _WRAPPERS[mark.type], "c": self._marked(inner)}]

    def _plain(self, child: Child) -> list[Inline]:
        if isinstance(child, Text):
            return words(child.text)
        if child.type == "footnote":
            return [{"t": "Note", "c": [{"t": "Para", "c": self.inlines(child.content)}]}]
        return [{"t": "LineBreak"}]


def _nested(child: Child) -> tuple[Mark, ...]:
    if not isinstance(child, Text):
        return ()
    return tuple(sorted(child.marks, key=lambda mark: _NESTING.index(mark.type)))


def _is(child: Child, *kinds: str) -> bool:
    return isinstance(child, Node) and child.type in kinds
