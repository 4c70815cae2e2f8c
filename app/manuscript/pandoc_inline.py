"""Pandoc's inlines become texts with marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, cast

from app.manuscript.tree import Child, Mark, Node, Text

Inline = dict[str, Any]

_MARKS = {
    "Strong": "bold",
    "Emph": "italic",
    "Strikeout": "strike",
    "Subscript": "subscript",
    "Superscript": "superscript",
}
_QUOTES = {"SingleQuote": "‘’", "DoubleQuote": "“”"}


class Losing(Protocol):
    """What inlines need of the reading around them."""

    @property
    def link(self) -> Any:
        """Address → address."""

    def lose(self, what: str, why: str) -> None:
        """Note something lost."""


class InlineReader:
    """Reads lines; the pictures found in them are put aside in `images`."""

    def __init__(self, reading: Losing) -> None:
        self.reading = reading
        self.images: list[Any] = []

    def read(self, line: Sequence[Inline], marks: tuple[Mark, ...] = ()) -> tuple[Child, ...]:
        """The texts, breaks and footnotes of a line, each text carrying `marks` and its own."""
        out: list[Child] = []
        for inline in line:
            out.extend(self._one(inline, marks))
        return tuple(out)

    def _one(self, inline: Inline, marks: tuple[Mark, ...]) -> Sequence[Child]:
        content: Any = inline.get("c")
        kind = inline["t"]
        if kind in _MARKS:
            return self.read(content, (*marks, Mark(_MARKS[kind])))
        match kind:
            case "Str":
                return [Text(content, marks)]
            case "Space" | "SoftBreak":
                return [Text(" ", marks)]
            case "LineBreak":
                return [Node("hardBreak")]
            case "Code":
                return [Text(content[1], (*marks, Mark("code")))] if content[1] else []
            case "Link":
                href = self.reading.link(content[2][0])
                return self.read(content[1], (Mark("link", {"href": href}), *marks))
            case "Note":
                return [self._note(content)]
            case "Image":
                self.images.append(content)
                return []
            case "Span":
                return self.read(content[1], marks)
            case "Quoted":
                first, last = _QUOTES[content[0]["t"]]
                return [Text(first, marks), *self.read(content[1], marks), Text(last, marks)]
            case "Underline":
                self.reading.lose("Underlining", "It is now italic.")
                return self.read(content, (*marks, Mark("italic")))
            case "SmallCaps":
                self.reading.lose("Small capitals", "They are now ordinary letters.")
                return self.read(content, marks)
            case "Cite":
                return self.read(content[1], marks)
            case "Math":
                self.reading.lose("A formula", "It is kept as it was typed, as code.")
                return [Text(content[1], (*marks, Mark("code")))]
            case "RawInline":
                self.reading.lose(f"A piece of {content[0]} code", "Only text can be taken over.")
                return []
            case _:
                return []

    def _note(self, blocks: Sequence[dict[str, Any]]) -> Node:
        content: list[Child] = []
        for line in _lines(blocks):
            if content:
                content.append(Node("hardBreak"))
            content.extend(child for child in self.read(line) if not _is_note(child))
        return Node("footnote", {}, tuple(content))


def string_of(line: Sequence[Inline]) -> str:
    """The characters of a line without its marks, notes and pictures."""
    out: list[str] = []
    for inline in line:
        content: Any = inline.get("c")
        match inline["t"]:
            case "Str":
                out.append(content)
            case "Space" | "SoftBreak" | "LineBreak":
                out.append(" ")
            case "Code" | "Math":
                out.append(content[1])
            case "Span" | "Link" | "Cite":
                out.append(string_of(content[1]))
            case "Quoted":
                first, last = _QUOTES[content[0]["t"]]
                out.append(f"{first}{string_of(content[1])}{last}")
            case "Note" | "Image" | "RawInline":
                pass
            case _:
                out.append(string_of(cast("list[Inline]", content)))
    return "".join(out)


def _lines(blocks: Sequence[dict[str, Any]]) -> list[list[Inline]]:
    """The lines of a footnote's blocks, lists and quotes unwrapped."""
    found: list[list[Inline]] = []
    stack: list[Any] = list(reversed(blocks))
    while stack:
        block = stack.pop()
        if isinstance(block, list):
            stack.extend(reversed(cast("list[Any]", block)))
            continue
        if not isinstance(block, dict):
            continue
        content: Any = cast("dict[str, Any]", block).get("c")
        kind = str(cast("dict[str, Any]", block).get("t"))
        if kind in ("Para", "Plain"):
            found.append(content)
        elif kind == "CodeBlock":
            found.append([{"t": "Code", "c": content}])
        elif kind == "Header":
            found.append(content[2])
        elif kind in (
            "BlockQuote",
            "BulletList",
            "OrderedList",
            "Div",
            "LineBlock",
            "DefinitionList",
        ):
            stack.extend(reversed(content))
    return found


def _is_note(child: Child) -> bool:
    return isinstance(child, Node) and child.type == "footnote"
