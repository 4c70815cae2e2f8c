"""A guide as large as a sprint makes one, the same at every run: 30 chapters with 70,000 words, 40
pictures, 30 tables, 100 notes, and a directory of 500 entries."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from app.exporting.back_matter import BackMatter, Directory, Entry
from app.exporting.book import Book, ChapterText, Contributor, Picture
from app.manuscript.tree import Child, Mark, Node, Text

CHAPTERS: Final = 30
WORDS: Final = 70_000
PICTURES: Final = 40
TABLES: Final = 30
NOTES: Final = 100
ENTRIES: Final = 500
_PHOTOGRAPHS: Final = 24
_VOWELS: Final = "aeiou"
_CONSONANTS: Final = "bcdfghlmnprstvw"


def book(folder: Path, times: int = 1) -> Book:
    """The guide, `times` times as long. Its pictures are drawn into `folder`."""
    dice = random.Random(7)
    words = _vocabulary(dice)
    pictures = {f"picture-{n}": _picture(folder, dice, n) for n in range(PICTURES)}
    chapters = [
        ChapterText(
            f"chapter-{n}",
            _title(dice, words),
            _chapter(dice, words, n, CHAPTERS * times),
            f"Part {_title(dice, words)}" if n % 10 == 0 else None,
        )
        for n in range(CHAPTERS * times)
    ]
    entries = [_entry(dice, words, n) for n in range(ENTRIES)]
    return Book(
        title="The generated guide",
        subtitle="As long as the real one",
        language="en",
        licence="CC BY-SA 4.0",
        identifier="generated-guide",
        made=date(2026, 1, 31),
        chapters=chapters,
        contributors=[Contributor(_title(dice, words), "writer") for _ in range(40)],
        pictures=pictures,
        back=BackMatter(directories=[Directory("Directory", entries)]),
    )


def changed(whole: Book) -> Book:
    """The same guide after somebody typed a sentence into its tenth chapter."""
    chapters = list(whole.chapters)
    tenth = chapters[9]
    added = Node("paragraph", {}, (Text("A sentence that was not there a moment ago."),))
    tree = tenth.tree.with_content((*tenth.tree.content, added))
    chapters[9] = ChapterText(tenth.id, tenth.title, tree, tenth.part)
    return Book(
        **{name: getattr(whole, name) for name in Book.__slots__ if name != "chapters"},
        chapters=chapters,
    )


def _vocabulary(dice: random.Random) -> list[str]:
    return [
        "".join(
            dice.choice(_CONSONANTS) + dice.choice(_VOWELS)
            for _ in range(dice.choice((1, 2, 2, 3, 4)))
        )
        for _ in range(3000)
    ]


def _sentence(dice: random.Random, words: list[str], length: int) -> str:
    # A few words come often, most of them rarely.
    chosen = [words[int(len(words) * dice.random() ** 3)] for _ in range(length)]
    return " ".join(chosen).capitalize() + "."


def _title(dice: random.Random, words: list[str]) -> str:
    return _sentence(dice, words, dice.randint(2, 5)).rstrip(".")


def _chapter(dice: random.Random, words: list[str], number: int, of: int) -> Node:
    left = WORDS // CHAPTERS
    content: list[Node] = []
    figures = iter(range(number * PICTURES // CHAPTERS, (number + 1) * PICTURES // CHAPTERS))
    notes = NOTES // CHAPTERS + (number % CHAPTERS < NOTES % CHAPTERS)
    while left > 0:
        at = len(content)
        if at % 9 == 8:
            content.append(
                Node("heading", {"level": 3 if at % 27 == 26 else 2}, _line(_title(dice, words)))
            )
        length = dice.randint(60, 140)
        text = " ".join(_sentence(dice, words, dice.randint(6, 22)) for _ in range(length // 14))
        left -= len(text.split())
        content.append(
            Node("paragraph", {}, tuple(_rich(dice, words, text, number, of, notes > 0)))
        )
        notes -= 1
        if at % 11 == 5 and (figure := next(figures, None)) is not None:
            content.append(_figure(dice, words, figure % PICTURES))
        if at % 13 == 6:
            content.append(_list(dice, words))
        if at == 12:
            content.append(_table(dice, words))
        if at % 17 == 9:
            inner = Node("paragraph", {}, _line(_sentence(dice, words, 25)))
            content.append(
                Node("callout", {"kind": dice.choice(("note", "tip", "warning"))}, (inner,))
            )
    content += [_figure(dice, words, figure % PICTURES) for figure in figures]
    return Node("doc", {}, tuple(content))


def _line(text: str) -> tuple[Child, ...]:
    return (Text(text),)


def _rich(
    dice: random.Random, words: list[str], text: str, number: int, of: int, has_note: bool
) -> Iterator[Child]:
    first, second, third = _thirds(text)
    yield Text(first)
    yield Text(second, (Mark("bold" if dice.random() < 0.5 else "italic"),))
    if dice.random() < 0.25:
        chapter = dice.randrange(of)
        yield Text(" see there", (Mark("link", {"href": f"chapter:chapter-{chapter}"}),))
    elif dice.random() < 0.2:
        yield Text(" here", (Mark("link", {"href": f"https://example.org/{number}"}),))
    if has_note:
        yield Node("footnote", {}, _line(_sentence(dice, words, 14)))
    yield Text(third)


def _thirds(text: str) -> tuple[str, str, str]:
    words = text.split(" ")
    third = max(1, len(words) // 3)
    middle = third + min(3, third)
    return (
        " ".join(words[:third]) + " ",
        " ".join(words[third:middle]),
        " " + " ".join(words[middle:]),
    )


def _list(dice: random.Random, words: list[str]) -> Node:
    items = tuple(
        Node("listItem", {}, (Node("paragraph", {}, _line(_sentence(dice, words, 9))),))
        for _ in range(5)
    )
    return Node("bulletList", {}, items)


def _table(dice: random.Random, words: list[str]) -> Node:
    def cell(kind: str) -> Node:
        return Node(kind, {}, (Node("paragraph", {}, _line(_title(dice, words))),))

    head = Node("tableRow", {}, tuple(cell("tableHeader") for _ in range(4)))
    rows = [Node("tableRow", {}, tuple(cell("tableCell") for _ in range(4))) for _ in range(8)]
    return Node("table", {}, (head, *rows))


def _figure(dice: random.Random, words: list[str], number: int) -> Node:
    alt = _sentence(dice, words, 8)
    attrs = {"asset": f"picture-{number}", "alt": alt, "credit": "Nobody", "decorative": False}
    return Node("figure", attrs, _line(_sentence(dice, words, 10)))


def _entry(dice: random.Random, words: list[str], number: int) -> Entry:
    name = f"{_title(dice, words)} {number}"
    facts = (("Telephone", f"212 555 {number:04}"), ("Web", f"https://example.org/{number}"))
    return Entry(name, _sentence(dice, words, 18), facts, group=f"Borough {number // 100 + 1}")


def _picture(folder: Path, dice: random.Random, number: int) -> Picture:
    is_photograph = number < _PHOTOGRAPHS
    width, height = (1600, 1067) if is_photograph else (1200, 800)
    noise = Image.frombytes("RGB", (64, 43), dice.randbytes(64 * 43 * 3)).resize((width, height))
    draw = ImageDraw.Draw(noise)
    for _ in range(30):
        at = [(dice.randrange(width), dice.randrange(height)) for _ in range(2)]
        draw.line(at, fill=(dice.randrange(256), 40, 90), width=9)
    path = folder / f"{number}.{'jpg' if is_photograph else 'png'}"
    if is_photograph:
        noise.save(path, "JPEG", quality=82)
    else:
        noise.quantize(32).save(path, "PNG")
    kind = "image/jpeg" if is_photograph else "image/png"
    return Picture(path, kind, width, height, hashlib.sha256(path.read_bytes()).hexdigest())
