"""Facts of a chapter that the checks of other chapters need: its headings, and its links to others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.manuscript import links as addresses
from app.manuscript.checks import links
from app.manuscript.checks.around import Around, Block, short
from app.manuscript.findings import Finding, declare

DANGLING = declare(
    "dangling_reference",
    "must",
    "A link to a chapter or a heading that is not there",
    "Link the chapter that has it now, bring the chapter back from the bin, or take the link away.",
)
MOST = 500
"""So many links of a chapter are followed."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A link into another chapter."""

    chapter_id: str
    anchor: str | None
    text: str
    block: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What others must know of a chapter."""

    headings: Sequence[str] = ()
    """The names of its headings, as links have them."""
    references: Sequence[Reference] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is kept between checks."""
        return {
            "headings": list(self.headings),
            "references": [
                [one.chapter_id, one.anchor, one.text, one.block, one.excerpt]
                for one in self.references
            ],
        }


def from_json(kept: Mapping[str, Any]) -> Facts:
    """What `as_json` made."""
    references = [Reference(*one) for one in kept.get("references", ())]
    return Facts(kept.get("headings", ()), references)


def of(blocks: Sequence[Block]) -> Facts:
    """The facts of a chapter's blocks."""
    return Facts(links.headings_of(blocks), list(_references(blocks))[:MOST])


def dangling(
    facts: Facts, around: Around, headings: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    """References that lead nowhere; `headings` are the names of every chapter's, by its id."""
    for one in facts.references:
        names = headings.get(one.chapter_id)
        if names is None:
            what = "a chapter that is not in the guide"
        elif one.anchor is not None and not links.is_there(one.anchor, names):
            what = "a heading that is not in its chapter"
        else:
            continue
        said = f"The link on “{short(one.text)}” leads to {what}."
        about = f"{one.chapter_id}#{one.anchor or ''}"
        yield Finding(
            DANGLING.code,
            DANGLING.degree,
            around.title,
            said,
            around.chapter_id,
            one.block,
            one.excerpt,
            about,
        )


def _references(blocks: Sequence[Block]) -> Iterator[Reference]:
    for block in blocks:
        for link in links.of(block):
            where = addresses.inside(addresses.clean(link.href) or "")
            own = block.around.chapter_id
            if where is None or where.chapter_id in {None, own}:
                continue
            yield Reference(
                where.chapter_id or "", where.anchor, link.text[:200], block.index, block.excerpt
            )
