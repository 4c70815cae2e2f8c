"""Trees for tests: one of everything, and a Hypothesis strategy for chapters as the editor makes them."""

from __future__ import annotations

from hypothesis import strategies as st

from app.manuscript import schema
from app.manuscript.tree import Child, Mark, Node, Text, doc


def p(*content: Child | str) -> Node:
    return Node("paragraph", {}, tuple(Text(c) if isinstance(c, str) else c for c in content))


def node(type_: str, /, *content: Child, **attrs: object) -> Node:
    return Node(type_, {**schema.defaults(type_), **attrs}, content)


def mark(kind: str, **attrs: object) -> Mark:
    return Mark(kind, attrs)


ONE_OF_EVERYTHING = doc(
    node("heading", Text("Know your rights"), level=2),
    p(
        "Talk ",
        Text("first", (mark("bold"),)),
        Text(" and ", (mark("bold"), mark("italic"))),
        Text("write", (mark("link", href="https://example.org/a?b=c#d"), mark("italic"))),
        node("footnote", Text("A note, "), Text("really", (mark("strike"),)), Text(".")),
        node("hardBreak"),
        Text("H"),
        Text("2", (mark("subscript"),)),
        Text("O, e=mc"),
        Text("2", (mark("superscript"),)),
        Text("run()", (mark("code"),)),
    ),
    node(
        "bulletList",
        node("listItem", p("one"), node("orderedList", node("listItem", p("deep")), start=3)),
        node("listItem", p("two"), p("more of two")),
    ),
    node("orderedList", node("listItem", p("first")), start=1),
    node("blockquote", p("Said."), p("Again.")),
    node("callout", p("Careful."), kind="warning"),
    node("figure", Text("A picture of "), Text("us", (mark("italic"),)), asset="01asset", alt="Us"),
    node("figure", asset="02asset", decorative=True, credit="Ana"),
    node(
        "table",
        node("tableRow", node("tableHeader", p("A")), node("tableHeader", p("B"), colspan=2)),
        node(
            "tableRow",
            node("tableCell", p("1"), colwidth=[120]),
            node("tableCell", p("2"), node("bulletList", node("listItem", p("x")))),
            node("tableCell"),
        ),
    ),
    node("codeBlock", Text("a = 1\n  b\n\n#panic()"), language="python"),
    node("codeBlock", Text("plain")),
    node("horizontalRule"),
    p("مرحبا ", Text("بالعالم", (mark("bold"),)), " 你好 𝔸 é"),
    p(),
)

# What a keyboard can give: no control characters, no lone surrogates.
characters = st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufeff")
words = st.text(characters, min_size=1, max_size=12)


@st.composite
def texts(draw: st.DrawFn) -> Text:
    kinds = draw(st.sets(st.sampled_from([m for m in schema.marks() if m != "link"]), max_size=3))
    found = [Mark(kind) for kind in schema.marks() if kind in kinds]
    if draw(st.booleans()):
        href = draw(st.sampled_from(["https://example.org/", "mailto:a@example.org", "#top"]))
        found.insert(0, Mark("link", {"href": href}))
    found.sort(key=lambda m: schema.marks()[m.type].rank)
    return Text(draw(words), tuple(found))


def _merged(items: list[Child]) -> tuple[Child, ...]:
    out: list[Child] = []
    for item in items:
        last = out[-1] if out else None
        if isinstance(item, Text) and isinstance(last, Text) and last.marks == item.marks:
            out[-1] = Text(last.text + item.text, item.marks)
        else:
            out.append(item)
    return tuple(out)


def inlines(notes: bool = True) -> st.SearchStrategy[tuple[Child, ...]]:
    choices: list[st.SearchStrategy[Child]] = [texts(), texts(), st.just(node("hardBreak"))]
    if notes:
        choices.append(inlines(notes=False).map(lambda c: node("footnote", *c)))
    return st.lists(st.one_of(choices), max_size=5).map(_merged)


_leaves = st.one_of(
    inlines().map(lambda c: node("paragraph", *c)),
    st.builds(lambda c, n: node("heading", *c, level=n), inlines(), st.integers(1, 6)),
    st.builds(
        lambda t, lang: node("codeBlock", *([Text(t)] if t else []), language=lang),
        st.text(characters | st.just("\n"), max_size=30),
        st.sampled_from([None, "python", "c++", "html"]),
    ),
    st.just(node("horizontalRule")),
    st.builds(
        lambda c, asset, alt, credit, deco: node(
            "figure", *c, asset=asset, alt=alt, credit=credit, decorative=deco
        ),
        inlines(),
        st.sampled_from([None, "01jabc", "01jdef"]),
        words | st.just(""),
        words | st.just(""),
        st.booleans(),
    ),
)


def _wrap(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, max_size=3)
    items = st.lists(several.map(lambda c: node("listItem", *c)), max_size=3)
    return st.one_of(
        items.map(lambda c: node("bulletList", *c)),
        st.builds(lambda c, n: node("orderedList", *c, start=n), items, st.integers(1, 99)),
        several.map(lambda c: node("blockquote", *c)),
        st.builds(
            lambda c, k: node("callout", *c, kind=k), several, st.sampled_from(schema.CALLOUT_KINDS)
        ),
        _tables(inner),
    )


@st.composite
def _tables(draw: st.DrawFn, inner: st.SearchStrategy[Node]) -> Node:
    columns = draw(st.integers(1, 3))
    rows = []
    for _ in range(draw(st.integers(1, 3))):
        cells = []
        for _ in range(columns):
            kind = draw(st.sampled_from(["tableCell", "tableHeader"]))
            cells.append(node(kind, *draw(st.lists(inner, max_size=2))))
        rows.append(node("tableRow", *cells))
    return node("table", *rows)


blocks = st.recursive(_leaves, _wrap, max_leaves=6)
chapters = st.lists(blocks, max_size=6).map(lambda c: doc(*c))
