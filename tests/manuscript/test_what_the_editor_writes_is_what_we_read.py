"""The wire shape: what Python writes, the editor's libraries read as the same document, and back."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from app.manuscript import reader, writer
from app.manuscript.tree import Mark, Node, Text, doc, from_json, to_json
from tests.manuscript.trees import ONE_OF_EVERYTHING, chapters

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
