"""Back matter as pandoc's blocks, for the formats that flow: directories, calendar, glossary,
permissions, who made it, index. A directory is paragraphs here: a table of many columns cannot be
read on a phone or in a word processor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.exporting import languages, typst_back
from app.exporting.assemble import Assembled
from app.manuscript.pandoc_out import attr, words

Block = dict[str, Any]
Inline = dict[str, Any]
Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Section:
    """What stands behind the chapters under one title; `groups` are the titles of level 2 in it."""

    anchor: str
    title: str
    blocks: list[Block]
    groups: Sequence[tuple[str, str]] = ()
    """(id, title)."""


def sections(whole: Assembled) -> list[Section]:
    """The sections that there are, in the order of the printed book."""
    back = typst_back.back_matter(whole.book)
    says = languages.words(whole.book.language)
    found = [_directory(at, one) for at, one in enumerate(back["directories"], 1)]
    for anchor, title, blocks in (
        ("back-calendar", says["calendar"], _calendar(back["months"])),
        ("back-glossary", says["glossary"], _pairs(back["glossary"], "term", "meaning", ": ")),
        ("back-permissions", says["permissions"], _pairs(back["permissions"], "work", "line")),
        ("back-about", says["about_sprint" if back["sprint"] else "people"], _about(back, says)),
        ("back-index", says["index"], _index(whole, back["index"], says["see"])),
    ):
        if blocks:
            found.append(Section(anchor, title, blocks))
    return found


def headed(section: Section) -> list[Block]:
    """The section under its heading."""
    heading = [1, attr(section.anchor, ["unnumbered"]), words(section.title)]
    return [{"t": "Header", "c": heading}, *section.blocks]


def _directory(number: int, directory: dict[str, Any]) -> Section:
    blocks: list[Block] = []
    groups: list[tuple[str, str]] = []
    for group in directory["groups"]:
        if group["title"]:
            groups.append((f"back-directory{number}-{len(groups) + 1}", group["title"]))
            blocks.append({"t": "Header", "c": [2, attr(groups[-1][0]), words(group["title"])]})
        for entry in group["entries"]:
            lines = [_strong(entry["name"]), *([words(entry["text"])] if entry["text"] else [])]
            lines += [words(f"{name}: {fact}" if name else fact) for name, fact in entry["facts"]]
            blocks.append(_entry(lines))
    return Section(f"back-directory{number}", directory["title"], blocks, groups)


def _calendar(months: list[dict[str, Any]]) -> list[Block]:
    blocks: list[Block] = []
    for month in months:
        blocks.append(_label(month["title"]))
        for event in month["events"]:
            when = ", ".join(filter(None, (f"{event['weekday']} {event['day']}", event["time"])))
            lines = [_strong(event["title"]), words(when)]
            lines += [words(event[key]) for key in ("place", "text") if event[key]]
            blocks.append(_entry(lines))
    return blocks


def _pairs(listed: list[dict[str, str]], name: str, text: str, between: str = "") -> list[Block]:
    if between:
        return [
            {"t": "Para", "c": [*_strong(one[name]), *words(between + one[text])]} for one in listed
        ]
    return [_entry([_strong(one[name]), words(one[text])]) for one in listed]


def _about(back: dict[str, Any], says: Any) -> list[Block]:
    blocks: list[Block] = []
    sprint = back["sprint"]
    if sprint is not None:
        facts = (("when", sprint["starts"]), ("days", sprint["days"]),
                 ("people_count", sprint["people"]), ("written_words", sprint["words"]))  # fmt: skip
        lines = [words(f"{says[name]}: {fact}") for name, fact in facts]
        blocks.append(_entry([_strong(sprint["title"]), *lines] if sprint["title"] else lines))
        if back["credits"]:
            blocks.append(_label(says["people"]))
    for one in back["credits"]:
        listed = ", ".join(str(number) for number in one["chapters"])
        line = f"{one['name']} ({says['chapters']}: {listed})" if listed else one["name"]
        blocks.append({"t": "Para", "c": words(line)})
    return blocks


def _index(whole: Assembled, letters: list[dict[str, Any]], see: str) -> list[Block]:
    """Each place is a link, named by the number of its chapter."""
    known = {
        place: chapter.number
        for chapter in whole.chapters
        for place in (chapter.anchor, *(heading.id for heading in chapter.headings))
    }

    def line(term: dict[str, Any], above: str = "") -> Iterator[Block]:
        out = words(above + term["term"])
        for at, place in enumerate(place for place in term["places"] if place in known):
            out += words(", " if at else " ")
            out.append({"t": "Link", "c": [attr(), words(str(known[place])), [f"#{place}", ""]]})
        if term["see"]:
            out += [*words(f", {see} "), {"t": "Emph", "c": words(term["see"])}]
        yield {"t": "Para", "c": out}
        for one in term["under"]:
            yield from line(one, above=f"{above}{term['term']} – ")

    blocks: list[Block] = []
    for letter in letters:
        blocks.append(_label(letter["letter"]))
        for term in letter["terms"]:
            blocks.extend(line(term))
    return blocks


def _entry(lines: Sequence[Sequence[Inline]]) -> Block:
    out: list[Inline] = []
    for at, line in enumerate(lines):
        out += [{"t": "LineBreak"}] if at else []
        out += line
    return {"t": "Div", "c": [["", ["entry"], [["custom-style", "Entry"]]], [_para(out)]]}


def _label(text: str) -> Block:
    style = ["", ["group"], [["custom-style", "GroupLabel"]]]
    return {"t": "Div", "c": [style, [_para(words(text))]]}


def _para(line: Sequence[Inline]) -> Block:
    return {"t": "Para", "c": list(line)}


def _strong(text: str) -> list[Inline]:
    return [{"t": "Strong", "c": words(text)}]
