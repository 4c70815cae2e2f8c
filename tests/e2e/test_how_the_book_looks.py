"""A designer tries looks on the real book and keeps one; everybody else sees what was chosen."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.book import A_WHILE
from tests.e2e.words import Sprint


def test_a_designer_tries_a_design_and_keeps_it(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "One")
    dee = sprint.joins("Dee", "designer")
    dee.goes_to("Book")
    looks = dee.page.get_by_role("region", name="How the book looks")
    opening = looks.get_by_role("img", name=re.compile("A chapter begins"))
    expect(opening).to_be_visible(timeout=A_WHILE)
    before = opening.get_attribute("src")
    keep = looks.get_by_role("button", name="Use this look")
    expect(keep).to_be_disabled()
    looks.get_by_role("radio", name=re.compile("^Workbook")).check(force=True)
    expect(opening).not_to_have_attribute("src", before or "", timeout=A_WHILE)
    # A picture that came, not a broken one.
    expect(opening).to_have_js_property("complete", True)
    expect(opening).not_to_have_js_property("naturalWidth", 0)
    looks.get_by_label("Size of the page").select_option(label="A5, 148 × 210 mm")
    keep.click()
    messages = dee.page.get_by_role("region", name="Messages")
    expect(messages.get_by_text("The book looks like this from now on.")).to_be_visible()
    expect(keep).to_be_disabled()
    ana.goes_to("Book")
    theirs = ana.page.get_by_role("region", name="How the book looks")
    expect(theirs.get_by_role("radio", name=re.compile("^Workbook"))).to_be_checked()
    rea = sprint.joins("Rea", "reader")
    rea.goes_to("Book")
    expect(rea.page.get_by_text("Workbook, A5, 148 × 210 mm, in colour.")).to_be_visible()
