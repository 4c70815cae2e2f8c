"""Raw pieces: Markdown may hold HTML; what has a meaning for a book is taken out of it.

`<aside markdown="1">` becomes a quote, `<img>` a picture, `<br>` a break; other tags go and what
stands between them stays. Works on pandoc's AST, where code is already told from markup.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any, cast

Block = dict[str, Any]


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_QUOTES = _names("aside blockquote")
_BLOCKS = _names(
    "div p section article header footer main nav figure figcaption details summary center"
)
_DROPPED = _names("script style iframe object embed form svg video audio noscript")
_MARKS = {"b": "Strong", "strong": "Strong", "i": "Emph", "em": "Emph", "s": "Strikeout",
          "del": "Strikeout", "sub": "Subscript", "sup": "Superscript"}  # fmt: skip


class _Tags(HTMLParser):
    """The tags in one raw piece, as (kind, name, attributes)."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, str, dict[str, str]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(("open", tag, {name: value or "" for name, value in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(("both", tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(("close", tag, {}))


def tags_of(code: str) -> list[tuple[str, str, dict[str, str]]]:
    """The tags in a raw piece."""
    parser = _Tags()
    parser.feed(code)
    parser.close()
    return parser.tags


class RawHtml:
    """Resolves the raw pieces of a document; `dropped` counts the elements that had to go."""

    def __init__(self) -> None:
        self.dropped: dict[str, int] = {}

    def blocks(self, blocks: list[Block]) -> list[Block]:
        """The blocks without raw pieces; quotes that open and close as raw tags are built."""
        root: list[Block] = []
        # (tag, list of the blocks in it): an unclosed tag ends with the document.
        open_tags: list[tuple[str, list[Block]]] = [("", root)]
        for block in blocks:
            if block["t"] == "RawBlock":
                self._raw(block["c"], open_tags)
                continue
            self._inside(block)
            open_tags[-1][1].append(block)
        while len(open_tags) > 1:
            self._close(open_tags)
        return root

    def _raw(self, content: Any, open_tags: list[tuple[str, list[Block]]]) -> None:
        form, code = content
        if form != "html":
            return
        for kind, name, attrs in tags_of(code):
            if name == "img":
                open_tags[-1][1].append({"t": "Para", "c": [image(attrs)]})
            elif name == "hr":
                open_tags[-1][1].append({"t": "HorizontalRule"})
            elif name in _DROPPED:
                self._drop(kind, name)
            elif kind == "open" and name in _QUOTES | _BLOCKS:
                open_tags.append((name, []))
            elif kind == "close" and any(tag == name for tag, _ in open_tags):
                while open_tags[-1][0] != name:
                    self._close(open_tags)
                self._close(open_tags)

    def _close(self, open_tags: list[tuple[str, list[Block]]]) -> None:
        name, blocks = open_tags.pop()
        if name in _QUOTES:
            blocks = [{"t": "BlockQuote", "c": blocks}] if blocks else []
        open_tags[-1][1].extend(blocks)

    def _inside(self, block: Block) -> None:
        """Resolve what is inside a block, in place."""
        content: Any = block.get("c")
        match block["t"]:
            case "Para" | "Plain":
                block["c"] = self.inlines(content)
            case "Header":
                content[2] = self.inlines(content[2])
            case "BlockQuote":
                block["c"] = self.blocks(content)
            case "Div":
                content[1] = self.blocks(content[1])
                # Pandoc has understood <div class="pquote"> already; it is a quote all the same.
                if any(name in ("pquote", "pullquote", "quote") for name in content[0][1]):
                    block["t"], block["c"] = "BlockQuote", content[1]
            case "BulletList":
                block["c"] = [self.blocks(item) for item in content]
            case "OrderedList":
                content[1] = [self.blocks(item) for item in content[1]]
            case "DefinitionList":
                for item in content:
                    item[0] = self.inlines(item[0])
                    item[1] = [self.blocks(definition) for definition in item[1]]
            case "Figure":
                content[1][1] = self.blocks(content[1][1])
                content[2] = self.blocks(content[2])
            case "Table":
                for row in _rows(content):
                    for cell in row[1]:
                        cell[4] = self.blocks(cell[4])
            case _:
                pass

    def inlines(self, line: list[Any]) -> list[Any]:
        """A line without raw pieces."""
        out: list[Any] = []
        open_marks: list[tuple[str, list[Any]]] = [("", out)]
        for inline in line:
            if inline["t"] == "RawInline":
                self._raw_inline(inline["c"], open_marks)
                continue
            content: Any = inline.get("c")
            if inline["t"] in (
                "Strong",
                "Emph",
                "Strikeout",
                "Underline",
                "Superscript",
                "Subscript",
                "SmallCaps",
            ):
                inline["c"] = self.inlines(content)
            elif inline["t"] in ("Link", "Span", "Quoted", "Cite"):
                content[1] = self.inlines(content[1])
            elif inline["t"] == "Note":
                inline["c"] = self.blocks(content)
            open_marks[-1][1].append(inline)
        while len(open_marks) > 1:
            self._close_mark(open_marks)
        return out

    def _raw_inline(self, content: Any, open_marks: list[tuple[str, list[Any]]]) -> None:
        form, code = content
        if form != "html":
            return
        for kind, name, attrs in tags_of(code):
            if name == "img":
                open_marks[-1][1].append(image(attrs))
            elif name == "br":
                open_marks[-1][1].append({"t": "LineBreak"})
            elif name == "input" and attrs.get("type") == "checkbox":
                open_marks[-1][1].append({"t": "Str", "c": "☐"})
            elif name in _DROPPED:
                self._drop(kind, name)
            elif name in _MARKS and kind == "open":
                open_marks.append((name, []))
            elif kind == "close" and any(tag == name for tag, _ in open_marks):
                while open_marks[-1][0] != name:
                    self._close_mark(open_marks)
                self._close_mark(open_marks)

    def _close_mark(self, open_marks: list[tuple[str, list[Any]]]) -> None:
        name, content = open_marks.pop()
        open_marks[-1][1].append({"t": _MARKS[name], "c": content})

    def _drop(self, kind: str, name: str) -> None:
        if kind != "close":
            self.dropped[name] = self.dropped.get(name, 0) + 1


def image(attrs: dict[str, str]) -> dict[str, Any]:
    """Pandoc's Image for the attributes of an img tag."""
    alt = [{"t": "Str", "c": attrs["alt"]}] if attrs.get("alt") else []
    return {"t": "Image", "c": [["", [], []], alt, [attrs.get("src", ""), ""]]}


def _rows(table: Any) -> list[Any]:
    _, _, _, head, bodies, foot = table
    rows: list[Any] = [*head[1], *foot[1]]
    for body in cast("list[Any]", bodies):
        rows.extend([*body[2], *body[3]])
    return rows
