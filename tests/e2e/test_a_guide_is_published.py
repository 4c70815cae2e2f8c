"""From the facilitator's button to a stranger's phone: publish, read, search, report, put right, withdraw."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.test_a_web_book_is_read import AXE, fine
from tests.e2e.words import LAPTOP, PHONE, Person, Sprint

SAMPLE = Path(__file__).parents[2] / "samples" / "guide"
A_WHILE = 90_000
"""Milliseconds an edition may take on a machine that does other things."""


@pytest.fixture
def stranger(browser: Browser) -> Generator[BrowserContext]:
    """A fresh profile on a phone; only axe is let past the pages' policy."""
    context = browser.new_context(viewport=PHONE, bypass_csp=True)
    yield context
    context.close()


def publishes(ana: Person, note: str) -> None:
    """Make an edition, and publish it."""
    ana.page.get_by_label("What changed").fill(note)
    ana.presses("Make an edition")
    row = ana.page.get_by_role("listitem", name="Not published")
    button = row.get_by_role("button", name="Publish", exact=True)
    expect(button).to_be_visible(timeout=A_WHILE)
    look = row.get_by_role("link", name="Look at it")
    with ana.page.expect_popup() as opened:
        look.click()
    expect(opened.value.get_by_text("only people who manage this guide")).to_be_visible()
    opened.value.get_by_role("link", name="Read it here").click()
    expect(opened.value.get_by_role("heading", name="Contents")).to_be_visible()
    opened.value.close()
    button.click()
    expect(ana.page.get_by_text("Readers get this one.")).to_be_visible()


def public_address(ana: Person) -> str:
    address = ana.page.get_by_role("link", name="the public page").get_attribute("href")
    assert address
    return address


def read_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("link", name="Read it here").click()
    page.get_by_role("link", name="Know your rights online").click()
    expect(page.get_by_text("concerted activities").first).to_be_visible()
    page.go_back()
    page.go_back()
    page.get_by_label("Where is it?").select_option("Know your rights online")
    page.get_by_label("What is wrong").fill("The section is called 8.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    context.close()


def searches(page: Page, address: str) -> None:
    page.goto(f"{address}book/")
    page.get_by_role("searchbox").fill("concerted")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="Know your rights online ›").first.click()
    expect(page.get_by_role("heading", level=1, name="Know your rights online")).to_be_visible()


def test_a_guide_is_published_read_put_right_and_withdrawn(
    sprint: Sprint, browser: Browser, stranger: BrowserContext
) -> None:
    ana = sprint.facilitator("Ana", title="Organizing Together Online", axe=True)
    ana.goes_to("Book")
    ana.brings_in(*(next(SAMPLE.glob(f"{number}-*.md")) for number in ("01", "03", "06")))
    publishes(ana, "All of it is new.")
    address = public_address(ana)

    page = stranger.new_page()
    page.goto(address)
    expect(page.get_by_text("All of it is new.")).to_be_visible()
    page.add_script_tag(path=AXE)
    fine(page, "the public page")
    page.set_viewport_size(LAPTOP)
    fine(page, "the public page, wide")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="EPUB").click()
    assert waiting.value.suggested_filename.endswith(".epub")
    page.get_by_role("link", name="How that works").click()
    expect(page.get_by_role("link", name="Start a guide")).to_be_visible()
    searches(page, address)
    read_without_scripts(browser, address)

    reported = ana.page.get_by_text("The section is called 8.")
    expect(reported).to_be_visible()
    ana.presses("Accept…")
    ana.page.get_by_label("What readers are told").fill("The section is called 8, not 7.")
    ana.presses("List it")
    expect(ana.page.get_by_text("Accepted. Readers are told:")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", name="Known mistakes")).to_be_visible()
    expect(page.get_by_text("The section is called 8, not 7.")).to_be_visible()

    ana.page.get_by_text("On paper: where readers can order it").click()
    ana.page.get_by_label("Address where it is sold").fill("javascript:x")
    ana.presses("Save")
    expect(ana.page.get_by_text("a whole address that begins with https://")).to_be_visible()
    ana.page.get_by_label("Address where it is sold").fill("https://shop.example.org/guide")
    ana.page.get_by_label("Who sells it").fill("Union Books")
    ana.page.get_by_label("What it costs").fill("$ 12")
    ana.presses("Save")
    ana.is_told("The public page says so now.")
    page.reload()
    expect(page.get_by_role("link", name="Order a printed copy: Union Books")).to_be_visible()

    ana.presses("Withdraw")
    ana.is_told("Readers do not get this edition any more.")
    answer = page.goto(address)
    assert answer
    assert answer.status == 410
    expect(page.get_by_role("heading", name="not public at the moment")).to_be_visible()
    page.add_script_tag(path=AXE)
    fine(page, "a guide that was withdrawn")
    ana.presses("Publish again")
    expect(ana.page.get_by_text("Readers get this one.")).to_be_visible()
    expect(ana.page.get_by_text(re.compile("^Edition 1$"))).to_be_visible()
