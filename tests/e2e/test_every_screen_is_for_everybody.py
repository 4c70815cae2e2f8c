"""axe finds nothing on any screen or dialog, in light and dark, on three sizes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.words import LAPTOP, PHONE, TABLET, Person, Sprint

RICH = """
<h2>A heading</h2><p>Some <b>bold</b>, <i>italic</i>, <code>code</code> and a
<a href="https://example.org">link</a>.</p><ul><li>One<ul><li>deeper</li></ul></li></ul>
<blockquote><p>Said.</p></blockquote><pre><code>code</code></pre><hr>
<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>
"""
# Colours on their way from light to dark are neither: what moves is brought to its end first. The
# end of one movement may begin another further in.
EXAMINE = """async () => {
    const moving = () => document.getAnimations().filter(
        one => one.playState === 'running'
            && Number.isFinite(one.effect.getComputedTiming().endTime));
    for (let n = 0; n < 50 && moving().length > 0; n++) moving().forEach(one => one.finish());
    return (await axe.run(document, { resultTypes: ['violations'] })).violations;
}"""


@pytest.fixture(params=[LAPTOP, TABLET, PHONE], ids=["1440", "1024", "360"])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    chosen: ViewportSize = request.param
    return chosen


def axe_finds_nothing(person: Person, screen: str) -> None:
    """Run axe on what is on the screen now, light and dark; nothing may stick out at the side."""
    for light in ("light", "dark"):
        person.page.emulate_media(color_scheme=light)
        expect(person.page.locator("html")).to_have_attribute("data-theme", light)
        found: list[dict[str, Any]] = person.page.evaluate(EXAMINE)
        short = [
            (one["id"], [(node["html"][:200], node["failureSummary"]) for node in one["nodes"]][:3])
            for one in found
        ]
        told = json.dumps(short, indent=1, ensure_ascii=False)
        assert not short, f"{screen}, {light}: {told}"
    wide = person.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{screen} sticks out by {wide} px"


def open_dialog(person: Person, title: str) -> None:
    """Examine the dialog of that title, and close it."""
    dialog = person.page.get_by_role("dialog", name=title)
    expect(dialog).to_be_visible()
    axe_finds_nothing(person, f"the dialog {title}")
    person.page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_before_one_is_in(sprint: Sprint, size: ViewportSize) -> None:
    ana = sprint.facilitator("Ana", "One", size=size, axe=True)
    zoe = sprint.somebody("Zoe", size=size, phone=size is PHONE, axe=True)
    zoe.page.goto(sprint.server.base)
    expect(zoe.page.get_by_label("Title of the guide")).to_be_visible()
    axe_finds_nothing(zoe, "Start")
    zoe.page.goto(f"{sprint.server.base}/join#wrong")
    expect(zoe.page.get_by_role("heading", level=1)).to_be_visible()
    axe_finds_nothing(zoe, "Join with a wrong link")
    zoe.opens_link(sprint.link())
    expect(zoe.page.get_by_label("Your name")).to_be_visible()
    axe_finds_nothing(zoe, "Join")
    zoe.gives_name("Ana")
    expect(zoe.page.get_by_role("heading", name="Are you Ana")).to_be_visible()
    axe_finds_nothing(zoe, "Join with a taken name")
    zoe.presses("Yes, that’s me")
    expect(ana.page.get_by_role("region", name="Somebody wants to come back")).to_be_visible()
    axe_finds_nothing(ana, "a question to the facilitator")
    axe_finds_nothing(zoe, "Join, waiting")
    ana.page.goto(sprint.server.base)
    expect(ana.page.get_by_role("heading", name="Your guides")).to_be_visible()
    axe_finds_nothing(ana, "Start with guides")


def test_the_empty_guide(sprint: Sprint, size: ViewportSize) -> None:
    ana = sprint.facilitator("Ana", size=size, axe=True)
    for page, what in (("", "Desk"), ("overview", "Overview"), ("book", "Book")):
        ana.page.goto(sprint.address(page))
        ana.is_in()
        axe_finds_nothing(ana, f"{what} of an empty guide")


def test_a_guide_at_work(sprint: Sprint, size: ViewportSize) -> None:
    ana = sprint.facilitator("Ana", "One", "Two", "Three", size=size, axe=True)
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.goes_to_end()
    ben.pastes(html=RICH)
    ben.sees_saved()
    axe_finds_nothing(ana, "Desk without a chapter")
    ana.opens("One")
    ana.sees_text("A heading")
    ben.types("!")
    ana.sees_caret_of("Ben")
    axe_finds_nothing(ana, "Desk with a chapter")
    for side in (
        "What it is for and who writes it",
        "Outline of this chapter",
        "People of this guide",
    ):
        ana.presses(side)
        axe_finds_nothing(ana, side)
        if ana.narrow or size is TABLET:
            ana.page.keyboard.press("Escape")
        else:
            ana.presses(side)
    ana.presses("Actions for this chapter")
    axe_finds_nothing(ana, "the menu of a chapter")
    ana.page.get_by_role("menuitem", name="Split at a heading…").click()
    open_dialog(ana, "Split this chapter")
    ana.presses("Actions for this chapter")
    ana.page.get_by_role("menuitem", name="Merge into another…").click()
    open_dialog(ana, "Merge into another chapter")
    ana.presses("Actions for this chapter")
    ana.page.get_by_role("menuitem", name="A new part…").click()
    open_dialog(ana, "A new part")
    ana.page.get_by_role("button", name="You: Ana").click()
    axe_finds_nothing(ana, "my menu")
    ana.page.get_by_role("menuitem", name="Your name, colour and devices").click()
    open_dialog(ana, "You")
    if ana.narrow:
        ana.presses("Contents")
        open_dialog(ana, "Contents")


def test_running_and_publishing(sprint: Sprint, size: ViewportSize) -> None:
    ana = sprint.facilitator("Ana", "One", "Two", size=size, axe=True)
    sprint.joins("Ben")
    ana.page.goto(sprint.address("overview"))
    ana.is_in()
    ana.presses("Set the clock")
    open_dialog(ana, "The clock on everyone’s screen")
    ana.sets_clock("Writing", 25)
    ana.presses("Invite people")
    open_dialog(ana, "Invite people")
    ana.page.get_by_role("button", name="New task", exact=True).click()
    open_dialog(ana, "A new task")
    ana.makes_task("Find a bus", whom="Ben", chapter="Two")
    ana.line_of("One").get_by_role("button", name="Who writes “One”").click()
    open_dialog(ana, "Who writes “One”")
    axe_finds_nothing(ana, "Overview")
    ana.page.goto(sprint.address("book"))
    expect(ana.page.get_by_role("button", name="Make the book")).to_be_visible()
    axe_finds_nothing(ana, "Book")
