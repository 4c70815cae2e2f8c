"""HTML, Word and OpenDocument: the same text comes in from each."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from app.importing import drafts
from app.manuscript import plain
from app.manuscript.tree import Node, walk
from tests.importing.reading import convert, kinds, links, read, why

TEXT = """---
title: How we talk
---

## First words

A **bold** and *quiet* text with a [link](https://example.org/) and a note.[^n]

[^n]: It is here.

- one
- two

1. first
2. second

> Somebody said so.

| A | B |
|---|---|
| 1 | 2 |

![Our picture](picture.png)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.new("RGB", (60, 40), (200, 30, 30)).save(tmp_path / "picture.png")
    return tmp_path


@pytest.mark.parametrize("form", ["docx", "odt"])
async def test_office_files(form: str, folder: Path) -> None:
    ready = await read(folder, f"talk.{form}", convert(TEXT, form, folder))
    assert ready.draft.title == "How we talk"
    text = plain.text(ready.tree)
    for words in (
        "First words",
        "A bold and quiet text",
        "It is here.",
        "Somebody said so.",
        "second",
    ):
        assert words in text
    found = kinds(ready.tree)
    for kind in ("heading", "bulletList", "orderedList", "blockquote", "table"):
        assert kind in found
    assert links(ready.tree) == ["https://example.org/"]
    assert any(isinstance(n, Node) and n.type == "footnote" for n in walk(ready.tree))
    [source] = drafts.pictures(ready.draft)
    assert ready.draft.media[source.address].read_bytes()[:4] == b"\x89PNG"


async def test_a_web_page(folder: Path) -> None:
    page = """<!doctype html><html lang="fr"><head><title>Titre &amp; plus</title>
    <style>p{color:red}</style><script>alert(1)</script></head><body>
    <h2>Un</h2><p onclick="x()">Du <b>texte</b> <a href="javascript:x()">mauvais</a>
    <a href="https://example.org">bon</a><br>suite <img src="picture.png" alt="Photo"></p>
    <iframe src="http://127.0.0.1:1/"></iframe><table><tr><th>A</th><td>1</td></tr></table></body></html>"""
    ready = await read(folder, "page.html", page, **{"picture.png": "P"})
    assert ready.draft.title == "Titre & plus"
    assert ready.draft.language == "fr"
    text = plain.text(ready.tree)
    assert "Du texte mauvais bon\nsuite" in text
    assert "alert" not in text
    assert "color" not in text
    assert links(ready.tree) == ["https://example.org"]
    assert {
        "The web element <iframe>",
        "The web element <script>",
        "The web element <style>",
    } <= set(why(ready))
    assert any(isinstance(n, Node) and n.attrs.get("asset") == "P" for n in walk(ready.tree))


async def test_a_page_in_another_encoding(folder: Path) -> None:
    page = '<meta charset="windows-1252"><h1>Café</h1><p>“Oui”</p>'.encode("cp1252")
    ready = await read(folder, "a.htm", page)
    assert ready.draft.title == "Café"
    assert plain.text(ready.tree) == "“Oui”"


async def test_underlining_and_formulas_are_said_to_have_changed(folder: Path) -> None:
    ready = await read(
        folder, "a.docx", convert("[under]{.underline} and $e=mc^2$", "docx", folder)
    )
    lost = why(ready)
    assert "italic" in lost["Underlining"]
    assert "as code" in lost["A formula"]
