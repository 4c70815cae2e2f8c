"""The tree: frozen nodes, texts and marks in ProseMirror's shape.

A chapter is a `Node` of type "doc" whose content are blocks. Names and attributes are those of
`schema.json`. Trees are compared by value, may be shared freely and survive pickling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict of these."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on a run of text: bold, italic, link …"""

    type: str
    attrs: Mapping[str, Json] = field(default_factory=dict[str, Json], hash=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A run of characters that carry the same marks."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A block or an inline node with its attributes and what is in it."""

    type: str
    attrs: Mapping[str, Json] = field(default_factory=dict[str, Json], hash=False)
    content: tuple[Child, ...] = ()

    def with_content(self, content: tuple[Child, ...]) -> Node:
        """The same node around other content."""
        return replace(self, content=content)

    def with_attrs(self, **attrs: Json) -> Node:
        """The same node with some attributes set."""
        return replace(self, attrs={**self.attrs, **attrs})


Child = Node | Text


def doc(*content: Child) -> Node:
    """A chapter's root around some blocks."""
    return Node("doc", {}, tuple(content))


def walk(node: Node) -> Iterator[Child]:
    """Every node and text below and including `node`, in reading order; never recurses."""
    stack: list[Child] = [node]
    while stack:
        child = stack.pop()
        yield child
        if isinstance(child, Node):
            stack.extend(reversed(child.content))


def rebuild(node: Node, change: Callable[[Node], Child | None]) -> Node:
    """A copy in which every node below the root went through `change`, innermost first.

    `change` returns the node to keep, or None to drop it. Texts are kept as they are.
    """
    # Frames of (node, children done so far, index of the next child): deep input cannot
    # exhaust the interpreter's stack.
    frames: list[tuple[Node, list[Child]]] = [(node, [])]
    positions = [0]
    while True:
        current, done = frames[-1]
        at = positions[-1]
        if at < len(current.content):
            positions[-1] += 1
            child = current.content[at]
            if isinstance(child, Node):
                frames.append((child, []))
                positions.append(0)
            else:
                done.append(child)
            continue
        finished = current.with_content(tuple(done))
        frames.pop()
        positions.pop()
        if not frames:
            return finished
        changed = change(finished)
        if changed is not None:
            frames[-1][1].append(changed)


def to_json(node: Child) -> dict[str, Json]:
    """ProseMirror's JSON of a node or a text."""
    if isinstance(node, Text):
        out: dict[str, Json] = {"type": "text"}
        if node.marks:
            out["marks"] = [_mark_json(mark) for mark in node.marks]
        out["text"] = node.text
        return out
    out = {"type": node.type}
    if node.attrs:
        out["attrs"] = dict(node.attrs)
    if node.content:
        out["content"] = [to_json(child) for child in node.content]
    return out


def from_json(value: Mapping[str, Json]) -> Node:
    """The tree of a ProseMirror JSON node; ValueError when it is none."""
    node = _child(value)
    if isinstance(node, Text):
        raise ValueError("a text alone is no document")  # noqa: TRY004  a matter of content
    return node


def _mark_json(mark: Mark) -> dict[str, Json]:
    return {"type": mark.type, "attrs": dict(mark.attrs)} if mark.attrs else {"type": mark.type}


def _child(value: Mapping[str, Json]) -> Child:
    kind = value.get("type")
    if not isinstance(kind, str):
        raise ValueError("a node without a type")  # noqa: TRY004  a matter of content
    if kind == "text":
        marks = cast("list[Mapping[str, Json]]", value.get("marks") or [])
        return Text(str(value.get("text", "")), tuple(_mark(mark) for mark in marks))
    content = cast("list[Mapping[str, Json]]", value.get("content") or [])
    return Node(kind, dict(value.get("attrs") or {}), tuple(_child(child) for child in content))


def _mark(value: Mapping[str, Json]) -> Mark:
    return Mark(str(value.get("type", "")), dict(value.get("attrs") or {}))
