"""Checking the book: what is to fix is seen while people write, and decided about by the keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import ViewportSize, expect

from tests.e2e.test_every_screen_is_for_everybody import axe_finds_nothing, size
from tests.e2e.words import Person, Sprint

__all__ = ["size"]

TO_FIX = re.compile("^To fix")


def opens_list(person: Person) -> None:
    """Have beside the chapter what there is to fix in it."""
    person.page.get_by_role("button", name=TO_FIX).click()


def test_what_one_writes_is_on_the_others_list_and_a_line_leads_there(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "Rights")
    ben = sprint.joins("Ben")
    ben.opens("Rights")
    for at in range(30):
        ben.begins_paragraph(f"Paragraph {at}.")
    ben.begins_paragraph("The office is at TODO.")
    ben.sees_saved()
    ana.opens("Rights")
    opens_list(ana)
    found = ana.page.get_by_role("link", name=re.compile("to be filled in: “TODO”"))
    expect(found).to_be_visible(timeout=15_000)
    # What is fixed goes from the list by itself.
    found.focus()
    ana.page.keyboard.press("Enter")
    expect(ana.page).to_have_url(re.compile(r"#at=\d+&words=The\+office"))
    place = ana.manuscript.get_by_text("The office is at TODO.")
    expect(place).to_be_in_viewport()
    where = """() => {
        const at = getSelection().anchorNode;
        return (at instanceof Element ? at : at?.parentElement)?.closest('p')?.textContent;
    }"""
    ana.waits_until(lambda: "The office" in (ana.page.evaluate(where) or ""))
    ben.puts_cursor_in("The office is at TODO.")
    for _ in "TODO.":
        ben.page.keyboard.press("Backspace")
    ben.types("5 Main Street.")
    ben.sees_saved()
    expect(found).to_have_count(0, timeout=15_000)


def test_an_address_opens_the_place(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "Rights")
    ana.opens("Rights")
    for at in range(40):
        ana.begins_paragraph(f"Paragraph {at}.")
    ana.sees_saved()
    ana.page.goto(f"{ana.page.url.partition('#')[0]}#at=3&words=Paragraph+35")
    ana.reloads()
    expect(ana.manuscript.get_by_text("Paragraph 35.")).to_be_in_viewport(timeout=15_000)


def test_the_last_day_by_the_keyboard(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "Rights", "Later")
    ana.opens("Rights")
    ana.begins_paragraph("The office is at TODO.")
    ana.sees_saved()
    ana.goes_to("Book")
    page = ana.page
    card = page.get_by_role("link", name=re.compile("must be fixed"))
    expect(card).to_contain_text("Until then the guide cannot be published.", timeout=15_000)
    card.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check the book", level=1)).to_be_visible()
    empty = page.get_by_role("listitem").filter(has_text=re.compile("Later.*There is nothing"))
    expect(empty).to_be_visible(timeout=15_000)
    empty.get_by_role("button", name="Wave through…").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Why it may stand").fill("It comes tonight.")
    page.keyboard.press("Enter")
    ana.is_told("Waved through.")
    group = page.get_by_role("group").filter(has_text="Waved through").locator("summary")
    group.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It comes tonight.")).to_be_visible()
    place = page.get_by_role("listitem").filter(has_text="to be filled in")
    place.get_by_role("button", name="Make a task").focus()
    page.keyboard.press("Enter")
    ana.is_told(re.compile("A task for "))
    expect(place.get_by_text("A task")).to_be_visible()
    page.get_by_role("button", name="Check everything").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything was checked last")).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="Have it fixed after all").focus()
    page.keyboard.press("Enter")
    expect(empty.get_by_role("button", name="Wave through…")).to_be_visible()


def test_a_task_is_ticked_off_when_it_is_fixed(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "Rights")
    ana.opens("Rights")
    ana.begins_paragraph("TODO.")
    ana.sees_saved()
    opens_list(ana)
    line = ana.page.get_by_role("listitem").filter(has_text="to be filled in")
    line.get_by_role("button", name="Make a task").click(timeout=15_000)
    expect(line.get_by_text("A task")).to_be_visible()
    ana.puts_cursor_in("TODO.")
    for _ in "TODO.":
        ana.page.keyboard.press("Backspace")
    ana.types("Done.")
    ana.sees_saved()
    ana.page.get_by_role("button", name=re.compile("^Tick off the task")).click(timeout=15_000)
    ana.is_told("Ticked off.")
    expect(ana.page.get_by_role("button", name=re.compile("^Tick off the task"))).to_have_count(0)


def test_a_writer_waves_nothing_through(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "Rights")
    ben = sprint.joins("Ben")
    ben.page.goto(sprint.address("check"))
    empty = ben.page.get_by_role("listitem").filter(has_text="There is nothing in this chapter")
    expect(empty.get_by_role("button", name="Make a task")).to_be_visible(timeout=15_000)
    expect(ben.page.get_by_role("button", name="Wave through…")).to_have_count(0)


def test_axe_finds_nothing_where_the_book_is_checked(sprint: Sprint, size: ViewportSize) -> None:
    ana = sprint.facilitator("Ana", "Rights", "Later", size=size, axe=True)
    ana.opens("Rights")
    ana.begins_paragraph("The office is at TODO.")
    ana.sees_saved()
    opens_list(ana)
    expect(ana.page.get_by_text("to be filled in")).to_be_visible(timeout=15_000)
    axe_finds_nothing(ana, "To fix, beside a chapter")
    ana.page.goto(sprint.address("check"))
    empty = ana.page.get_by_role("listitem").filter(has_text=re.compile("Later.*There is nothing"))
    expect(empty).to_be_visible(timeout=15_000)
    axe_finds_nothing(ana, "Check the book")
    empty.get_by_role("button", name="Wave through…").click()
    expect(ana.page.get_by_role("dialog", name="Wave it through")).to_be_visible()
    axe_finds_nothing(ana, "Wave it through")
    ana.page.get_by_label("Why it may stand").fill("It comes tonight.")
    ana.page.keyboard.press("Enter")
    for _ in range(2):
        ana.page.evaluate(
            """async slug => {
                await fetch(`/api/guides/${slug}/checks`, {
                    method: 'POST', body: '{"files": false}',
                    headers: { 'content-type': 'application/json' },
                });
            }""",
            sprint.address("").rstrip("/").split("/")[-1],
        )
        ana.waits_until(
            lambda: ana.page.get_by_text("Everything was checked last").count() == 1, 20
        )
    axe_finds_nothing(ana, "Check the book, with what was checked")
