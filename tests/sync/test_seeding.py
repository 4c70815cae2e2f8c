"""Seeding: a document that begins with many words is made without the engine that serves the rooms."""

from __future__ import annotations

from typing import Any

import pytest

from app.kit import box
from app.kit.errors import BadInput, Unavailable
from app.manuscript.tree import Node, Text, doc
from app.sync import aside
from tests.manuscript.trees import node, p
from tests.sync.bare import Bare

MANY = doc(*(p(f"paragraph {at}") for at in range(5_000)))


async def test_few_words_and_many_become_the_same_document(bare: Bare) -> None:
    for words in (doc(p("few"), node("horizontalRule")), MANY):
        document = await bare.document(await bare.sync.seed(words))
        assert await bare.sync.read_tree(document) == words


async def test_the_engine_is_not_asked_for_many_words(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*_: Any) -> None:
        raise AssertionError("the engine was asked")

    monkeypatch.setattr(bare.sync.engine, "ask", nobody)
    assert await bare.sync.seed(MANY)


async def test_what_is_not_of_the_schema_is_refused_either_way(bare: Bare) -> None:
    wrong = Node("listItem", {}, (Text("bare"),))
    for words in (doc(wrong), doc(*MANY.content, wrong)):
        with pytest.raises(BadInput):
            await bare.sync.seed(words)


async def test_what_takes_too_much_is_given_up(bare: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
    for limits in (box.Limits(seconds=0.01), box.Limits(memory_mb=40)):
        monkeypatch.setattr(aside, "LIMITS", limits)
        with pytest.raises(Unavailable):
            await bare.sync.seed(MANY)
