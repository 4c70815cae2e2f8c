"""Somebody who has only the code on the wall writes within a minute, on 360 pixels."""

from __future__ import annotations

import re
import time

from playwright.sync_api import expect

from tests.e2e.desk import SAVED
from tests.e2e.words import Person, Sprint

JOB = re.compile("^I’ll write this ?: At the bus stop$")
KEYBOARD_OPEN = {"width": 360, "height": 300}


def test_from_the_code_to_words_that_are_saved(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "Know your rights", "At the bus stop")
    mia = sprint.somebody("Mia", phone=True)
    link = sprint.link()
    began = time.monotonic()
    mia.opens_link(link)  # 1: scan
    expect(mia.page.get_by_label("Your name")).to_be_focused()
    mia.page.keyboard.type("Mia")  # 2: type a name
    mia.page.get_by_role("button", name="Join").tap()  # 3
    mia.page.get_by_role("button", name=JOB).tap()  # 4
    mia.manuscript.tap()  # 5
    mia.types("The bus leaves at five.")
    mia.sees_saved()
    assert time.monotonic() - began < 20  # leaves a person forty seconds to read and think
    assert sprint.newcomer_reads("At the bus stop") == ["The bus leaves at five."]


def test_whoever_has_a_chapter_lands_in_it(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "Know your rights", "At the bus stop")
    mia = sprint.joins("Mia", phone=True)
    ana.goes_to("Overview")
    ana.assigns("At the bus stop", "Mia")
    expect(mia.page.get_by_role("heading", name="Your chapters")).to_be_visible()
    mia.opens_link(sprint.link())  # once more, the same device
    expect(mia.manuscript).to_have_accessible_name("Text of At the bus stop")


def line_being_typed_is_in_sight(person: Person) -> None:
    where = person.page.evaluate(
        """() => {
            const range = getSelection().getRangeAt(0).cloneRange();
            const { focusNode, focusOffset } = getSelection();
            range.setStart(focusNode, Math.max(0, focusOffset - 1));
            const box = range.getBoundingClientRect();
            const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            const manuscript = document.activeElement;
            return {
                top: box.top, bottom: box.bottom, height: innerHeight,
                covered: !manuscript.contains(at),
            };
        }"""
    )
    assert where["top"] >= 0, where
    assert where["bottom"] <= where["height"], where
    assert not where["covered"], where


def test_with_the_keyboard_open_the_line_and_the_state_stay_in_sight(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "At the bus stop")
    mia = sprint.joins("Mia", phone=True)
    mia.opens("At the bus stop")
    mia.manuscript.tap()
    mia.turns_to(KEYBOARD_OPEN)
    for n in range(1, 13):
        mia.types(f"Line {n} of what I have to say, which is not short.")
        line_being_typed_is_in_sight(mia)
        mia.page.keyboard.press("Enter")
    mia.types("The last line.")
    mia.sees_saved()
    expect(mia.page.get_by_role("banner").get_by_text(SAVED, exact=True)).to_be_in_viewport()
    line_being_typed_is_in_sight(mia)
    assert mia.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_in_a_table_too_the_line_being_typed_stays_in_sight(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "At the bus stop")
    mia = sprint.joins("Mia", phone=True)
    mia.opens("At the bus stop")
    mia.manuscript.tap()
    mia.turns_to(KEYBOARD_OPEN)
    for n in range(1, 6):
        mia.types(f"Line {n}.")
        mia.page.keyboard.press("Enter")
    mia.types("/table")
    mia.page.keyboard.press("Enter")
    expect(mia.page.get_by_role("toolbar", name="Table")).to_be_visible()
    for words in ("Who is here at five in the morning", "and who comes by at noon"):
        mia.types(words)
        line_being_typed_is_in_sight(mia)
        mia.page.keyboard.press("Tab")


def test_opening_the_keyboard_brings_the_line_into_sight(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "At the bus stop")
    mia = sprint.joins("Mia", phone=True)
    mia.opens("At the bus stop")
    mia.manuscript.tap()
    for n in range(1, 11):
        mia.types(f"Line {n}.")
        mia.page.keyboard.press("Enter")
    mia.types("Down here.")
    mia.turns_to(KEYBOARD_OPEN)
    mia.waits_until(lambda: mia.page.evaluate("() => innerHeight") == 300)
    mia.waits_until(
        lambda: mia.page.evaluate(
            """() => {
                const box = getSelection().getRangeAt(0).getBoundingClientRect();
                const line = getSelection().focusNode.parentElement.getBoundingClientRect();
                return (box.bottom || line.bottom) <= innerHeight;
            }"""
        )
    )
    line_being_typed_is_in_sight(mia)
