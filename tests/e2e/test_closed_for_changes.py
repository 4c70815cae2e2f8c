"""The facilitator closes a chapter while somebody types: nothing is lost, and opened it goes on."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.desk import KEPT
from tests.e2e.test_every_screen_is_for_everybody import axe_finds_nothing
from tests.e2e.words import LAPTOP, PHONE, Person, Sprint

LATE = "Your last words are kept on this device and go in by themselves when it is opened."


def line(person: Person, words: str) -> None:
    """Read beside the text that, and why, it is closed; whoever listens has heard it."""
    expect(person.page.get_by_role("main").get_by_text(words)).to_be_visible()


def cannot_write(person: Person) -> None:
    expect(person.manuscript).to_have_attribute("aria-readonly", "true")
    expect(person.page.get_by_role("toolbar", name="Formatting")).to_have_count(0)


def can_write(person: Person) -> None:
    expect(person.manuscript).not_to_have_attribute("aria-readonly", "true")


def test_it_is_closed_under_ones_hands_and_goes_on_where_it_was(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "One", "Two")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("Before. ")
    ben.sees_saved()
    ana.goes_to("Overview")
    close = ana.line_of("One").get_by_role("button", name="Close “One” for changes")
    close.click(no_wait_after=True)
    for number in range(200):
        ben.page.keyboard.type(f"{number} ")
        if ben.manuscript.get_attribute("aria-readonly"):
            break
    cannot_write(ben)
    line(ben, "Closed for changes by Ana. You can read it; ask Ana to open it.")
    expect(
        ben.page.get_by_role("status").filter(has_text="Closed for changes by Ana")
    ).to_have_count(1)
    expect(ana.line_of("One")).to_contain_text("Closed for changes")
    # What he typed to the end is before his eyes, and comes to the others when it is opened.
    [typed] = ben.reads()
    closed = sprint.newcomer_reads("One")
    assert typed.startswith(closed[0])
    ana.line_of("One").get_by_role("button", name="Open “One” for changes").click()
    can_write(ben)
    ben.sees_saved()
    assert ben.reads() == [typed]
    ben.begins_paragraph("After.")
    ana.goes_to("Write")
    ana.opens("One")
    ana.sees_text("After.")
    assert ana.reads() == ben.reads() == sprint.newcomer_reads("One") == [typed, "After."]


def test_what_came_too_late_waits_in_the_text_and_goes_in_when_all_are_opened(
    sprint: Sprint,
) -> None:
    ana = sprint.facilitator("Ana", "One", "Two")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("Before.")
    ben.sees_saved()
    ben.goes_offline()
    ben.types(" Offline.")
    ben.sees_state(KEPT)
    ana.goes_to("Overview")
    ana.presses("Close all for changes")
    ana.is_told("All chapters are closed for changes.")
    ben.comes_back()
    line(ben, LATE)
    ben.sees_state(KEPT)
    cannot_write(ben)
    ben.reloads()
    line(ben, LATE)
    ben.sees_text("Before. Offline.")
    assert sprint.newcomer_reads("One") == ["Before."]
    ana.presses("Open all for changes")
    ben.is_told("Ana opened all chapters for changes again.")
    can_write(ben)
    ben.sees_saved()
    ben.goes_to_end()
    ben.types(" Online.")
    ben.sees_saved()
    assert sprint.newcomer_reads("One") == ["Before. Offline. Online."]
    kept = ben.page.get_by_role("alert", name="Words that are not in the chapter")
    expect(kept).to_have_count(0)


def test_the_facilitator_does_not_write_in_it_and_its_menu_offers_what_may_be(
    sprint: Sprint,
) -> None:
    ana = sprint.facilitator("Ana", "One", "Two")
    ben = sprint.joins("Ben", "reader")
    ben.opens("One")
    ana.opens("One")
    ana.types("Words.")
    ana.sees_saved()
    ana.asks_of_chapter("One", "Close for changes")
    ana.is_told("“One” is closed for changes.")
    line(ana, "You closed this chapter for changes.")
    line(ben, "Closed for changes by Ana. You can read it.")
    cannot_write(ana)
    ana.page.keyboard.type("x")
    assert ana.reads() == ["Words."]
    ana.reloads()
    line(ana, "You closed this chapter for changes.")
    ana.sees_saved()
    expect(ana.page.get_by_role("main").get_by_text(LATE)).to_have_count(0)
    ana.shows_contents()
    expect(ana.contents.get_by_text("Closed for changes")).to_have_count(1)
    ana.presses("Actions for this chapter")
    for refused in ("Rename", "Split at a heading…", "Merge into another…", "Put in the bin"):
        expect(ana.page.get_by_role("menuitem", name=refused)).to_be_disabled()
    expect(ana.page.get_by_role("menuitem", name="Move down")).to_be_enabled()
    ana.page.keyboard.press("Escape")
    ana.presses("Open for changes")
    can_write(ana)
    ana.types(" More.")
    ana.sees_saved()
    expect(ben.page.get_by_role("main").get_by_text("Closed for changes")).to_have_count(0)
    ana.undoes()
    line(ana, "You closed this chapter for changes.")


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["1440", "360"])
def test_it_is_closed_for_all_eyes_and_ears(sprint: Sprint, size: ViewportSize) -> None:
    ana = sprint.facilitator("Ana", "One", "Two", size=size, axe=True)
    ana.opens("One")
    ana.types("Words.")
    ana.sees_saved()
    ana.presses("Actions for this chapter")
    ana.page.get_by_role("menuitem", name="Close for changes").click()
    line(ana, "You closed this chapter for changes.")
    axe_finds_nothing(ana, "a closed chapter")
    ana.page.goto(sprint.address("overview"))
    ana.is_in()
    expect(ana.line_of("One")).to_contain_text("Closed for changes")
    axe_finds_nothing(ana, "Overview with a closed chapter")
