"""Making a chapter ready for print: what a book cannot show goes, and each change is a finding.

Empty blocks that an editor leaves behind vanish without a word; whatever a writer would miss is named.
"""

from __future__ import annotations

from collections.abc import Callable

from app.exporting.book import Picture
from app.manuscript import plain
from app.manuscript.tree import Child, Mark, Node, Text

Objection = Callable[[str, str], None]
"""(code, sentence): called for everything a writer should know."""

_CONTAINERS = frozenset({"blockquote", "callout", "listItem"})
_LISTS = frozenset({"bulletList", "orderedList"})


def ready(tree: Node, pictures: dict[str, Picture], object_to: Objection) -> Node:
    """The tidied tree as it can be printed; headings start at level 2 and skip none."""
    return _Preparer(pictures, object_to).document(tree)


class _Preparer:
    def __init__(self, pictures: dict[str, Picture], object_to: Objection) -> None:
        self.pictures = pictures
        self.object_to = object_to
        self.level = 1

    def document(self, tree: Node) -> Node:
        blocks: list[Node] = []
        for child in tree.content:
            if isinstance(child, Node) and child.type == "heading":
                blocks.extend(self.heading(child))
            elif isinstance(child, Node):
                blocks.extend(self.block(child))
        return tree.with_content(tuple(blocks))

    def heading(self, node: Node) -> list[Node]:
        """A heading at the top level of a chapter."""
        line, notes = self.without_notes(node)
        text, _ = plain.inline(line)
        if not text.strip():
            if node.content:
                self.object_to("empty_heading", "A heading without words was left out.")
            return notes
        level = min(max(2, int(node.attrs["level"])), self.level + 1, 6)
        self.level = level
        return [line.with_attrs(level=level), *notes]

    def without_notes(self, node: Node) -> tuple[Node, list[Node]]:
        """A heading's line alone: it is repeated in contents and running heads, where notes,
        breaks and links make no sense."""
        content: list[Child] = []
        notes: list[Node] = []
        for child in node.content:
            if isinstance(child, Text):
                marks = tuple(mark for mark in child.marks if mark.type != "link")
                content.append(Text(child.text, marks))
            elif child.type == "footnote" and child.content:
                notes.append(Node("paragraph", {}, child.content))
                self.object_to(
                    "note_in_heading", "A footnote in a heading now stands below the heading."
                )
            elif child.type == "hardBreak":
                content.append(Text(" "))
        return node.with_content(tuple(content)), notes

    def blocks(self, content: tuple[Child, ...]) -> tuple[Node, ...]:
        return tuple(
            block for child in content if isinstance(child, Node) for block in self.block(child)
        )

    def block(self, node: Node) -> list[Node]:
        match node.type:
            case "paragraph":
                content = self.line(node.content)
                return [node.with_content(content)] if content else []
            case "heading":
                return self.inner_heading(node)
            case "figure":
                return self.figure(node)
            case "codeBlock":
                return [node] if node.content else []
            case "horizontalRule":
                return [node]
            case "table":
                return [self.table(node)]
            case kind if kind in _LISTS:
                items = tuple(
                    item.with_content(blocks)
                    for item in node.content
                    if isinstance(item, Node) and (blocks := self.blocks(item.content))
                )
                return [node.with_content(items)] if items else []
            case _:
                blocks = self.blocks(node.content)
                return [node.with_content(blocks)] if blocks else []

    def inner_heading(self, node: Node) -> list[Node]:
        """A heading inside a quote, a list or a table: no place in the table of contents."""
        line, notes = self.without_notes(node)
        bold = Mark("bold")
        content = tuple(
            child
            if isinstance(child, Node) or bold in child.marks
            else Text(child.text, tuple(sorted((*child.marks, bold), key=_rank)))
            for child in self.line(line.content)
        )
        return [Node("paragraph", {}, content), *notes] if content else notes

    def table(self, node: Node) -> Node:
        rows = tuple(
            row.with_content(
                tuple(
                    cell.with_content(self.blocks(cell.content))
                    for cell in row.content
                    if isinstance(cell, Node)
                )
            )
            for row in node.content
            if isinstance(row, Node)
        )
        return node.with_content(rows)

    def figure(self, node: Node) -> list[Node]:
        caption = self.line(node.content)
        if node.attrs["asset"] not in self.pictures:
            if node.attrs["asset"]:
                code, what = "picture_missing", "A picture is missing"
            else:
                code, what = "picture_empty", "A place for a picture is still empty"
            kept = " Its caption is kept as text." if caption else ""
            self.object_to(code, f"{what}{_named(node)}.{kept}")
            return [Node("paragraph", {}, caption)] if caption else []
        if node.attrs["decorative"]:
            return [node.with_content(caption).with_attrs(alt="")]
        if not node.attrs["alt"].strip():
            self.object_to(
                "picture_without_description",
                f"A picture has no description for people who cannot see it{_named(node)}.",
            )
            line, _ = plain.inline(node)
            return [node.with_content(caption).with_attrs(alt=line.strip())]
        return [node.with_content(caption)]

    def line(self, content: tuple[Child, ...]) -> tuple[Child, ...]:
        """A line without empty notes, and without spaces and breaks at its ends."""
        out: list[Child] = []
        for child in content:
            if isinstance(child, Node) and child.type == "footnote":
                inner = self.line(child.content)
                if inner:
                    out.append(child.with_content(inner))
            elif out or not _is_blank(child):
                out.append(child)
        while out and _is_blank(out[-1]):
            out.pop()
        return tuple(out)


def _is_blank(child: Child) -> bool:
    if isinstance(child, Text):
        return not child.text.strip()
    return child.type == "hardBreak"


def _named(figure: Node) -> str:
    line, _ = plain.inline(figure)
    words = line.strip() or str(figure.attrs["alt"]).strip()
    return f" (“{words[:60]}”)" if words else ""


def _rank(mark: Mark) -> int:
    order = ("link", "bold", "italic", "strike", "code", "subscript", "superscript")
    return order.index(mark.type)
