"""Where one's words are is said truthfully at every moment, and what is kept survives everything."""

from __future__ import annotations

import re
from pathlib import Path

import psutil
from playwright.sync_api import Playwright, expect

from tests.e2e.browsers import ARGUMENTS, chromium
from tests.e2e.desk import KEPT, NOT_SAVED, SAVED, SAVING
from tests.e2e.words import LAPTOP, Person, Sprint


def test_exactly_one_of_four_things_is_said_at_any_time(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "One", "Two")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("Some words.")
    ben.sees_saved()
    ben.goes_offline()
    ben.types(" More words.")
    ben.sees_state(KEPT)
    ben.comes_back()
    ben.sees_saved()
    ben.opens("Two")
    ben.types("Other words.")
    ben.sees_saved()
    told = [said for said in ben.has_been_told() if said]  # nothing is said while none is open
    assert all(len(said) == 1 for said in told), told
    assert {said[0] for said in told} <= {SAVED, SAVING, KEPT}


def test_saved_is_never_said_while_words_wait(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "One")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("Some words.")
    ben.sees_saved()
    ben.goes_offline()
    ben.sees_state(KEPT)
    before = len(ben.has_been_told())
    for word in ("and", "word", "by", "word", "more"):
        ben.types(f" {word}", delay=20)
        assert ben.save_states() in ([KEPT], [SAVING])
    ben.sees_state(KEPT)
    assert [SAVED] not in ben.has_been_told()[before:]
    ben.comes_back()
    ben.sees_saved()


def test_a_server_that_cannot_be_reached_is_not_said_to_have_the_words(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "One")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("Some words.")
    ben.sees_saved()
    sprint.server.kill()
    ben.sees_state(KEPT)
    before = len(ben.has_been_told())
    ben.types(" Others.")
    ben.sees_state(KEPT)
    assert [SAVED] not in ben.has_been_told()[before:]
    sprint.server.start()
    ben.sees_saved(within=15)
    ben.reloads()
    ben.sees_text("Some words. Others.")


def test_words_wait_on_the_device_through_a_reload_without_a_line(sprint: Sprint) -> None:
    """The page can be loaded, the words cannot be sent: as on a Wi-Fi that lets only some things by."""
    sprint.facilitator("Ana", "One")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("Before.")
    ben.sees_saved()
    ben.page.route_web_socket(re.compile("/api/sync/"), lambda line: line.close())
    ben.reloads()
    ben.sees_text("Before.")
    ben.types(" After.")
    ben.sees_state(KEPT, within=15)
    ben.reloads()
    ben.sees_text("Before. After.")
    ben.sees_state(KEPT, within=15)
    other = ben.context.new_page()  # without the obstacle
    other.goto(ben.page.url)
    ben.page.close()
    ben.page = other
    ben.sees_text("Before. After.")
    ben.sees_saved()
    assert sprint.newcomer_reads("One") == ["Before. After."]


def test_words_for_a_chapter_that_was_binned_meanwhile_can_be_copied(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "One", "Two")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("Before.")
    ben.sees_saved()
    ben.goes_offline()
    ben.types(" After.")
    ben.sees_state(KEPT)
    ana.asks_of_chapter("One", "Put in the bin")
    ana.sees_chapters("Two")
    ben.comes_back()
    sign = ben.page.get_by_role("button", name=NOT_SAVED)
    sign.click(timeout=20_000)
    kept = ben.page.get_by_role("dialog", name="Words that are kept for you")
    expect(kept.get_by_text("Before. After.")).to_be_visible()
    kept.get_by_role("button", name="Copy the words").click()
    kept.get_by_role("button", name="Close", exact=True).last.click()
    expect(sign).to_be_hidden()


def test_words_of_a_closed_tab_go_out_from_any_page(sprint: Sprint) -> None:
    """Ben shuts the lid in the tunnel; the next day he looks at another page first."""
    ana = sprint.facilitator("Ana", "One", "Two")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("Before.")
    ben.sees_saved()
    ben.goes_offline()
    ben.types(" After.")
    ben.sees_state(KEPT)
    ben.page.close()
    ben.page = ben.context.new_page()
    ben.page.route_web_socket(re.compile("/api/sync/"), lambda line: line.close())
    ben.comes_back()
    ben.page.goto(sprint.address("book"))
    ben.sees_state(KEPT, within=15)
    ben.page.close()
    ben.page = ben.context.new_page()  # without the obstacle
    ben.page.goto(sprint.address("book"))
    ana.opens("One")
    ana.sees_text("Before. After.", within=15)
    ben.waits_until(lambda: ben.save_states() == [])


def test_what_a_killed_browser_had_not_sent_comes_back(
    sprint: Sprint, player: Playwright, tmp_path: Path
) -> None:
    sprint.facilitator("Ana", "One")
    profile = tmp_path / "profile"

    def starts_browser() -> Person:
        context = player.chromium.launch_persistent_context(
            profile, executable_path=chromium(), args=ARGUMENTS, viewport=LAPTOP
        )
        return Person("Ben", context, sprint.server.base, LAPTOP)

    ben = starts_browser()
    ben.opens_link(sprint.link())
    ben.gives_name()
    ben.is_in()
    address = ben.page.url
    ben.context.close()  # a browser keeps its cookies half a minute after it got them, or now
    ben = starts_browser()
    ben.page.goto(address)
    ben.opens("One")
    ben.types("Sent.")
    ben.sees_saved()
    ben.goes_offline()
    ben.types(" Not sent.")
    ben.sees_state(KEPT)
    address = ben.page.url
    kill_browser_of(profile)
    ben = starts_browser()
    ben.page.goto(address)
    ben.sees_text("Sent. Not sent.")
    ben.sees_saved()
    assert sprint.newcomer_reads("One") == ["Sent. Not sent."]
    assert not ben.watch.complaints
    ben.context.close()


def kill_browser_of(profile: Path) -> None:
    """End the browser on that profile as a flat battery does."""
    ours = [
        process
        for process in psutil.process_iter(["cmdline"])
        if f"--user-data-dir={profile}" in (process.info["cmdline"] or [])
    ]
    assert ours
    for process in ours:
        process.kill()
    psutil.wait_procs(ours, timeout=10)


def test_words_the_server_refuses_are_handed_back(sprint: Sprint) -> None:
    """Who may no longer write keeps what had not been sent, and is told."""
    ana = sprint.facilitator("Ana", "One")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("Mine.")
    ben.sees_saved()
    ben.goes_offline()
    ben.types(" Unsent.")
    ben.sees_state(KEPT)
    ana.goes_to("Overview")
    ana.page.get_by_role("button", name="Actions for Ben").click()
    ana.page.get_by_role("menuitemradio", name="Reader").click()
    expect(ana.page.get_by_role("listitem").filter(has_text="Ben")).to_contain_text("Reader")
    ben.comes_back()
    ben.sees_state(NOT_SAVED)
    lost = ben.page.get_by_label("Words that are not in the chapter")
    expect(lost).to_contain_text("Unsent.")
    assert sprint.newcomer_reads("One") == ["Mine."]
