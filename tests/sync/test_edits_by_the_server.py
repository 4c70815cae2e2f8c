"""The server's own edits: importing, splitting and merging while people write."""

from __future__ import annotations

import asyncio

import pytest

from app.kit.errors import BadInput, Conflict
from app.manuscript.tree import Mark, Node, Text, doc
from tests.sync.bare import Bare


def p(*words: str) -> Node:
    return Node("paragraph", {}, tuple(Text(word) for word in words))


def plain(node: Node) -> list[str]:
    return [
        "".join(child.text for child in block.content if isinstance(child, Text))
        for block in node.content
        if isinstance(block, Node)
    ]


async def test_an_imported_chapter_begins_with_its_words(bare: Bare) -> None:
    tree = doc(
        Node("heading", {"level": 2}, (Text("Title"),)),
        Node("paragraph", {}, (Text("bold", (Mark("bold"),)), Text(" and not"))),
    )
    seed = await bare.sync.seed(tree)
    document = await bare.document(seed)
    assert await bare.sync.read_tree(document) == tree
    async with bare.client(document) as ana:
        await ana.until(lambda: "bold and not" in ana.text())
        ana.paragraph().insert(0, "more")
        await ana.settled()
    assert plain(await bare.sync.read_tree(document)) == ["Title", "bold and not", "more"]


async def test_what_the_schema_does_not_have_is_refused(bare: Bare) -> None:
    with pytest.raises(BadInput):
        await bare.sync.seed(doc(Node("script", {}, ())))
    document = await bare.document()
    with pytest.raises(BadInput):
        await bare.sync.append(document, [Node("heading", {"level": 77}, ())], bare.person("ana"))
    # Nothing of it stays, and the chapter goes on.
    await bare.sync.append(document, [p("fine")], bare.person("ana"))
    assert plain(await bare.sync.read_tree(document)) == ["", "fine"]


async def test_appended_blocks_reach_everybody_and_are_stored(bare: Bare) -> None:
    document = await bare.document()
    async with bare.client(document) as ana:
        await ana.until(lambda: ana.synced)
        await bare.sync.append(document, [p("one"), p("two")], bare.person("fay"))
        await ana.until(lambda: ana.text() == "\none\ntwo")
        assert await bare.rows(document) == 2
        ana.fragment.children[1].children[0].insert(0, "number ")
        await ana.settled()
        assert not ana.refused


async def test_a_cut_takes_out_the_end_and_returns_it(bare: Bare) -> None:
    document = await bare.document()
    person = bare.person("fay")
    await bare.sync.append(document, [p("keep"), p("go"), p("too")], person)
    async with bare.client(document) as ana:
        await ana.until(lambda: "too" in ana.text())
        taken = await bare.sync.cut(document, 2, person)
        assert plain(doc(*taken)) == ["go", "too"]
        await ana.until(lambda: ana.text() == "\nkeep")
    assert plain(await bare.sync.read_tree(document)) == ["", "keep"]
    with pytest.raises(BadInput):
        await bare.sync.cut(document, 9, person)
    assert await bare.sync.cut(document, 2, person) == []


async def test_only_an_empty_chapter_is_filled(bare: Bare) -> None:
    document = await bare.document()
    await bare.sync.replace_empty(document, doc(p("imported")), bare.person("fay"))
    assert plain(await bare.sync.read_tree(document)) == ["imported"]
    with pytest.raises(Conflict):
        await bare.sync.replace_empty(document, doc(p("again")), bare.person("fay"))


async def test_edits_of_the_server_and_of_people_at_once_are_all_there(bare: Bare) -> None:
    document = await bare.document()
    async with bare.client(document) as ana:
        await ana.until(lambda: ana.synced)

        async def type_on() -> None:
            text = ana.paragraph()
            for index in range(60):
                text.insert(len(str(text)), f"{index} ")
                await asyncio.sleep(0.005)

        async def import_on() -> None:
            for index in range(20):
                await bare.sync.append(document, [p(f"p{index}")], bare.person("fay"))

        await asyncio.gather(type_on(), import_on())
        await ana.settled()
        assert not ana.refused
        words = " ".join(plain(await bare.sync.read_tree(document))).split()
        assert sorted(words) == sorted([str(i) for i in range(60)] + [f"p{i}" for i in range(20)])
