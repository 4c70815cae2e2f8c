"""Tidying: any tree becomes one that the schema allows, with nothing harmful left in it.

What comes from a live document may be nested in ways no editor would write (two people's edits
merged, or a hostile client), and what comes from a file may hold anything. Converters only ever
see tidied trees. Words are never dropped: what may not stand where it stands is unwrapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.manuscript import links, schema
from app.manuscript.attributes import tidy_attrs
from app.manuscript.grid import tidy_table
from app.manuscript.tree import Child, Mark, Node, Text, walk

MAX_NESTING = 24
"""How deep blocks may be nested in a book; typst stops parsing far above it."""

# Control characters, lone surrogates and noncharacters: none may stand in XML. The two overrides
# turn the direction of everything after them and have no honest use in a text.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202d\u202e]"
    "|["
    + "".join(
        f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17)
    )
    + "]"
)
_SPACES = re.compile("[\t\n\r\x85\u2028\u2029]+")


def tidy(node: Node, max_nesting: int = MAX_NESTING) -> Node:
    """The tree as the schema allows it: a "doc" of blocks. Tidying twice changes nothing more."""
    return Node("doc", {}, tuple(_blocks(node.content, max_nesting)))


def clean_text(text: str) -> str:
    """Text for a line: no control characters, no line ends."""
    return _SPACES.sub(" ", _UNWANTED.sub("", text))


def clean_code(text: str) -> str:
    """Text for a code block: line ends and tabs stay."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _blocks(children: Iterable[Child], left: int) -> list[Node]:
    """`left` is how many more levels may be nested."""
    types = schema.nodes()
    out: list[Node] = []
    line: list[Child] = []

    def end_line() -> None:
        if any(isinstance(child, Node) or child.text.strip() for child in line):
            out.append(Node("paragraph", {}, _inline(line)))
        line.clear()

    for child in children:
        if isinstance(child, Text):
            line.append(child)
            continue
        kind = types.get(child.type)
        if kind is not None and kind.is_inline:
            line.append(child)
            continue
        end_line()
        if left <= 0:
            out.extend(_flattened(child))
        elif kind is not None and kind.is_block:
            found = _block(child, left - 1)
            if found is not None:
                out.append(found)
        else:  # a list item without a list, a row without a table, something unknown
            out.extend(_blocks(child.content, left - 1))
    end_line()
    return out


def _block(node: Node, left: int) -> Node | None:
    attrs = tidy_attrs(node)
    match node.type:
        case "bulletList" | "orderedList":
            content: tuple[Child, ...] = tuple(_items(node.content, left))
        case "blockquote" | "callout":
            content = tuple(_blocks(node.content, left))
        case "codeBlock":
            code = clean_code(_all_text(node))
            content = (Text(code),) if code else ()
        case "table":
            return tidy_table(node, lambda children: _blocks(children, left - 2))
        case "horizontalRule":
            content = ()
        case _:
            content = _inline(node.content)
    return Node(node.type, attrs, content)


def _items(children: Iterable[Child], left: int) -> list[Node]:
    items: list[Node] = []
    stray: list[Child] = []

    def end_stray() -> None:
        blocks = _blocks(stray, left - 1)
        if blocks:
            items.append(Node("listItem", {}, tuple(blocks)))
        stray.clear()

    for child in children:
        if isinstance(child, Node) and child.type == "listItem":
            end_stray()
            items.append(Node("listItem", {}, tuple(_blocks(child.content, left - 1))))
        else:
            stray.append(child)
    end_stray()
    return items


def _inline(children: Sequence[Child], notes: bool = True) -> tuple[Child, ...]:
    out: list[Child] = []
    # Stray blocks inside a line are unwrapped; the stack holds what is still to come.
    stack: list[Child] = list(reversed(children))
    while stack:
        child = stack.pop()
        if isinstance(child, Text):
            _add_text(out, clean_text(child.text), tidy_marks(child.marks))
        elif child.type == "hardBreak":
            out.append(Node("hardBreak"))
        elif child.type == "footnote" and notes:
            out.append(Node("footnote", {}, _inline(child.content, notes=False)))
        elif child.content:
            if out and isinstance(out[-1], Text) and not out[-1].text.endswith(" "):
                _add_text(out, " ", ())
            stack.extend(reversed(child.content))
    return tuple(out)


def _add_text(out: list[Child], text: str, marks: tuple[Mark, ...]) -> None:
    if not text:
        return
    last = out[-1] if out else None
    if isinstance(last, Text) and last.marks == marks:
        out[-1] = Text(last.text + text, marks)
    else:
        out.append(Text(text, marks))


def tidy_marks(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The marks that the schema knows, each once, in its order; a bad link loses its link."""
    known = schema.marks()
    found: dict[str, Mark] = {}
    for mark in marks:
        if mark.type not in known or mark.type in found:
            continue
        attrs = {key: mark.attrs.get(key, value) for key, value in known[mark.type].attrs.items()}
        if mark.type == "link":
            href = links.clean(attrs.get("href"))
            if href is None:
                continue
            attrs["href"] = href
        found[mark.type] = Mark(mark.type, attrs)
    return tuple(sorted(found.values(), key=lambda mark: known[mark.type].rank))


def _flattened(node: Node) -> list[Node]:
    """All the words below a node that is nested too deep, as one paragraph."""
    text = clean_text(_all_text(node)).strip()
    return [Node("paragraph", {}, (Text(text),))] if text else []


def _all_text(node: Node) -> str:
    return "".join(child.text for child in walk(node) if isinstance(child, Text))
