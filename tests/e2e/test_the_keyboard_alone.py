"""The main job without a mouse: start a guide, name chapters, write, invite, give out, take the book."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.book import A_WHILE
from tests.e2e.words import Person, Sprint

MOST_STOPS = 60


def tabs_to(person: Person, target: Locator) -> None:
    """Press Tab until the focus is there; what has it must show it."""
    expect(target).to_be_visible()
    for _ in range(MOST_STOPS):
        if target.evaluate("e => e === document.activeElement"):
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}.")


def test_from_an_empty_page_to_a_task(sprint: Sprint) -> None:
    ana = sprint.somebody("Ana")
    page, key = ana.page, ana.page.keyboard
    page.goto(sprint.server.base)
    tabs_to(ana, page.get_by_label("Title of the guide"))
    key.type("By hand")
    tabs_to(ana, page.get_by_label("Your own name"))
    key.type("Ana")
    key.press("Enter")
    tabs_to(ana, page.get_by_role("link", name="Open the guide"))
    key.press("Enter")

    # Chapters
    tabs_to(ana, page.get_by_role("textbox", name="Titles of the chapters, one a line"))
    key.type("The hand")
    key.press("Enter")
    key.type("The foot")
    tabs_to(ana, page.get_by_role("button", name="Add 2 chapters"))
    key.press("Enter")
    ana.sees_chapters("The hand", "The foot")
    tabs_to(ana, ana.entry("The hand"))
    key.press("Enter")

    # Writing: headings, a list, then out of the text again
    expect(ana.manuscript).to_have_accessible_name("Text of The hand")
    tabs_to(ana, ana.manuscript)
    key.type("/head")
    expect(page.get_by_role("option", name="Heading", exact=True)).to_be_visible()
    key.press("Enter")
    key.type("Fingers")
    key.press("Enter")
    key.type("- the thumb")
    ana.sees_saved()
    expect(ana.manuscript.get_by_role("heading", name="Fingers")).to_be_visible()
    key.press("Escape")
    key.press("Tab")
    expect(ana.manuscript).not_to_be_focused()

    # A link
    page.keyboard.press("Control+Home")
    tabs_to(ana, page.get_by_role("link", name="Overview"))
    key.press("Enter")
    tabs_to(ana, page.get_by_role("button", name="Invite people"))
    key.press("Enter")
    dialog = page.get_by_role("dialog", name="Invite people")
    tabs_to(ana, dialog.get_by_role("button", name="Make the link"))
    key.press("Enter")
    link = dialog.get_by_label("Link for a writer")
    expect(link).to_have_value(re.compile("/join#"))
    address = link.input_value()
    key.press("Escape")
    expect(page.get_by_role("button", name="Invite people")).to_be_focused()

    ben = sprint.somebody("Ben")
    ben.opens_link(address)
    expect(ben.page.get_by_label("Your name")).to_be_focused()
    ben.page.keyboard.type("Ben")
    ben.page.keyboard.press("Enter")
    ben.is_in()

    # Giving out
    tabs_to(ana, page.get_by_role("button", name="Who writes “The foot”"))
    key.press("Enter")
    picker = page.get_by_role("dialog", name="Who writes “The foot”")
    tabs_to(ana, picker.get_by_role("button", name=re.compile(r"^Ben(?! is in charge)")))
    key.press("Enter")
    expect(ben.entry("The foot")).to_contain_text("yours")
    key.press("Escape")
    tabs_to(ana, page.get_by_role("button", name="New task", exact=True))
    key.press("Enter")
    form = page.get_by_role("dialog", name="A new task")
    expect(form.get_by_label("What is to be done")).to_be_focused()
    key.type("Draw a foot")
    key.press("Tab")
    key.press("B")  # the list goes to Ben
    key.press("Shift+Tab")
    key.press("Enter")
    expect(form).not_to_be_visible()
    mine = ben.page.get_by_role("region", name="My tasks")
    expect(mine.get_by_text("Draw a foot")).to_be_visible()

    # The book
    tabs_to(ana, page.get_by_role("link", name="Book"))
    key.press("Enter")
    tabs_to(ana, page.get_by_role("region", name="Take the book out").get_by_label("PDF"))
    key.press("Space")
    tabs_to(ana, page.get_by_role("button", name="Make the book"))
    key.press("Enter")
    file = page.get_by_role("link", name=re.compile("^EPUB, "))
    expect(file).to_be_visible(timeout=A_WHILE)
    tabs_to(ana, file)
    with page.expect_download() as download:
        key.press("Enter")
    assert download.value.suggested_filename.endswith(".epub")
