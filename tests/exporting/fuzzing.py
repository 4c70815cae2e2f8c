"""Random chapters whose words are made of typst's own signs: `python -m tests.exporting.fuzzing 1 50`.

Seeds instead of Hypothesis: one book takes seconds, so shrinking would take an hour, and a chapter
that cannot be set is named anyway.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

from PIL import Image

from app.exporting import making
from app.exporting.assemble import assemble
from app.exporting.book import Book, ChapterText, Picture
from app.manuscript import schema
from app.manuscript.tree import Child, Mark, Node, Text, doc
from tests.exporting import inside

SIGNS = ["#", "[", "]", "(", ")", "{", "}", "$", "*", "_", "`", "```", "@", "<", ">", "\\", '"', "'",
         "~", "-", "--", "---", "=", "==", "+", "/", "//", "/*", "*/", "&", ";", ":", "...", '#panic("P")',
         '#read("/etc/passwd")', "<lab>", "@ref", "https://x.y/#a?b=[c](d)", "\\u{41}", "1.", "- ", "+ ",
         "/ t: d", "#let x = 1", "a", "b", "word", "é", "你", "مرحبا", "\u200f", "\u202e", "\u00a0", "\u00ad",
         "\t", "\n", "\r", "\u2028", "\x00", "%", "^", "|", "!", "$x$", "](", "#[", "#(", "]#", " ", "  "]  # fmt: skip
BLOCKS = [name for name, kind in schema.nodes().items() if kind.is_block]
FLOWING = ["epub", "docx", "odt", "icml"]
LANGUAGES = ("en", "ar", "zh")
ODD = [*schema.nodes(), "script"]


class Writer:
    """Writes chapters; the same seed writes the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def words(self, most: int = 8) -> str:
        return "".join(self.random.choice(SIGNS) for _ in range(self.random.randrange(1, most)))

    def text(self) -> Text:
        kinds = self.random.sample(list(schema.marks()), self.random.choice([0, 0, 0, 1, 2, 3]))
        hrefs = ["https://e.org/" + self.words(), "#" + self.words(), "chapter:c1#x", self.words()]
        marks = [Mark(k, {"href": self.random.choice(hrefs)} if k == "link" else {}) for k in kinds]
        return Text(self.words(), tuple(marks))

    def line(self, notes: bool = True) -> tuple[Child, ...]:
        out: list[Child] = []
        for _ in range(self.random.randrange(5)):
            roll = self.random.randrange(10)
            if roll == 0:
                out.append(Node("hardBreak"))
            elif roll == 1 and notes:
                out.append(Node("footnote", {}, self.line(notes=False)))
            else:
                out.append(self.text())
        return tuple(out)

    def block(self, depth: int = 0) -> Node:
        kind = self.random.choice(BLOCKS if depth < 4 else ["paragraph", "codeBlock"])
        if self.random.random() < 0.05:
            kind = self.random.choice(ODD)
        return Node(kind, self.attrs(), self.content(kind, depth))

    def attrs(self) -> dict[str, object]:
        values = [
            None,
            0,
            1,
            2,
            3,
            7,
            True,
            "ok",
            "tip",
            "warning",
            "python",
            self.words(),
            1e9,
            [100, 50],
        ]
        names = ["level", "start", "kind", "asset", "alt", "credit", "decorative", "colspan", "rowspan",
                 "colwidth", "language"]  # fmt: skip
        return {name: self.random.choice(values) for name in names if self.random.random() < 0.6}

    def content(self, kind: str, depth: int) -> tuple[Child, ...]:
        some = range(self.random.randrange(4))
        match kind:
            case "bulletList" | "orderedList":
                return tuple(Node("listItem", {}, self.blocks(depth)) for _ in some)
            case "table":
                return tuple(
                    Node("tableRow", {}, tuple(
                        Node(self.random.choice(["tableCell", "tableHeader"]), self.attrs(), self.blocks(depth))
                        for _ in range(self.random.randrange(4))
                    ))
                    for _ in some
                )  # fmt: skip
            case "codeBlock":
                return tuple(Text(self.words(30)) for _ in some)
            case "paragraph" | "heading" | "figure" | "footnote":
                return self.line()
            case _:
                return self.blocks(depth)

    def blocks(self, depth: int) -> tuple[Node, ...]:
        return tuple(self.block(depth + 1) for _ in range(self.random.randrange(3)))

    def chapter(self) -> Node:
        return doc(*(self.block() for _ in range(self.random.randrange(1, 8))))


def book_of(seed: int, folder: Path, chapters: int = 25) -> Book:
    """A book of random chapters, in a language of each kind of writing."""
    path = folder / "ok.png"
    Image.new("RGB", (300, 200), (9, 99, 200)).save(path)
    writer = Writer(seed)
    return Book(
        title=writer.words(),
        subtitle=writer.words(),
        region=writer.words(),
        language=LANGUAGES[seed % len(LANGUAGES)],
        licence=writer.words(),
        identifier="01fuzz",
        made=date(2026, 11, 22),
        chapters=[
            ChapterText(
                f"c{at}",
                f"{at} {writer.words()}",
                writer.chapter(),
                writer.words() if at > 9 else None,
            )
            for at in range(chapters)
        ],
        pictures={"ok": Picture(path, "image/png", 300, 200, "a" * 64)},
    )


async def silent(part: float, step: str) -> None:
    """Progress that nobody watches."""


async def failures(seed: int, folder: Path) -> list[str]:
    """What the PDF of a book of random chapters objects to that it should not."""
    result = await making.make(book_of(seed, folder), ["pdf"], folder, "book", silent)
    return [f"{f.place}: {f.message}" for f in result.findings if f.code == "chapter_failed"]


async def lost(seed: int, folder: Path) -> list[str]:
    """What the formats that flow lose of a book of random chapters, or write that is not XML."""
    book = book_of(seed, folder)
    result = await making.make(book, FLOWING, folder, "book", silent)
    chapters = assemble(book).chapters
    wanted = inside.of_trees([(chapter.title, chapter.tree) for chapter in chapters])
    said: list[str] = []
    for file in result.files:
        with zipfile.ZipFile(file.path) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels", ".icml", ".xhtml", ".opf", ".ncx")):
                    ET.fromstring(archive.read(name))
        found = inside.inside(file.path)
        said += [
            f"{file.format} lost {line[:80]!r}"
            for line in inside.lost(wanted.text, "\n".join(found.text))
        ]
        for what in ("notes", "pictures"):
            if len(getattr(found, what)) != len(getattr(wanted, what)):
                said.append(f"{file.format} has other {what}")
        said += [f"{file.format} leads to no {one}" for one in set(found.inner) - found.anchors]
    return said


def main() -> int:
    """Try many seeds; print the ones that fail."""
    first, last = (int(argument) for argument in sys.argv[1:3])
    failed = 0
    for seed in range(first, last):
        with tempfile.TemporaryDirectory() as folder:
            try:
                found = asyncio.run(lost(seed, Path(folder)))
                found += asyncio.run(failures(seed, Path(folder)))
            except Exception as error:
                found = [f"{type(error).__name__}: {error} {getattr(error, 'log', '')[:400]}"]
        failed += bool(found)
        for line in found:
            print(seed, line, flush=True)
    print(f"{last - first} books, {failed} with something that could not be set or was lost")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
