"""Who may not is told so in a sentence, at once, and loses nothing."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.words import Person, Sprint


@pytest.mark.parametrize("role", ["reader", "reviewer", "designer"])
def test_who_does_not_write_reads_and_cannot_type(sprint: Sprint, role: str) -> None:
    ana = sprint.facilitator("Ana", "One")
    ana.opens("One")
    ana.types("Fixed words.")
    ana.sees_saved()
    rui = sprint.joins("Rui", role)
    rui.opens("One")
    rui.sees_text("Fixed words.")
    expect(rui.manuscript).not_to_be_editable()
    expect(rui.page.get_by_role("toolbar", name="Formatting")).to_have_count(0)
    rui.manuscript.click()
    rui.page.keyboard.type("Mine!")
    ana.begins_paragraph("More words.")
    rui.sees_text("More words.")
    assert rui.reads() == ["Fixed words.", "More words."]
    expect(rui.page.get_by_role("button", name="Actions for One")).to_have_count(0)


def test_a_device_that_is_ended_is_told_so(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "One")
    ben = sprint.joins("Ben")
    link = personal_link(ben)
    phone = sprint.somebody("Ben", phone=True)
    phone.opens_link(link)
    phone.is_in()
    phone.opens("One")
    dialog = you(ben)
    dialog.get_by_role("button", name="Sign out").click()
    told = phone.page.get_by_role("heading", name="You are signed out of this guide")
    expect(told).to_be_visible(timeout=2000)
    phone.reloads()
    expect(phone.page.get_by_text("Open the link or scan the QR code")).to_be_visible()


def you(person: Person) -> Locator:
    """The dialog about oneself."""
    person.page.get_by_role("button", name=f"You: {person.name}").click()
    person.page.get_by_role("menuitem", name="Your name, colour and devices").click()
    return person.page.get_by_role("dialog", name="You")


def personal_link(person: Person) -> str:
    dialog = you(person)
    dialog.get_by_role("button", name="Show my personal link").click()
    expect(dialog.get_by_text("Only for you")).to_be_visible()
    link = dialog.get_by_label("Your personal link").input_value()
    dialog.get_by_role("button", name="Close").click()
    return link


def test_who_leaves_a_device_leaves_no_text_on_it(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "One")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("For the guide only.")
    ben.sees_saved()
    ben.waits_until(lambda: copies_in_the_browser(ben) > 0)
    you(ben).get_by_role("button", name="Leave on this device").click()
    ben.waits_until(lambda: copies_in_the_browser(ben) == 0)
    kept: list[str] = ben.page.evaluate(
        "async () => (await (await caches.open('guides')).keys()).map(({ url }) => url)"
    )
    assert [url for url in kept if "/api/guides/" in url] == []
    assert sprint.newcomer_reads("One") == ["For the guide only."]


def copies_in_the_browser(person: Person) -> int:
    """How many pieces of text this browser keeps."""
    return person.page.evaluate(
        """() => new Promise((resolve, reject) => {
            const opening = indexedDB.open('chapterhouse')
            opening.onerror = () => reject(opening.error)
            opening.onsuccess = () => {
                const tx = opening.result.transaction(['copies', 'updates'])
                const counts = ['copies', 'updates'].map((name) => tx.objectStore(name).count())
                tx.oncomplete = () => {
                    opening.result.close()
                    resolve(counts[0].result + counts[1].result)
                }
            }
        })"""
    )


def test_who_is_removed_is_told_so(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "One")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ana.goes_to("Overview")
    ana.page.get_by_role("button", name="Actions for Ben").click()
    ana.page.get_by_role("menuitem", name="Remove from the guide…").click()
    ana.presses("Remove")
    told = ben.page.get_by_role("heading", name="You are signed out of this guide")
    expect(told).to_be_visible(timeout=2000)


def test_a_writer_made_a_reader_stops_typing_at_once(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "One")
    ben = sprint.joins("Ben")
    ben.opens("One")
    ben.types("While I may.")
    ben.sees_saved()
    ana.goes_to("Overview")
    ana.page.get_by_role("button", name="Actions for Ben").click()
    ana.page.get_by_role("menuitemradio", name="Reader").click()
    expect(ben.manuscript).not_to_be_editable(timeout=2000)
    assert ben.reads() == ["While I may."]


@pytest.mark.parametrize(
    ("fragment", "sentence"),
    [
        ("#not-a-secret-of-ours", "This link does not open a guide"),
        ("", "A part of the link is missing"),
    ],
)
def test_a_wrong_link_is_answered_with_a_sentence(
    sprint: Sprint, fragment: str, sentence: str
) -> None:
    stranger = sprint.somebody("Zoe", phone=True)
    stranger.opens_link(f"{sprint.server.base}/join{fragment}")
    expect(stranger.page.get_by_text(sentence)).to_be_visible()
    stranger.page.get_by_role("link", name="Go to the start").click()
    expect(stranger.page.get_by_role("heading", level=1)).to_be_visible()


def test_a_link_turned_off_says_so_and_the_others_still_work(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "One")
    ana.goes_to("Overview")
    ana.presses("Invite people")
    link = ana.makes_link("Reviewer")
    ana.presses("Invite people")
    ana.page.get_by_role("button", name="Turn off the Reviewer link").click()
    ana.is_told("That link no longer lets anyone in.")
    stranger = sprint.somebody("Zoe")
    stranger.opens_link(link)
    expect(
        stranger.page.get_by_role("heading", name="This link does not open a guide")
    ).to_be_visible()
    sprint.joins("Ben")


def test_a_taken_name_is_asked_about_and_confirmed(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "One")
    maria = sprint.joins("Maria")
    maria.context.close()
    again = sprint.somebody("Maria", phone=True)
    again.opens_link(sprint.link())
    again.gives_name("maria")
    expect(again.page.get_by_role("heading", name="Are you Maria, who joined at")).to_be_visible()
    again.presses("Yes, that’s me")
    question = ana.page.get_by_role("region", name="Somebody wants to come back")
    expect(question).to_contain_text("Someone says they are Maria.", timeout=1000)
    question.get_by_role("button", name="Yes, let them in").click()
    again.is_in()
    sprint.everybody.remove(maria)


def test_ones_own_other_device_says_that_it_is_me(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "One")
    maria = sprint.joins("Maria")
    phone = sprint.somebody("Maria", phone=True)
    phone.opens_link(sprint.link())
    phone.gives_name("Maria")
    phone.presses("Yes, that’s me")
    question = maria.page.get_by_role("region", name="Somebody wants to come back")
    expect(question).to_contain_text("Is it really you?", timeout=1000)
    question.get_by_role("button", name="Yes, let them in").click()
    phone.is_in()


def test_an_address_without_a_page_leads_back(sprint: Sprint) -> None:
    stranger = sprint.somebody("Zoe")
    stranger.page.goto(f"{sprint.server.base}/nothing/here")
    expect(stranger.page.get_by_role("heading", name="There is no page here")).to_be_visible()


def test_on_plain_http_in_a_network_it_is_known_to_be_insecure(sprint: Sprint) -> None:
    """What the notice goes by; `test_a_room_without_internet` sees it on the screen."""
    port = sprint.server.settings.port
    answers = {
        host: httpx.get(f"{sprint.server.base}/api/me", headers={"Host": f"{host}:{port}"}).json()
        for host in ("127.0.0.1", "localhost", "192.168.7.20")
    }
    assert {host: answer["insecure"] for host, answer in answers.items()} == {
        "127.0.0.1": False,
        "localhost": False,
        "192.168.7.20": True,
    }
