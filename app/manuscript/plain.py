"""Plain text of a tree: a line per block, nothing but the words."""

from __future__ import annotations

from app.manuscript.tree import Child, Node, Text

_LEAVES = frozenset({"paragraph", "heading", "figure", "codeBlock"})


def text(node: Node) -> str:
    """The words of a tree, blocks separated by newlines; footnotes follow their block."""
    lines: list[str] = []
    stack: list[Child] = [node]
    while stack:
        child = stack.pop()
        if isinstance(child, Text):
            lines.append(child.text)
        elif child.type in _LEAVES:
            line, notes = inline(child)
            lines.extend([line, *notes])
        else:
            stack.extend(reversed(child.content))
    return "\n".join(line for line in lines if line.strip())


def inline(node: Node) -> tuple[str, list[str]]:
    """The line of a block, and the texts of the footnotes in it."""
    parts: list[str] = []
    notes: list[str] = []
    stack: list[Child] = list(reversed(node.content))
    while stack:
        child = stack.pop()
        if isinstance(child, Text):
            parts.append(child.text)
        elif child.type == "hardBreak":
            parts.append("\n")
        elif child.type == "footnote":
            line, inner = inline(child)
            notes.extend([line, *inner])
        else:
            stack.extend(reversed(child.content))
    return "".join(parts), notes
