"""Words and outlines."""

from __future__ import annotations

import pytest

from app.manuscript import measure, plain
from app.manuscript.tree import doc
from tests.manuscript.trees import ONE_OF_EVERYTHING, Text, node, p


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Don't mourn, organize!", 3),
        ("a well-known e-mail", 3),
        ("— … !", 0),
        ("你好，世界", 4),
        ("GitHub 项目", 3),
        ("مرحبا بالعالم", 2),
        ("세계 여러분 안녕", 3),
        ("ひらがな", 4),
        ("नमस्ते दुनिया", 2),
        ("3,000 workers at 9:30", 4),
    ],
)
def test_words(text: str, count: int) -> None:
    assert measure.words(doc(p(text))) == count


def test_footnotes_and_captions_count() -> None:
    chapter = doc(
        p("Two words", node("footnote", Text("and three more"))), node("figure", Text("one two"))
    )
    assert measure.words(chapter) == 7


def test_the_outline_names_top_level_blocks_by_index() -> None:
    chapter = doc(
        p("x"),
        node("heading", Text("Talk"), level=2),
        node("blockquote", node("heading", Text("inside"), level=3)),
        node("heading", Text("Write"), node("footnote", Text("no")), level=3),
    )
    assert measure.outline(chapter) == [
        measure.OutlineItem(1, 2, "Talk"),
        measure.OutlineItem(3, 3, "Write"),
    ]


def test_plain_text_holds_every_word_once() -> None:
    text = plain.text(ONE_OF_EVERYTHING)
    for word in ("Know your rights", "Talk first and write", "deep", "Said.", "A picture of us"):
        assert text.count(word) == 1
    assert "A note, really." in text.splitlines()
