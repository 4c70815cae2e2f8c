"""Whatever a hostile or merged document holds: tidying ends, gives a valid tree, and keeps the words."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from app.manuscript import pandoc, schema
from app.manuscript.tidy import MAX_NESTING, tidy
from app.manuscript.tree import Child, Mark, Node, Text, doc, walk
from tests.manuscript.trees import p

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
_names = st.sampled_from([*schema.nodes(), "script", "iframe", "image", ""])
_attr_names = sorted({a for n in schema.nodes().values() for a in n.attrs} | {"onclick", "href"})
_attrs = st.dictionaries(st.sampled_from(_attr_names), _json, max_size=3)
_marks = st.lists(
    st.builds(
        Mark,
        st.sampled_from([*schema.marks(), "comment", "style"]),
        st.dictionaries(st.sampled_from(["href", "onclick"]), _json, max_size=2),
    ),
    max_size=3,
).map(tuple)
_texts = st.builds(Text, st.text(max_size=8), _marks)
_wild: st.SearchStrategy[Child] = st.recursive(
    _texts,
    lambda inner: st.builds(Node, _names, _attrs, st.lists(inner, max_size=4).map(tuple)),
    max_leaves=25,
)
wild_chapters = st.lists(_wild, max_size=5).map(lambda c: doc(*c))


def assert_valid(tree: Node) -> None:
    for one in walk(tree):
        if isinstance(one, Text):
            assert one.text
            assert [m.type for m in one.marks] == [
                m for m in schema.marks() if m in {x.type for x in one.marks}
            ]
            continue
        kind = schema.nodes()[one.type]
        assert set(one.attrs) == set(kind.attrs)
        for child in one.content:
            name = "text" if isinstance(child, Text) else child.type
            assert name in kind.children
            if isinstance(child, Text) and not kind.marks:
                assert not child.marks


def letters(tree: Node) -> str:
    text = "".join(one.text for one in walk(tree) if isinstance(one, Text))
    return "".join(re.findall(r"\w", text, re.ASCII))


@settings(max_examples=200, deadline=None)
@given(wild_chapters)
def test_any_tree(wild: Node) -> None:
    tree = tidy(wild)
    assert_valid(tree)
    assert tidy(tree) == tree
    # A rule and a break hold nothing by their nature; every other word is still there.
    if not any(
        isinstance(n, Node) and n.type in ("horizontalRule", "hardBreak") for n in walk(wild)
    ):
        assert letters(tree) == letters(wild)
    ast = json.loads(json.dumps(pandoc.document(pandoc.to_pandoc(tree))))
    assert pandoc.from_pandoc(ast)[0] == tree


def test_a_thousand_levels_become_a_paragraph() -> None:
    deep: Node = p("bottom")
    for level in range(1000):
        deep = Node("blockquote" if level % 2 else "listItem", {}, (deep,))
    tree = tidy(doc(deep))
    assert letters(tree) == "bottom"
    depth = 0
    found: Child = tree
    while isinstance(found, Node) and found.content:
        found = found.content[0]
        depth += 1
    assert depth <= MAX_NESTING + 3
