"""Two people in one chapter: both see both at work, and neither a cable nor a crash costs a word."""

from __future__ import annotations

from tests.e2e.desk import KEPT
from tests.e2e.words import Person, Sprint


def test_they_see_each_others_words_and_carets(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "At the bus stop")
    ben = sprint.joins("Ben")
    ana.opens("At the bus stop")
    ben.opens("At the bus stop")
    ana.types("The first bus leaves at five.")
    ben.sees_text("The first bus leaves at five.")
    ben.sees_caret_of("Ana")
    ben.begins_paragraph("Drivers talk there.")
    ana.sees_text("Drivers talk there.")
    ana.sees_caret_of("Ben")
    ana.sees_saved()
    ben.sees_saved()


def test_what_both_write_while_one_is_offline_is_whole_when_he_comes_back(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "At the bus stop")
    ben = sprint.joins("Ben")
    ana.opens("At the bus stop")
    ana.types("One line for both.")
    ben.opens("At the bus stop")
    ben.sees_text("One line for both.")
    ben.goes_offline()
    ben.begins_paragraph("Ben, in the tunnel.")
    ben.sees_state(KEPT)
    ana.begins_paragraph("Ana, on the square.")
    ana.sees_saved()
    assert "Ben, in the tunnel." not in ana.reads()
    assert "Ana, on the square." not in ben.reads()
    ben.comes_back()
    ben.sees_saved()
    ana.sees_text("Ben, in the tunnel.")
    ben.sees_text("Ana, on the square.")
    assert ana.reads() == ben.reads() == sprint.newcomer_reads("At the bus stop")
    assert sorted(ana.reads()) == [
        "Ana, on the square.",
        "Ben, in the tunnel.",
        "One line for both.",
    ]


def test_a_reload_without_network_keeps_the_words(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "At the bus stop")
    ben = sprint.joins("Ben")
    ben.opens("At the bus stop")
    ben.types("Written before the tunnel.")
    ben.sees_saved()
    ben.goes_offline()
    ben.types(" Written inside it.")
    ben.sees_state(KEPT)
    ben.comes_back()
    ben.reloads()
    ben.sees_text("Written before the tunnel. Written inside it.")
    ben.sees_saved()
    assert sprint.newcomer_reads("At the bus stop") == [
        "Written before the tunnel. Written inside it."
    ]


def test_a_page_opens_without_a_server_and_its_words_go_out_later(sprint: Sprint) -> None:
    sprint.facilitator("Ana", "At the bus stop", "Breaks")
    ben = sprint.joins("Ben")
    ben.opens("At the bus stop")
    ben.types("Written before.")
    ben.sees_saved()
    ben.waits_until(lambda: kept_pages(ben) >= 4)
    sprint.server.kill()
    ben.reloads()
    ben.sees_text("Written before.", within=15)
    ben.types(" Written without.")
    ben.sees_state(KEPT, within=15)
    ben.reloads()
    ben.sees_text("Written before. Written without.", within=15)
    ben.sees_state(KEPT, within=15)
    sprint.server.start()
    ben.sees_saved(within=20)
    assert sprint.newcomer_reads("At the bus stop") == ["Written before. Written without."]


def kept_pages(person: Person) -> int:
    """How much of what the server said about the guide this browser keeps."""
    return person.page.evaluate(
        """async () => {
            if (!navigator.serviceWorker.controller) return 0
            return (await (await caches.open('guides')).keys()).length
        }"""
    )


def test_a_crash_of_the_server_merges_without_asking(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "At the bus stop")
    ben = sprint.joins("Ben")
    ana.opens("At the bus stop")
    ben.opens("At the bus stop")
    ana.types("Ana begins.")
    ben.sees_text("Ana begins.")
    sprint.server.kill()
    ana.begins_paragraph("Ana goes on without a server.")
    ben.begins_paragraph("So does Ben.")
    ana.sees_state(KEPT)
    ben.sees_state(KEPT)
    sprint.server.start()
    ana.sees_saved(within=15)
    ben.sees_saved(within=15)
    ana.sees_text("So does Ben.")
    ben.sees_text("Ana goes on without a server.")
    assert ana.reads() == ben.reads() == sprint.newcomer_reads("At the bus stop")
    assert len(ana.reads()) == 3
