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


@pytest.mark.parametrize("form", ["docx", "odt"])
async def test_a_title_above_a_heading_is_the_title_and_the_heading_stays(
    form: str, folder: Path
) -> None:
    text = "---\ntitle: The title\n---\n\n# Heading one\n\nWords.\n"
    ready = await read(folder, f"both.{form}", convert(text, form, folder))
    assert ready.draft.title == "The title"
    assert "Heading one" in plain.text(ready.tree)


async def test_what_stands_above_the_text_of_a_word_file_is_reported(folder: Path) -> None:
    text = "---\ntitle: T\nsubtitle: Below it\nauthor: [Mia, Loop]\n---\n\nWords.\n"
    ready = await read(folder, "head.docx", convert(text, "docx", folder))
    assert [one.what for one in ready.lost] == ["The subtitle “Below it”", "The author “Mia, Loop”"]


async def test_comments_and_marked_deletions_are_counted(folder: Path) -> None:
    text = (
        'Kept [gone]{.deletion author="A" date="2026-01-01T00:00:00Z"} '
        '[new]{.insertion author="A" date="2026-01-01T00:00:00Z"} '
        '[remark]{.comment-start id="0" author="A" date="2026-01-01T00:00:00Z"}here'
        '[]{.comment-end id="0"}.\n'
    )
    ready = await read(folder, "tracked.docx", convert(text, "docx", folder))
    assert "Kept" in plain.text(ready.tree)
    assert "gone" not in plain.text(ready.tree)
    assert {one.what for one in ready.lost} == {"Comments (1)", "Deletions that were marked (1)"}


async def test_formulas_of_an_odt_are_reported(folder: Path) -> None:
    ready = await read(folder, "math.odt", convert("Math $a^2 + b^2$ here.\n", "odt", folder))
    assert [one.what for one in ready.lost] == ["Formulas and other objects (1)"]
