"""A page that was published keeps its address, whatever becomes of its chapter's title and place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.exporting.book import Book
from app.exporting.web.addresses import RESERVED, addresses
from app.manuscript.tree import Text
from tests.exporting.web.sites import chapter, site_of
from tests.manuscript.trees import mark, node, p


def book(*titles: str, kept: dict[str, str] | None = None) -> Book:
    return Book(
        title="G",
        language="en",
        licence="CC0",
        identifier="g",
        made=date(2026, 1, 1),
        chapters=[chapter(f"0000{at:04}", title) for at, title in enumerate(titles)],
        addresses=kept or {},
    )


@given(
    st.lists(
        st.sampled_from(["Index", "One", "one", "ONE!", "About", "第一", "", "sw", "a-2", "A"])
    )
)
def test_no_two_chapters_share_a_page_and_none_takes_one_of_ours(titles: list[str]) -> None:
    found = addresses(book(*titles))
    assert len(set(found.values())) == len(titles)
    assert not set(found.values()) & RESERVED
    assert all(name.isascii() and name == name.lower() for name in found.values())


@given(st.lists(st.text(max_size=5), max_size=6), st.lists(st.text(max_size=5), max_size=6))
def test_what_was_published_stays_under_any_new_titles(before: list[str], after: list[str]) -> None:
    kept = addresses(book(*before))
    now = addresses(book(*after, kept=kept))
    assert all(now[one] == name for one, name in kept.items() if one in now)
    assert len(set(now.values())) == len(after)


async def test_links_inside_follow_a_chapter_that_was_renamed_and_moved(tmp_path: Path) -> None:
    kept = {"b": "the-old-name"}
    link = Text("there", (mark("link", href="chapter:b#a-heading"),))
    first = chapter("b", "A New Name", node("heading", Text("A heading")))
    site = await site_of(tmp_path, first, chapter("a", "Other", p(link)), addresses=kept)
    assert '<a href="the-old-name.html#a-heading">there</a>' in site.page("other.html")
    assert "A New Name" in site.page("the-old-name.html")


async def test_a_heading_keeps_its_address_when_its_chapter_moves(tmp_path: Path) -> None:
    one = chapter("a", "One", node("heading", Text("Your rights")))
    for chapters in ([one, chapter("b", "Two", p("x"))], [chapter("b", "Two", p("x")), one]):
        site = await site_of(tmp_path, *chapters)
        assert '<h2 id="your-rights">' in site.page("one.html")
