"""What others write never moves the line one reads, the place one writes at or what one selected."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.words import Person, Sprint

LONG = "".join(
    f"<p>Paragraph {n} tells of the long road, step by step, and of who walked it with us.</p>"
    for n in range(1, 61)
)
TYPE_ON_AND_ON = "() => { window.typing = setInterval(() => document.execCommand('insertText', false, '…'), 7); }"
SELECTED = "() => getSelection().toString()"


def two_in_a_long_chapter(sprint: Sprint) -> tuple[Person, Person]:
    ana = sprint.facilitator("Ana", "The long road")
    ana.opens("The long road")
    ana.goes_to_end()
    ana.pastes(html=LONG)
    ana.sees_text("Paragraph 60 ")
    ana.sees_saved()
    ben = sprint.joins("Ben")
    ben.opens("The long road")
    ben.sees_text("Paragraph 60 ")
    return ana, ben


def top_of(person: Person, words: str) -> float:
    box = person.manuscript.get_by_text(words).bounding_box()
    assert box
    return box["y"]


def writes_much_above(ana: Person) -> None:
    """Thirty lines before everything, one of them a picture's height of text."""
    ana.puts_cursor_in("Paragraph 1 ", end=False)
    ana.page.keyboard.press("Enter")
    ana.page.keyboard.press("ArrowUp")
    ana.pastes(html="".join(f"<p>New line {n}.</p>" for n in range(1, 31)))
    ana.sees_text("New line 30.")


def test_the_line_one_reads_stays_where_it_is(sprint: Sprint) -> None:
    ana, ben = two_in_a_long_chapter(sprint)
    ben.manuscript.get_by_text("Paragraph 30 ").scroll_into_view_if_needed()
    ben.page.mouse.move(700, 500)
    ben.page.mouse.wheel(0, 40)
    expect(ben.manuscript.get_by_text("Paragraph 30 ")).to_be_in_viewport()
    before = top_of(ben, "Paragraph 30 ")
    writes_much_above(ana)
    ben.sees_text("New line 30.")
    assert abs(top_of(ben, "Paragraph 30 ") - before) < 2


def test_the_cursor_and_the_selection_stay_where_they_are(sprint: Sprint) -> None:
    ana, ben = two_in_a_long_chapter(sprint)
    ben.puts_cursor_in("Paragraph 40 ", end=False)
    for _ in range(12):
        ben.page.keyboard.press("Shift+ArrowRight")
    assert ben.page.evaluate(SELECTED) == "Paragraph 40"
    before = top_of(ben, "Paragraph 40 ")
    writes_much_above(ana)
    ben.sees_text("New line 30.")
    assert ben.page.evaluate(SELECTED) == "Paragraph 40"
    expect(ben.manuscript).to_be_focused()
    assert abs(top_of(ben, "Paragraph 40 ") - before) < 2
    # And in the very line: words before the cursor push it along, it does not stay behind.
    ben.page.keyboard.press("ArrowRight")
    ana.puts_cursor_in("Paragraph 40 ", end=False)
    ana.types("See: ")
    ben.sees_text("See: Paragraph 40 ")
    ben.types("!")
    ben.sees_text("See: Paragraph 40! tells")


def test_the_cursor_goes_where_one_puts_it_while_others_type(sprint: Sprint) -> None:
    ana, ben = two_in_a_long_chapter(sprint)
    ana.puts_cursor_in("Paragraph 1 ")
    ana.page.evaluate(TYPE_ON_AND_ON)
    ben.begins_paragraph("".join(str(n % 10) for n in range(20)))
    for _ in range(20):
        ben.page.keyboard.press("Home")
        ben.page.keyboard.press("Delete")
        ben.page.keyboard.press("End")
        ben.page.keyboard.type("x")
    ana.page.evaluate("() => clearInterval(window.typing)")
    assert ben.reads()[-1] == 20 * "x"
    assert ana.reads()[0].count("…") > 5


def test_another_chapters_news_leave_the_focus_alone(sprint: Sprint) -> None:
    ana, ben = two_in_a_long_chapter(sprint)
    ben.puts_cursor_in("Paragraph 2 ")
    ana.asks_of_chapter("The long road", "Rename")
    ana.page.get_by_role("textbox", name="Chapter title").fill("A longer road")
    ana.page.keyboard.press("Enter")
    expect(ben.entry("A longer road")).to_be_visible()
    expect(ben.manuscript).to_be_focused()
    ben.types(" Still here.")
    ben.sees_text("walked it with us. Still here.")


def test_undo_takes_back_only_ones_own(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "The long road")
    ben = sprint.joins("Ben")
    ana.opens("The long road")
    ben.opens("The long road")
    ana.types("Ana’s words.")
    ben.sees_text("Ana’s words.")
    ben.begins_paragraph("Ben’s words.")
    ana.sees_text("Ben’s words.")
    ana.page.keyboard.press("Control+Z")
    ben.sees_text("Ben’s words.")
    expect(ben.manuscript).not_to_contain_text("Ana’s words.")
    ana.page.keyboard.press("Control+Shift+Z")
    ben.sees_text("Ana’s words.")
    ben.page.keyboard.press("Control+Z")
    ben.page.keyboard.press("Control+Z")
    expect(ana.manuscript).not_to_contain_text("Ben’s words.")
    assert ana.reads() == ["Ana’s words."]


def test_carets_are_seen_but_not_read_aloud(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "The long road")
    ben = sprint.joins("Benedikta")
    ana.opens("The long road")
    ben.opens("The long road")
    ben.types("Here I am.")
    ana.sees_caret_of("Benedikta")
    assert "Benedikta" not in ana.manuscript.aria_snapshot()
    assert "Benedikta" not in ana.manuscript.inner_text()


def test_escape_then_tab_leaves_the_text(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "The long road")
    ana.opens("The long road")
    ana.types("- one thing")
    ana.page.keyboard.press("Enter")
    ana.page.keyboard.press("Tab")  # belongs to the list
    ana.types("that has parts")
    expect(ana.manuscript).to_be_focused()
    ana.page.keyboard.press("Escape")
    ana.page.keyboard.press("Tab")
    expect(ana.manuscript).not_to_be_focused()
    keys = ana.page.get_by_text(re.compile("Press Escape, then Tab"))
    expect(keys).to_be_attached()
    ana.page.keyboard.press("Shift+Tab")
    expect(ana.manuscript).to_be_focused()
    ana.page.keyboard.press("Escape")
    ana.page.keyboard.press("Shift+Tab")
    expect(ana.page.get_by_role("toolbar", name="Formatting")).to_contain_class("bar")
    assert ana.page.evaluate("() => document.activeElement.closest('[role=toolbar]') !== null")
