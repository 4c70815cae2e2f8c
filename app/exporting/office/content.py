"""Content: the book as pandoc's blocks for word processors and layout programs.

Styles are named here and defined in the reference documents. What pandoc cannot say is put in
afterwards (`docx_finish`, `odt_finish`); the paragraph in the style `Contents` marks the place.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.exporting import back_blocks, languages
from app.exporting.assemble import Assembled
from app.exporting.book import Picture
from app.exporting.licences import licence_url
from app.exporting.office.paper import Paper
from app.manuscript.pandoc_inline import string_of
from app.manuscript.pandoc_out import attr, words

Block = dict[str, Any]
Inline = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table of contents: 0 for a part, 1 for a chapter, 2 for a section."""

    level: int
    text: str
    number: int | None = None


def lines(whole: Assembled) -> list[Line]:
    """The table of contents, in the order of the headings in the text."""
    found: list[Line] = []
    for chapter in whole.chapters:
        if chapter.part is not None:
            found.append(Line(0, chapter.part))
        found.append(Line(1, chapter.title, chapter.number))
        found += [Line(2, heading.text) for heading in chapter.headings if heading.level == 2]
    for section in back_blocks.sections(whole):
        found.append(Line(1, section.title))
        found += [Line(2, title) for _, title in section.groups]
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture where it stands; `alternative` is empty where it only decorates. Millimetres."""

    picture: Picture
    alternative: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Content:
    """The whole book; `shown` are its pictures in the order of the text."""

    blocks: list[Block]
    shown: list[Shown]


def content(
    whole: Assembled, paper: Paper, address: Callable[[str], str], *, for_layout: bool = False
) -> Content:
    """The whole book as blocks; `address` says what stands for a picture of some name.

    A layout program makes contents and numbers itself or not at all: `for_layout` leaves the first
    out and writes chapters' numbers and rules as paragraphs of their own.
    """
    says = languages.words(whole.book.language)
    out = [*_title_page(whole), *_imprint(whole)]
    if not for_layout:
        out.append(styled("Contents", words(says["contents"])))
    writer = _Writer(whole, paper, address, says.__getitem__, for_layout)
    part = 0
    for chapter in whole.chapters:
        if chapter.part is not None:
            part += 1
            heading = [1, attr(f"part{part}", ["unnumbered"]), words(chapter.part)]
            out.append({"t": "Header", "c": heading})
        if for_layout:
            out.append(styled("ChapterNumber", words(str(chapter.number))))
        heading = [1, attr(chapter.anchor), words(chapter.title)]
        out.append({"t": "Header", "c": heading})
        # A copy: other formats are made of the same blocks.
        out.extend(writer.blocks(copy.deepcopy(chapter.blocks)))
    for section in back_blocks.sections(whole):
        out.extend(back_blocks.headed(section))
    return Content(out, writer.shown)


def styled(style: str, line: Sequence[Inline]) -> Block:
    """A paragraph in one of our styles."""
    block = {"t": "Para", "c": list(line)}
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], [block]]}


def _title_page(whole: Assembled) -> list[Block]:
    book = whole.book
    out = [styled("Title", words(book.title))]
    if book.subtitle:
        out.append(styled("Subtitle", words(book.subtitle)))
    where = " · ".join(filter(None, (book.region, book.details.edition, str(book.made.year))))
    return [*out, styled("BookLine", words(where))]


def _imprint(whole: Assembled) -> list[Block]:
    book = whole.book
    says = languages.words(book.language)
    comma = "، " if languages.direction(book.language) == "rtl" else ", "
    out = [styled("ImprintHeading", words(says["imprint"]))]

    def say(label: str, *line: Inline) -> None:
        out.append(styled("Imprint", [*words(f"{label} "), *line] if label else line))

    for label, people in (
        (says["by"], [one.name for one in book.contributors if one.role != "facilitator"]),
        (says["facilitated"], [one.name for one in book.contributors if one.role == "facilitator"]),
    ):
        if people:
            say(label, *words(comma.join(people)))
    url = licence_url(book.licence)
    licence = words(book.licence)
    linked = {"t": "Link", "c": [attr(), licence, [url, ""]]}
    say(says["licence"], *([linked] if url else licence))
    if book.address:
        say("", {"t": "Link", "c": [attr(), words(book.address), [book.address, ""]]})
    if book.details.ebook_isbn:
        say("ISBN", *words(book.details.ebook_isbn))
    say("", *words(f"{says['published']} · {book.made.isoformat()}"))
    return out


@dataclass(frozen=True, slots=True)
class _Writer:
    whole: Assembled
    paper: Paper
    address: Callable[[str], str]
    say: Callable[[str], str]
    for_layout: bool
    shown: list[Shown] = field(default_factory=list[Shown])

    def blocks(self, given: list[Block]) -> list[Block]:
        """The blocks with our styles, changed in place; pictures give way to their stand-ins."""
        for block in given:
            self.block(block)
        return given

    def block(self, block: Block) -> None:
        content: Any = block.get("c")
        match block["t"]:
            case "BlockQuote":
                self.blocks(content)
            case "Div":
                self.box(content)
            case "BulletList" | "OrderedList":
                for item in content if block["t"] == "BulletList" else content[1]:
                    self.blocks(item)
            case "Figure":
                for inner in content[2]:
                    for image in inner["c"]:
                        self.picture(image)
            case "Table":
                _share(content)
                for row in rows(content):
                    for cell in row[1]:
                        self.blocks(cell[4])
            case "HorizontalRule" if self.for_layout:
                block |= styled("Rule", words("* * *"))
            case _:
                pass

    def box(self, content: list[Any]) -> None:
        (_, classes, pairs), inner = content
        self.blocks(inner)
        if "callout" in classes:
            kind = next((name for name in ("tip", "warning", "example") if name in classes), "note")
            pairs.append(["custom-style", f"Callout{kind.title()}"])
            inner.insert(0, styled("CalloutLabel", words(self.say(kind))))
        elif "attribution" in classes:
            pairs.append(["custom-style", "Attribution"])

    def picture(self, image: Inline) -> None:
        if image["t"] != "Image":
            return
        attributes, line, target = image["c"]
        picture = self.whole.pictures[target[0]]
        width, height = self.paper.picture(picture)
        self.shown.append(Shown(picture, string_of(line), width, height))
        target[0] = self.address(picture.name)
        attributes[2] = [["width", f"{width}mm"], ["height", f"{height}mm"]]


def _share(table: list[Any]) -> None:
    """Columns that nobody drew are as wide as what is in them asks for."""
    if any(width["t"] != "ColWidthDefault" for _, width in table[2]):
        return
    longest = [6.0] * len(table[2])
    for row in rows(table):
        if any((cell[2], cell[3]) != (1, 1) for cell in row[1]):
            return
        for at, cell in enumerate(row[1]):
            longest[at] = max(longest[at], min(80, sum(map(_length, cell[4]))))
    # The square root: what is long may have more lines.
    weights = [size**0.5 for size in longest]
    for column, weight in zip(table[2], weights, strict=True):
        column[1] = {"t": "ColWidth", "c": round(weight / sum(weights), 4)}


def _length(block: Block) -> int:
    return len(string_of(block["c"])) if block["t"] in ("Para", "Plain") else 20


def rows(table: Sequence[Any]) -> list[Any]:
    """All rows of pandoc's Table: head, bodies, foot."""
    _, _, _, head, bodies, foot = table
    return [*head[1], *(row for body in bodies for row in [*body[2], *body[3]]), *foot[1]]
