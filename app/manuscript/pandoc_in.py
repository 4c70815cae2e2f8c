"""From pandoc: a document that pandoc read becomes a tidied tree, and what was lost is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from app.manuscript import schema
from app.manuscript.pandoc_inline import InlineReader, string_of
from app.manuscript.pandoc_table import table_in
from app.manuscript.tidy import tidy
from app.manuscript.tree import Child, Json, Node, Text

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lost:
    """One thing that did not come along, or changed: what, and why, in plain words."""

    what: str
    why: str


def _same(source: str, alt: str) -> str | None:
    return source or None


def _keep(href: str) -> str:
    return href


@dataclass(slots=True)
class Reading:
    """How a document is read: which asset a picture has become, and where links lead."""

    asset: Callable[[str, str], str | None] = _same
    """(source, alternative text) → asset id, or None when the picture did not come along."""
    link: Callable[[str], str] = _keep
    lost: dict[Lost, int] = field(default_factory=dict[Lost, int])

    def lose(self, what: str, why: str) -> None:
        """Note something lost; the same thing twice is told once, with its count."""
        found = Lost(what, why)
        self.lost[found] = self.lost.get(found, 0) + 1

    def losses(self) -> list[Lost]:
        """All that was lost, each once, with how often."""
        return [
            Lost(f"{lost.what} ({count} times)" if count > 1 else lost.what, lost.why)
            for lost, count in self.lost.items()
        ]


def from_pandoc(
    document: dict[str, Any], reading: Reading | None = None
) -> tuple[Node, list[Lost]]:
    """The tidied tree of a pandoc document, and what was lost on the way."""
    reading = reading or Reading()
    reader = _Reader(reading)
    blocks = reader.blocks(cast("list[Block]", document["blocks"]))
    return tidy(Node("doc", {}, tuple(blocks))), reading.losses()


@dataclass(slots=True)
class _Reader:
    reading: Reading

    def blocks(self, blocks: Sequence[Block]) -> list[Node]:
        return [node for block in blocks for node in self.block(block)]

    def block(self, block: Block) -> list[Node]:
        content: Any = block.get("c")
        match block["t"]:
            case "Para" | "Plain":
                return self.paragraph(content)
            case "Header":
                level, _, line = content
                return self.with_pictures(_node("heading", level=level), line)
            case "BulletList":
                return [_node("bulletList", *self.items(content))]
            case "OrderedList":
                numbering, items = content
                return [_node("orderedList", *self.items(items), start=numbering[0])]
            case "BlockQuote":
                return [_node("blockquote", *self.blocks(content))]
            case "Div":
                return self.div(content)
            case "Figure":
                return self.figure(content)
            case "Table":
                return self.table(content)
            case "CodeBlock":
                (_, classes, _), code = content
                return [_node("codeBlock", Text(code), language=classes[0] if classes else None)]
            case "HorizontalRule":
                return [_node("horizontalRule")]
            case "LineBlock":
                return self.line_block(content)
            case "DefinitionList":
                return self.definitions(content)
            case "RawBlock":
                self.reading.lose(f"A piece of {content[0]} code", "Only text can be taken over.")
                return []
            case _:
                return []

    def paragraph(self, line: list[Any]) -> list[Node]:
        return self.with_pictures(_node("paragraph"), line)

    def with_pictures(self, around: Node, line: list[Any]) -> list[Node]:
        """A line and, below it, the pictures that stood in it."""
        inline = InlineReader(self.reading)
        content = inline.read(line)
        pictures = [self.picture(image, []) for image in inline.images]
        blank = not any(isinstance(c, Node) or c.text.strip() for c in content)
        if pictures and not blank:
            self.reading.lose("A picture inside a line", "It now stands below its paragraph.")
        out = [] if pictures and blank else [around.with_content(content)]
        return out + [picture for picture in pictures if picture is not None]

    def items(self, items: Sequence[Sequence[Block]]) -> list[Node]:
        return [Node("listItem", {}, tuple(self.blocks(item))) for item in items]

    def div(self, content: Any) -> list[Node]:
        (_, classes, _), blocks = content
        kind = next((c for c in classes if c in schema.CALLOUT_KINDS), None)
        if kind is not None:
            return [_node("callout", *self.blocks(blocks), kind=kind)]
        if "callout" in classes:
            return [_node("callout", *self.blocks(blocks))]
        if "figure" in classes and _holds_picture(blocks):
            [picture, *caption] = blocks
            found = self.picture(picture["c"][0]["c"], caption)
            return [found] if found is not None else []
        return self.blocks(blocks)

    def figure(self, content: Any) -> list[Node]:
        _, (_, caption), blocks = content
        inline = InlineReader(self.reading)
        rest: list[Block] = []
        for block in cast("list[Block]", blocks):
            if block["t"] in ("Plain", "Para") and not [
                c for c in inline.read(block["c"]) if isinstance(c, Node) or c.text.strip()
            ]:
                continue
            rest.append(block)
        if not inline.images:
            return self.blocks(rest) + self.blocks(caption)
        first = self.picture(inline.images[0], caption)
        others = [self.picture(image, []) for image in inline.images[1:]]
        pictures = [picture for picture in (first, *others) if picture is not None]
        return pictures + self.blocks(rest)

    def picture(self, image: Any, caption: list[Block]) -> Node | None:
        (_, classes, _), alt_line, (source, title) = image
        alt = string_of(alt_line)
        asset = self.reading.asset(source, alt)
        line, credit = self.caption(caption)
        if not line and title.strip():
            # ![description](picture.png "Caption"): what Markdown has for a caption.
            line = (Text(title),)
        if asset is None and source and not (line or alt or credit):
            return None
        # A picture that did not come along leaves its place, with its words, for another one.
        return _node(
            "figure",
            *line,
            asset=asset,
            alt=alt,
            credit=credit,
            decorative="decorative" in classes,
        )

    def caption(self, blocks: list[Block]) -> tuple[tuple[Child, ...], str]:
        credit = ""
        lines: list[tuple[Child, ...]] = []
        for block in blocks:
            found = _credit(block)
            if found is not None:
                credit = found
                continue
            inline = InlineReader(self.reading)
            if block["t"] in ("Plain", "Para"):
                lines.append(inline.read(block["c"]))
            else:
                nodes = self.block(block)
                lines.append(tuple(c for node in nodes for c in node.content))
        out: list[Child] = []
        for line in lines:
            if out and line:
                out.append(Text(" "))
            out.extend(line)
        return tuple(out), credit

    def table(self, content: Any) -> list[Node]:
        table, caption = table_in(content, self.blocks)
        return [table, *self.blocks(caption)]

    def line_block(self, lines: list[Any]) -> list[Node]:
        content: list[Child] = []
        for line in lines:
            if content:
                content.append(Node("hardBreak"))
            content.extend(InlineReader(self.reading).read(line))
        return [_node("paragraph", *content)]

    def definitions(self, items: list[Any]) -> list[Node]:
        self.reading.lose("A list of definitions", "Each term is now a bold line above its text.")
        out: list[Node] = []
        for term, definitions in items:
            out.extend(self.paragraph([{"t": "Strong", "c": term}]))
            for definition in definitions:
                out.extend(self.blocks(definition))
        return out


def _node(type_: str, /, *content: Child, **attrs: Json) -> Node:
    return Node(type_, {**schema.defaults(type_), **attrs}, content)


def _holds_picture(blocks: list[Block]) -> bool:
    """Whether the blocks are a picture, alone in its paragraph, and its caption (see `markdown`)."""
    first = blocks[0] if blocks else None
    return (
        first is not None
        and first["t"] in ("Para", "Plain")
        and [inline["t"] for inline in first["c"]] == ["Image"]
    )


def _credit(block: Block) -> str | None:
    """The credit line when the block is nothing else."""
    if block["t"] == "Div" and "credit" in block["c"][0][1]:
        return " ".join(string_of(line["c"]) for line in block["c"][1] if line["t"] == "Para")
    if block["t"] not in ("Plain", "Para") or len(block["c"]) != 1:
        return None
    only = block["c"][0]
    if only["t"] == "Span" and "credit" in only["c"][0][1]:
        return string_of(only["c"][1])
    return None
