"""Passages that stand in two chapters: found by runs of equal words, in time linear in the guide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.manuscript import plain
from app.manuscript.checks.around import Block, short
from app.manuscript.findings import Finding, declare
from app.manuscript.measure import pieces

TWICE = declare(
    "passage_twice",
    "should",
    "A passage that stands in two chapters",
    "Keep it where it belongs and link to it from the other chapter.",
)
SHINGLE = 10
"""Words in a row that make two places look at each other."""
ALIKE = 25
"""Words in a row that make a passage."""
PER_PAIR = 3
"""So many passages of a pair of chapters are listed."""


@dataclass(slots=True)
class _Words:
    """A chapter as one line of words, each with its block."""

    blocks: Sequence[Block]
    words: list[int] = field(default_factory=list[int])
    """Their hashes: words are compared, never shown."""
    where: list[int] = field(default_factory=list[int])


def passages(chapters: Iterable[Sequence[Block]]) -> Iterator[Finding]:
    """Findings for every chapter that repeats a passage of one before it."""
    lines = [_line(blocks) for blocks in chapters]
    first: dict[int, tuple[int, int]] = {}
    for number, line in enumerate(lines):
        shingles = _shingles(line.words)
        yield from _repeated(number, lines, shingles, first)
        for at, shingle in enumerate(shingles):
            first.setdefault(shingle, (number, at))


def _repeated(
    number: int, lines: Sequence[_Words], shingles: Sequence[int], first: dict[int, tuple[int, int]]
) -> Iterator[Finding]:
    line = lines[number]
    told: dict[int, int] = {}
    at = 0
    while at < len(shingles):
        found = first.get(shingles[at])
        if found is None:
            at += 1
            continue
        other, there = found
        length = _alike(line.words, at, lines[other].words, there)
        if length >= ALIKE and told.get(other, 0) < PER_PAIR:
            told[other] = told.get(other, 0) + 1
            yield _finding(line, at, lines[other], length)
        # What was compared is not looked at again: that keeps it linear.
        at += max(1, length)


def _finding(line: _Words, at: int, other: _Words, length: int) -> Finding:
    block = line.blocks[line.where[at]]
    title = other.blocks[0].around.title
    said = f"{length} words in a row are those of “{short(title)}” (“{short(block.excerpt)}”)."
    return block.finding(TWICE, said, f"{other.blocks[0].around.chapter_id} {block.excerpt}")


def _alike(ours: Sequence[int], at: int, theirs: Sequence[int], there: int) -> int:
    length = 0
    most = min(len(ours) - at, len(theirs) - there)
    while length < most and ours[at + length] == theirs[there + length]:
        length += 1
    return length


def _line(blocks: Sequence[Block]) -> _Words:
    line = _Words(blocks)
    for place, block in enumerate(blocks):
        words = [hash(word) for word in pieces(plain.text(block.tidy).casefold())]
        line.words += words
        line.where += [place] * len(words)
    return line


def _shingles(words: Sequence[int]) -> list[int]:
    """The hash of every run of `SHINGLE` words."""
    return [hash(tuple(words[at : at + SHINGLE])) for at in range(len(words) - SHINGLE + 1)]
