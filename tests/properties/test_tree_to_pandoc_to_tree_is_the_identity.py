"""The law of the manuscript: nothing a chapter may hold changes on its way through pandoc's JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pypandoc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.importing.raw_html import RawHtml
from app.manuscript import markdown, pandoc
from app.manuscript.tidy import tidy
from app.manuscript.tree import Child, Mark, Node, Text, doc
from tests.manuscript.trees import ONE_OF_EVERYTHING, chapters, node, p


def through(chapter: Node) -> Node:
    ast = json.loads(json.dumps(pandoc.document(pandoc.to_pandoc(chapter))))
    back, lost = pandoc.from_pandoc(ast)
    assert lost == []
    return back


def test_one_of_everything() -> None:
    assert tidy(ONE_OF_EVERYTHING) == ONE_OF_EVERYTHING
    assert through(ONE_OF_EVERYTHING) == ONE_OF_EVERYTHING


@settings(max_examples=200, deadline=None)
@given(chapters)
def test_any_chapter(chapter: Node) -> None:
    tidied = tidy(chapter)
    assert tidied == chapter, "what the editor writes is tidy already"
    assert through(tidied) == tidied


# ------------------------------------------------------------------ through the real pandoc

_safe = st.text("abcdefgh áé你好مر", min_size=1, max_size=8).map(
    lambda t: f"a{' '.join(t.split())}b"
)


@st.composite
def _plain_texts(draw: st.DrawFn) -> Text:
    marks = {
        "bold": Mark("bold"),
        "italic": Mark("italic"),
        "strike": Mark("strike"),
        "link": Mark("link", {"href": "https://example.org/a?b=c"}),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(marks)), max_size=2))
    order = ("link", "bold", "italic", "strike")
    return Text(draw(_safe), tuple(marks[name] for name in order if name in chosen))


@st.composite
def _lines(draw: st.DrawFn) -> tuple[Child, ...]:
    """Words with marks between plain spaces: what Markdown can say without ambiguity."""
    content: list[Child] = [Text(draw(_safe) + " ")]
    for text in draw(st.lists(_plain_texts(), max_size=3)):
        content.append(text)
        content.append(Text(" x "))
    content.append(Text("end"))
    if draw(st.booleans()):
        content.append(node("footnote", Text(draw(_safe))))
    merged: list[Child] = []
    for child in content:
        last = merged[-1] if merged else None
        if isinstance(child, Text) and isinstance(last, Text) and last.marks == child.marks:
            merged[-1] = Text(last.text + child.text, child.marks)
        else:
            merged.append(child)
    return tuple(merged)


_paragraphs = _lines().map(lambda c: node("paragraph", *c))
_items = st.lists(_paragraphs.map(lambda c: node("listItem", c)), min_size=1, max_size=3)
_md_blocks = st.one_of(
    _paragraphs,
    st.builds(lambda c, n: node("heading", *c, level=n), _lines(), st.integers(1, 6)),
    st.builds(lambda t: node("codeBlock", Text(t), language="python"), _safe),
    st.lists(_paragraphs, min_size=1, max_size=2).map(lambda c: node("blockquote", *c)),
    st.lists(_paragraphs, min_size=1, max_size=2).map(lambda c: node("callout", *c, kind="tip")),
    _items.map(lambda c: node("bulletList", *c)),
    _items.map(lambda c: node("orderedList", *c, start=2)),
)


def _pandoc(*arguments: str, text: str) -> str:
    return subprocess.run(
        [pypandoc.get_pandoc_path(), "--sandbox", *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_md_blocks, min_size=20, max_size=60))
def test_through_real_markdown(blocks: list[Node]) -> None:
    # A paragraph between the blocks: Markdown joins lists and quotes that follow each other.
    content = [part for block in blocks for part in (block, p("between"))]
    chapter = doc(*content)
    ast = json.dumps(pandoc.document(pandoc.to_pandoc(chapter)))
    markdown = _pandoc("-f", "json", "-t", "markdown-smart", "--wrap=none", text=ast)
    back = json.loads(_pandoc("-f", "markdown-smart", "-t", "json", text=markdown))
    tree, lost = pandoc.from_pandoc(back)
    assert lost == []
    assert tree == chapter


# ------------------------------------------------------------------ in the dialect of our own files


def said(node: Node, around: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Every line with its words, their marks and all it stands in; how wide columns are, where
    spaces stand beside others and what is empty does not count."""
    for child in node.content:
        assert isinstance(child, Node)
        about = (child.type, {k: v for k, v in child.attrs.items() if k != "colwidth"})
        if child.type == "codeBlock":
            code = "".join(c.text for c in child.content if isinstance(c, Text)).rstrip("\n")
            if code:
                yield (*around, about, code)
        elif child.type in ("paragraph", "heading", "figure", "horizontalRule"):
            line = _line(child)
            if line or child.type in ("figure", "horizontalRule"):
                yield (*around, about, line)
        else:
            yield from said(child, (*around, about))


def _line(node: Node) -> list[object]:
    signs: list[object] = []
    for child in node.content:
        if isinstance(child, Text):
            signs += [" " if c.isspace() else (c, child.marks) for c in child.text]
        else:
            signs.append("\n" if child.type == "hardBreak" else _line(child))
    out: list[object] = []
    for sign in signs:
        if sign == "\n":
            while out and out[-1] == " ":
                out.pop()
        if sign not in (" ", "\n") or (out and not (sign == " " and out[-1] in (" ", "\n"))):
            out.append(sign)
    while out and out[-1] in (" ", "\n"):
        out.pop()
    return out


_cells = st.lists(st.one_of(_paragraphs, _items.map(lambda c: node("bulletList", *c))), max_size=2)


@st.composite
def _tables(draw: st.DrawFn) -> Node:
    """With header cells anywhere, and cells that are two rows high or two columns wide."""
    kinds = st.sampled_from(["tableCell", "tableHeader"])
    tall = node("tableHeader", *draw(_cells), rowspan=2)
    wide = node(draw(kinds), *draw(_cells), colspan=2)
    rest = [node(draw(kinds), *draw(_cells)) for _ in range(5)]
    rows = [rest[:3], [tall, wide], rest[3:]]
    return node("table", *(node("tableRow", *row) for row in rows))


_own_blocks = st.one_of(
    _md_blocks,
    _tables(),
    st.builds(lambda t: node("codeBlock", Text(f"  {t}\n# {t}")), _safe),
    st.builds(
        lambda c, alt, credit, decorative: node(
            "figure", *c, asset="01jabc", alt=alt, credit=credit, decorative=decorative
        ),
        _lines() | st.just(()),
        _safe | st.just(""),
        _safe | st.just(""),
        st.booleans(),
    ),
    st.builds(
        lambda c, d: node("orderedList", node("listItem", *c), node("listItem", d), start=7),
        st.lists(_md_blocks, min_size=1, max_size=3),
        _tables(),
    ),
)


def through_markdown(chapter: Node) -> Node:
    content = markdown.sayable(pandoc.to_pandoc(chapter, pandoc.Writing(editor_hints=False)))
    given = json.dumps(pandoc.document(content))
    text = _pandoc("-f", "json", "-t", markdown.DIALECT, *markdown.OPTIONS, text=given)
    back = json.loads(_pandoc("-f", markdown.DIALECT, "-t", "json", text=text))
    back["blocks"] = RawHtml().blocks(back["blocks"])
    tree, lost = pandoc.from_pandoc(back)
    assert lost == []
    return tree


def test_one_of_everything_comes_back_from_our_own_markdown() -> None:
    assert list(said(through_markdown(ONE_OF_EVERYTHING))) == list(said(ONE_OF_EVERYTHING))


@pytest.mark.parametrize(
    "text", ["a\\: b", "::: foo", "&amp; R&D", "~~x~~ a~", "| a | b |", "[^1]: x", "# x #", "<b>"]
)
def test_signs_that_mean_something_in_markdown_are_words(text: str) -> None:
    chapter = doc(p(text), node("heading", Text(text), level=2))
    assert through_markdown(chapter) == chapter


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_own_blocks, min_size=10, max_size=30))
def test_any_chapter_comes_back_from_our_own_markdown(blocks: list[Node]) -> None:
    chapter = tidy(doc(*(part for block in blocks for part in (block, p("between")))))
    assert list(said(through_markdown(chapter))) == list(said(chapter))
