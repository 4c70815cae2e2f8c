"""Somebody deletes a paragraph without having seen what was written into it: the words are kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import KEPT
from tests.e2e.words import Sprint

# What the page asks the server about, some seconds after it may have given the words back itself.
RESCUED = re.compile("/rescued-words")


@pytest.mark.parametrize("where", ["in the chapter", "on another page"])
def test_words_that_were_saved_long_ago_are_given_back_to_who_wrote_them(
    sprint: Sprint, where: str
) -> None:
    ana = sprint.facilitator("Ana", "One")
    ben = sprint.joins("Ben")
    ana.opens("One")
    ana.types("The first.")
    ana.begins_paragraph("The second.")
    ana.sees_saved()
    ben.opens("One")
    ben.sees_text("The second.")
    ben.goes_offline()
    ana.types(" With an end.")
    ana.sees_saved()
    ana.page.wait_for_timeout(500)  # so long that the page believes others have seen it
    if where == "on another page":
        ana.goes_to("Book")
    ben.puts_cursor_in("The first.")
    ben.page.keyboard.press("Control+a")
    ben.page.keyboard.press("Delete")
    ben.sees_state(KEPT)
    ben.comes_back()
    ana.is_told("Some of your words for “One” are kept for you.", within=20)
    if where == "on another page":
        ana.page.get_by_role("button", name="Not saved").first.click()
    words = ana.kept_words
    expect(words).to_have_count(1)
    expect(words).to_contain_text("With an end.")
    words.get_by_role("button", name="Copy the words").click()
    words.get_by_role("button", name="Close", exact=True).click()
    expect(words).to_have_count(0)
    with ana.page.expect_response(RESCUED) as answer:
        ana.reloads()
    assert answer.value.json()["items"] == []
    expect(words).to_have_count(0)
    assert not ben.kept_words.count()


def test_words_that_the_page_has_given_back_are_there_once(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "One")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("The first.")
    ben.begins_paragraph("The second.")
    ben.sees_saved()
    ana.opens("One")
    ana.sees_text("The second.")
    ben.goes_offline()
    ben.types(" With an end.")
    ben.sees_state(KEPT)
    ana.puts_cursor_in("The first.")
    ana.page.keyboard.press("Control+a")
    ana.page.keyboard.press("Delete")
    ana.sees_saved()
    with ben.page.expect_request(
        lambda asked: asked.method == "DELETE" and bool(RESCUED.search(asked.url)), timeout=20_000
    ):
        ben.comes_back()
        expect(ben.kept_words).to_contain_text("The second. With an end.", timeout=20_000)
        # The server has found them too, and they are given up there.
    expect(ben.kept_words).to_have_count(1)
