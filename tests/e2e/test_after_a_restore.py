"""A backup is restored while browsers know more: their words are offered to those who wrote them."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.conftest import Databases
from tests.e2e.desk import KEPT
from tests.e2e.words import Person, Sprint
from tests.servers import Server

PUT_BACK = "Put them at the end of the text"


class Operator:
    """Makes a backup, and later puts a server on it at the address of the old one."""

    def __init__(self, server: Server, restored: Server, folder: Path) -> None:
        self.server = server
        self.restored = restored
        self._file = folder / "backup.zip"

    def makes_a_backup(self) -> None:
        done = self.server.run("backup", str(self._file))
        assert done.returncode == 0, done.stderr

    def restores_it(self) -> None:
        self.server.stop()
        done = self.restored.run("restore", str(self._file))
        assert done.returncode == 0, done.stderr
        self.restored.start()


@pytest.fixture
def operator(built: None, databases: Databases, tmp_path: Path) -> Generator[Operator]:
    first = Server(databases.migrated(tmp_path / "data"), log=tmp_path / "server.log")
    elsewhere = databases.empty(tmp_path / "again")
    again = elsewhere.model_copy(update={"port": first.settings.port})
    made = Operator(first, Server(again, log=tmp_path / "again.log"), tmp_path)
    first.start()
    yield made
    first.stop()
    made.restored.stop()


@pytest.fixture
def together(browser: Browser, operator: Operator, tmp_path: Path) -> Generator[Sprint]:
    """People at the operator's server."""
    sprint = Sprint(browser, operator.server, tmp_path)
    yield sprint
    sprint.part()
    sprint.was_quiet()


def offered(person: Person, words: str) -> Locator:
    """The words that are kept for somebody, in the chapter or wherever they are."""
    found = person.kept_words.filter(has_text=words)
    expect(found).to_be_visible(timeout=30_000)
    return found


def test_what_was_saved_after_the_backup_is_offered_in_the_open_page(
    together: Sprint, operator: Operator
) -> None:
    ana = together.facilitator("Ana", "One")
    ben = together.joins("Ben")
    ben.opens("One")
    ana.opens("One")
    ben.types("In the backup.")
    ben.sees_saved()
    operator.makes_a_backup()
    ben.begins_paragraph("Saved after it.")
    ben.sees_saved()
    ana.sees_text("Saved after it.")
    ben.goes_offline()
    ben.begins_paragraph("Never saved.")
    ben.sees_state(KEPT)
    operator.restores_it()
    ben.comes_back()
    notice = offered(ben, "Saved after it.")
    expect(notice).to_contain_text("Never saved.")
    expect(notice).to_contain_text("restored from a backup")
    # Nothing was merged by itself, and nobody is offered the words of others.
    assert together.newcomer_reads("One") == ["In the backup."]
    ana.waits_until(lambda: ana.reads() == ["In the backup."], within=30)
    assert not ana.kept_words.count()
    notice.get_by_role("button", name=PUT_BACK).click()
    ana.sees_text("Saved after it.", within=15)
    ben.sees_saved()
    expected = ["In the backup.", "Saved after it.", "Never saved."]
    assert [line for line in together.newcomer_reads("One") if line] == expected


def test_who_comes_back_later_finds_what_the_backup_lacks(
    together: Sprint, operator: Operator
) -> None:
    together.facilitator("Ana", "One", "Two")
    ben = together.joins("Ben")
    ben.opens("One")
    ben.types("In the backup.")
    ben.sees_saved()
    operator.makes_a_backup()
    ben.begins_paragraph("Saved after it.")
    ben.sees_saved()
    ben.page.close()
    operator.restores_it()
    ben.page = ben.context.new_page()
    ben.page.goto(together.address("book"))
    ben.is_told("Some of your words for “One” are kept for you.", within=30)
    ben.goes_to("Write")
    ben.opens("One")
    offered(ben, "Saved after it.")
    ben.reloads()
    notice = offered(ben, "Saved after it.")
    assert together.newcomer_reads("One") == ["In the backup."]
    notice.get_by_role("button", name=PUT_BACK).click()
    ben.sees_saved()
    ben.reloads()
    ben.sees_text("Saved after it.")
    expect(notice).to_be_hidden()


def test_a_chapter_that_is_newer_than_the_backup_is_offered_whole(
    together: Sprint, operator: Operator
) -> None:
    ana = together.facilitator("Ana", "One")
    ben = together.joins("Ben")
    operator.makes_a_backup()
    assert together.guide is not None
    together._ask(ana, f"/api/guides/{together.guide.slug}/chapters", {"title": "New"})
    ben.opens("New")
    ben.types("All of it.")
    ben.sees_saved()
    operator.restores_it()
    ben.is_told("Some of your words for “New” are kept for you.", within=40)
    ben.sees_chapters("One")
    ben.page.get_by_role("button", name="Not saved").first.click()
    offered(ben, "All of it.")
