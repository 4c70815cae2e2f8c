"""What the facilitator gives out is on the other screens within a second, without reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.words import Person, Sprint


@pytest.fixture
def ana(sprint: Sprint) -> Person:
    return sprint.facilitator("Ana", "Know your rights", "At the bus stop")


def test_a_chapter_in_two_presses(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    ana.goes_to("Overview")
    assert ana.assigns("Know your rights", "Ben") <= 2
    expect(ben.page.get_by_role("heading", name="Your chapters")).to_be_visible(timeout=1000)
    expect(ben.entry("Know your rights")).to_contain_text("yours", timeout=1000)


def test_a_chapter_by_dragging_the_person(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    ana.goes_to("Overview")
    card = ana.page.get_by_role("listitem").filter(
        has=ana.page.get_by_role("button", name="Actions for Ben")
    )
    card.drag_to(ana.line_of("At the bus stop"))
    expect(ben.entry("At the bus stop")).to_contain_text("yours", timeout=1000)
    ana.is_told("Ben writes “At the bus stop”.")


def test_a_task(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    ana.goes_to("Overview")
    ana.makes_task("Find a picture of a bus", whom="Ben", chapter="At the bus stop")
    mine = ben.page.get_by_role("region", name="My tasks")
    expect(mine.get_by_text("Find a picture of a bus")).to_be_visible(timeout=1000)
    ben.page.get_by_role("checkbox", name="Done: Find a picture of a bus").first.click()
    done = ana.page.get_by_role("region", name="Tasks of Ben")
    expect(done.get_by_role("checkbox", name="Done: Find a picture of a bus")).to_be_checked(
        timeout=1000
    )


def test_the_clock(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    ana.goes_to("Overview")
    ana.sets_clock("Writing", 25)
    clock = ben.page.get_by_role("banner").get_by_text(re.compile(r"^2[45]:\d\d$"))
    expect(clock).to_be_visible(timeout=1000)
    expect(ben.page.get_by_role("banner").get_by_text("Writing")).to_be_visible()


def test_what_changes_elsewhere_takes_nothing_away_that_one_types(
    ana: Person, sprint: Sprint
) -> None:
    ben = sprint.joins("Ben")
    ana.goes_to("Overview")
    ana.sets_clock("Writing", 25)
    ana.page.get_by_role("banner").get_by_text(re.compile(r"^2[45]:")).click()
    form = ana.page.get_by_role("dialog", name="The clock on everyone’s screen")
    words = form.get_by_label("What the time is for")
    words.fill("Lunch and talk")
    answer = ana.context.request.patch(
        f"{sprint.server.base}/api/guides/{sprint.address().rpartition('/')[2]}",
        data={"subtitle": "Another one"},
    )
    assert answer.ok, answer.text()
    ben.goes_to("Book")
    expect(ben.page.get_by_text("Another one").first).to_be_visible(timeout=2000)
    expect(words).to_have_value("Lunch and talk")


def test_who_is_in_which_chapter(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    ben.opens("At the bus stop")
    there = ana.contents.get_by_role("listitem").filter(has_text="At the bus stop")
    expect(there.get_by_role("img", name="Ben in this chapter now")).to_be_visible(timeout=1000)


def test_a_status_and_words(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    ana.goes_to("Overview")
    ben.opens("At the bus stop")
    ben.types("Four words are here.")
    expect(ana.line_of("At the bus stop")).to_contain_text(re.compile(r"\b4\b"), timeout=5000)
    line = ana.line_of("At the bus stop")
    # Whoever writes the first words has begun to draft.
    expect(line.get_by_role("button", name="Status: Drafting")).to_be_visible(timeout=1000)
    ben.page.get_by_role("button", name="Status: Drafting").click()
    ben.page.get_by_role("menuitemradio", name="Done").click()
    expect(line.get_by_role("button", name="Status: Done")).to_be_visible(timeout=1000)
