"""The wire shape: what Python writes, the editor's libraries read as the same document, and back."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from app.manuscript import reader, writer
from app.manuscript.tree import Mark, Node, Text, doc, from_json, to_json
from tests.manuscript.trees import ONE_OF_EVERYTHING, chapters, node, p

ROOT = Path(__file__).parents[2]


def bridge(*lines: dict[str, Any]) -> list[Any]:
    """Each line through y-tiptap in Node."""
    done = subprocess.run(
        [
            "node",
            str(Path(__file__).with_name("yjs_bridge.mjs")),
            str(ROOT / "frontend"),
            str(ROOT / "app/manuscript/schema.json"),
        ],
        input="\n".join(json.dumps(line) for line in lines),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def read_back(update: bytes) -> Node:
    document: Doc[Any] = Doc()
    document.apply_update(update)
    return reader.read(document.get("content", type=XmlFragment))


def b64(update: bytes) -> str:
    return base64.b64encode(update).decode()


def test_the_editor_opens_what_we_wrote() -> None:
    update = writer.update_for(ONE_OF_EVERYTHING, client_id=7)
    assert bridge({"update": b64(update)}) == [to_json(ONE_OF_EVERYTHING)]


def test_we_read_what_the_editor_wrote() -> None:
    [answer] = bridge({"doc": to_json(ONE_OF_EVERYTHING)})
    assert read_back(base64.b64decode(answer["update"])) == ONE_OF_EVERYTHING


@settings(max_examples=150, deadline=None)
@given(chapters)
def test_writing_and_reading_is_the_identity(chapter: Node) -> None:
    assert read_back(writer.update_for(chapter, client_id=7)) == chapter


@settings(max_examples=150, deadline=None)
@given(chapters)
def test_json_and_back_is_the_identity(chapter: Node) -> None:
    assert from_json(json.loads(json.dumps(to_json(chapter)))) == chapter


def test_overlapping_marks_lose_their_hash_and_every_mark_keeps_its_order() -> None:
    document: Doc[Any] = Doc()
    fragment = document.get("content", type=XmlFragment)
    paragraph = XmlElement("paragraph")
    fragment.children.append(paragraph)
    text = XmlText()
    paragraph.children.append(text)
    text.insert(0, "seen", {"italic": {}, "comment--aGVsbG8x": {"id": "c1"}, "bold": {}})
    [block] = reader.read(fragment).content
    assert isinstance(block, Node)
    assert block.content == (
        Text("seen", (Mark("bold"), Mark("italic"), Mark("comment", {"id": "c1"}))),
    )


def test_overlapping_marks_of_one_kind_come_in_the_same_order_each_time() -> None:
    """Otherwise a chapter would differ from its own snapshot, and never get one."""
    one, two = {"href": "https://e.org/1"}, {"href": "https://e.org/2"}
    text = XmlText("a")
    live: Doc[Any] = Doc()
    fragment = live.get("content", type=XmlFragment)
    fragment.children.append(XmlElement("paragraph", {}, [text]))
    text.format(0, 1, {"link": two})
    text.format(0, 1, {"link--aGFzaGVk": one})
    for _ in range(40):
        assert reader.read(fragment).content == (
            node("paragraph", Text("a", (Mark("link", two), Mark("link", one)))),
        )


def test_neighbouring_text_types_are_read_as_one_text() -> None:
    document: Doc[Any] = Doc()
    fragment = document.get("content", type=XmlFragment)
    paragraph = XmlElement("paragraph")
    fragment.children.append(paragraph)
    for part in ("One ", "two"):
        text = XmlText()
        paragraph.children.append(text)
        text.insert(0, part)
    assert reader.read(fragment) == doc(Node("paragraph", {}, (Text("One two"),)))


def test_blocks_are_added_behind_what_is_there() -> None:
    document: Doc[Any] = Doc()
    document.apply_update(writer.update_for(doc(Node("paragraph", {}, (Text("Here"),))), 7))
    fragment = document.get("content", type=XmlFragment)
    writer.append(fragment, [Node("paragraph", {}, (Text("there é"),))])
    assert [b.content for b in reader.read(fragment).content if isinstance(b, Node)] == [
        (Text("Here"),),
        (Text("there é"),),
    ]


def test_two_thousand_levels_do_not_end_the_reader() -> None:
    deep = Node("paragraph", {}, (Text("bottom"),))
    for _ in range(2000):
        deep = Node("blockquote", {}, (deep,))
    document: Doc[Any] = Doc()
    fragment = document.get("content", type=XmlFragment)
    writer.append(fragment, [deep])
    found = reader.read(fragment)
    depth = 0
    while found.content and isinstance(found.content[0], Node):
        found = found.content[0]
        depth += 1
    assert depth == 2001


def test_the_time_to_write_grows_with_the_words_and_not_with_their_square() -> None:
    blocks = [node("heading", Text(f"Heading {at}"), level=2) for at in range(20_000)]
    began = time.process_time()
    document: Doc[Any] = Doc()
    document.apply_update(writer.update_for(doc(*blocks), 7))
    fragment = document.get("content", type=XmlFragment)
    writer.append(fragment, blocks)
    # Asking the library for each block takes thirty times as long.
    assert time.process_time() - began < 2
    assert reader.read(fragment) == doc(*blocks, *blocks)


@pytest.mark.parametrize("value", [0, 63, 64, -1, -64, 2**31 - 1, 2**31, 0.5, True, "é", [1, None]])
def test_every_value_of_an_attribute_arrives(value: object) -> None:
    written = read_back(writer.update_for(doc(Node("paragraph", {"any": {"deep": value}})), 7))
    assert written == doc(Node("paragraph", {"any": {"deep": value}}))


def test_two_people_and_the_server_write_at_the_end_one_after_the_other() -> None:
    document: Doc[Any] = Doc(client_id=5)
    fragment = document.get("content", type=XmlFragment)
    for at in range(3):
        other: Doc[Any] = Doc(client_id=100 + at)
        other.apply_update(document.get_update())
        theirs = other.get("content", type=XmlFragment)
        theirs.children.append(XmlElement("horizontalRule"))
        document.apply_update(other.get_update())
        writer.append(fragment, [p(f"{at}"), node("callout", p("in it"), kind="tip")])
    one = [node("horizontalRule"), p("{}"), node("callout", p("in it"), kind="tip")]
    assert [block.type for block in reader.read(fragment).content] == [b.type for b in one] * 3
