"""Chapters are renamed, moved, binned, split and merged by several people, and nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import KEPT
from tests.e2e.words import Person, Sprint


@pytest.fixture
def ana(sprint: Sprint) -> Person:
    return sprint.facilitator("Ana", "One", "Two", "Three")


def test_two_who_rename_at_once_both_learn_of_it(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    for person, words in ((ana, "Ana’s title"), (ben, "Ben’s title")):
        person.asks_of_chapter("One", "Rename")
        person.page.get_by_role("textbox", name="Chapter title").fill(words)
    ana.page.keyboard.press("Enter")
    expect(ana.entry("Ana’s title")).to_be_visible()
    ben.page.keyboard.press("Enter")
    clash = ben.page.get_by_role("dialog", name="Two changes at once")
    expect(clash).to_contain_text("Ana’s title")
    expect(clash).to_contain_text("Ben’s title")
    clash.get_by_role("button", name="Use mine").click()
    ana.sees_chapters("Ben’s title", "Two", "Three")
    ben.sees_chapters("Ben’s title", "Two", "Three")


def test_a_chapter_moves_by_keyboard_and_keeps_the_focus(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    ana.entry("Three").focus()
    ana.page.keyboard.press("Alt+ArrowUp")
    ana.sees_chapters("One", "Three", "Two")
    expect(ana.entry("Three")).to_be_focused()
    ana.page.keyboard.press("Alt+ArrowUp")
    ana.sees_chapters("Three", "One", "Two")
    ben.sees_chapters("Three", "One", "Two")
    expect(ana.page.get_by_role("status").get_by_text("Moved “Three”")).to_be_attached()


def test_a_chapter_moves_by_mouse(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    ana.entry("Three").hover()
    ana.page.mouse.down()
    box = ana.entry("One").bounding_box()
    assert box
    for share in (0.8, 0.5, 0.2):
        ana.page.mouse.move(box["x"] + 30, box["y"] + box["height"] * share, steps=8)
    # What is dragged floats above; the others make room.
    ana.waits_until(lambda: (ana.entry("One").bounding_box() or box)["y"] > box["y"] + 20)
    ana.page.mouse.up()
    ana.sees_chapters("Three", "One", "Two")
    ben.sees_chapters("Three", "One", "Two")


def test_a_new_part_takes_a_chapter_in(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    ana.asks_of_chapter("Three", "A new part…")
    ana.page.get_by_label("Title of the part").fill("The beginning")
    ana.presses("Make the part")
    part = ben.contents.get_by_role("region", name="The beginning")
    expect(part.get_by_role("link", name="Three")).to_be_visible(timeout=1000)


def test_a_binned_chapter_comes_back_with_its_text_and_people(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    ana.goes_to("Overview")
    ana.assigns("Two", "Ben")
    ana.goes_to("Write")
    ben.opens("Two")
    ben.types("Words that must not go.")
    ben.sees_saved()
    ana.asks_of_chapter("Two", "Put in the bin")
    ana.sees_chapters("One", "Three")
    ben.sees_chapters("One", "Three")
    expect(
        ben.page.get_by_text("The chapter you wanted to see is not here any more")
    ).to_be_visible()
    ana.undoes()
    ana.sees_chapters("One", "Two", "Three")
    ben.sees_text("Words that must not go.")
    expect(ben.entry("Two")).to_contain_text("yours")
    ana.asks_of_chapter("Two", "Put in the bin")
    ana.sees_chapters("One", "Three")
    ana.presses("Bin")
    ana.page.get_by_role("dialog", name="The bin").get_by_role("button", name="Restore").click()
    ben.sees_chapters("One", "Two", "Three")


def test_a_chapter_is_split_while_somebody_writes_in_it(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("The first half.")
    ben.page.keyboard.press("Enter")
    ben.page.keyboard.type("## The second")
    ben.page.keyboard.press("Enter")
    ben.page.keyboard.type("The second half.")
    ben.sees_saved()
    ben.puts_cursor_in("The first half.")
    ana.asks_of_chapter("One", "Split at a heading…")
    ana.page.get_by_role("radio", name="The second").check()
    ana.presses("Split here")
    ana.sees_chapters("One", "The second", "Two", "Three")
    ben.sees_chapters("One", "The second", "Two", "Three")
    ben.types(" It goes on.")
    ben.sees_saved()
    assert ben.reads() == ["The first half. It goes on."]
    ana.sees_text("The second half.")


def test_words_typed_offline_into_what_was_split_off_are_given_back(
    ana: Person, sprint: Sprint
) -> None:
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("The first half.")
    ben.page.keyboard.press("Enter")
    ben.page.keyboard.type("## The second")
    ben.page.keyboard.press("Enter")
    ben.page.keyboard.type("The second half.")
    ben.sees_saved()
    ben.goes_offline()
    ben.types(" With an end.")
    ben.sees_state(KEPT)
    ana.asks_of_chapter("One", "Split at a heading…")
    ana.page.get_by_role("radio", name="The second").check()
    ana.presses("Split here")
    ana.sees_chapters("One", "The second", "Two", "Three")
    ben.comes_back()
    kept = ben.page.get_by_role("alert", name="Words that are not in the chapter")
    expect(kept).to_contain_text("The second half. With an end.", timeout=20_000)
    kept.get_by_role("button", name="Put them at the end of the text").click()
    expect(kept).to_have_count(0)
    ben.sees_saved()
    assert ben.reads() == ["The first half.", "The second half. With an end."]
    assert sprint.newcomer_reads("One") == ben.reads()


def test_what_a_chapter_is_for_is_kept_while_one_looks_elsewhere(ana: Person) -> None:
    ana.opens("One")
    ana.page.get_by_role("button", name="What it is for").click()
    ana.page.get_by_role("button", name="Say it").click()
    brief = ana.page.get_by_role("textbox", name="What this chapter is for")
    expect(brief).to_be_focused()
    brief.fill("For whoever has never been to a meeting.")
    ana.opens("Two")
    ana.opens("One")
    expect(brief).to_have_value("For whoever has never been to a meeting.")
    ana.page.get_by_role("button", name="Keep", exact=True).click()
    expect(brief).to_have_count(0)
    expect(ana.page.get_by_role("button", name="Change", exact=True)).to_be_focused()
    expect(ana.page.get_by_text("For whoever has never been to a meeting.")).to_be_visible()


def test_two_chapters_become_one(ana: Person, sprint: Sprint) -> None:
    ben = sprint.joins("Ben")
    for person, chapter in ((ana, "One"), (ben, "Two")):
        person.opens(chapter)
        person.types(f"The text of {chapter}.")
        person.sees_saved()
    ana.asks_of_chapter("Two", "Merge into another…")
    expect(ana.page.get_by_label("Put it at the end of")).to_have_value(
        ana.page.url.rpartition("/")[2]
    )
    ana.presses("Merge")
    ana.sees_chapters("One", "Three")
    ben.sees_chapters("One", "Three")
    ana.sees_text("The text of Two.")
    assert sprint.newcomer_reads("One") == [
        "The text of One.",
        "Two",
        "The text of Two.",
    ]
