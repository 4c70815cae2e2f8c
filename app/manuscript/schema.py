"""The schema: which nodes, attributes and marks there are, read from `schema.json`.

The browser's editor has the same one; `npm run schema` writes it there and a test compares both.
Content expressions are only ever `x*`, because two people's edits may leave anything empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from app.manuscript.tree import Json

MAX_DEPTH = 64
"""How deep nodes may be nested in a stored chapter."""

CALLOUT_KINDS = ("note", "tip", "warning", "example")
LINK_SCHEMES = ("http", "https", "mailto", "tel", "chapter")


@dataclass(frozen=True, slots=True)
class NodeType:
    """What a node may hold and which attributes it has."""

    name: str
    group: str
    children: frozenset[str]
    """Names of the nodes (and "text") that may be in it."""
    attrs: Mapping[str, Json]
    """Attributes with their defaults."""
    marks: bool
    """Whether texts in it may carry marks."""

    @property
    def is_block(self) -> bool:
        """Whether it stands where paragraphs stand."""
        return self.group == "block"

    @property
    def is_inline(self) -> bool:
        """Whether it stands inside a line."""
        return self.group == "inline"


@dataclass(frozen=True, slots=True)
class MarkType:
    """A mark; `rank` is the order in which several stand on one text."""

    name: str
    attrs: Mapping[str, Json]
    rank: int


@cache
def raw() -> dict[str, Json]:
    """The schema as it is written, for comparing with the editor's."""
    text = files("app.manuscript").joinpath("schema.json").read_text("utf-8")
    return cast("dict[str, Json]", json.loads(text))


@cache
def nodes() -> Mapping[str, NodeType]:
    """Every node type by name."""
    found = cast("dict[str, dict[str, Json]]", raw()["nodes"])
    groups: dict[str, set[str]] = {}
    for name, spec in found.items():
        groups.setdefault(str(spec.get("group", "")), set()).add(name)
    return {name: _node_type(name, spec, groups) for name, spec in found.items()}


@cache
def marks() -> Mapping[str, MarkType]:
    """Every mark type by name."""
    found = cast("dict[str, dict[str, Json]]", raw()["marks"])
    return {
        name: MarkType(name, _defaults(spec), rank)
        for rank, (name, spec) in enumerate(found.items())
    }


def defaults(node_type: str) -> dict[str, Json]:
    """The attributes of a new node of this type; empty when the type is unknown."""
    found = nodes().get(node_type)
    return dict(found.attrs) if found else {}


def _node_type(name: str, spec: Mapping[str, Json], groups: Mapping[str, set[str]]) -> NodeType:
    words = re.findall(r"\w+", str(spec.get("content", "")))
    children: set[str] = set()
    for word in words:
        children |= groups.get(word, {word})
    return NodeType(
        name=name,
        group=str(spec.get("group", "")),
        children=frozenset(children),
        attrs=_defaults(spec),
        marks=spec.get("marks", "_") != "",
    )


def _defaults(spec: Mapping[str, Json]) -> dict[str, Json]:
    attrs = cast("dict[str, dict[str, Json]]", spec.get("attrs") or {})
    return {name: value.get("default") for name, value in attrs.items()}
