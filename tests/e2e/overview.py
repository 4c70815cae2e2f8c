"""What a facilitator does: give out chapters and tasks, set the clock, make links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, expect

if TYPE_CHECKING:
    from playwright.sync_api import Page


class Overview:
    """The part of a person that runs the sprint."""

    page: Page

    def line_of(self, chapter: str) -> Locator:
        """The row of a chapter on the overview."""
        return self.page.get_by_role("row").filter(
            has=self.page.get_by_role("rowheader", name=chapter)
        )

    def assigns(self, chapter: str, name: str) -> int:
        """Give a chapter to somebody from the overview; returns the presses it took."""
        self.line_of(chapter).get_by_role("button", name=re.compile("Who writes")).click()
        picker = self.page.get_by_role("dialog", name=f"Who writes “{chapter}”")
        picker.get_by_role("button", name=re.compile(f"^{name}(?! is in charge)")).first.click()
        self.page.keyboard.press("Escape")
        return 2

    def makes_task(self, title: str, *, whom: str = "", chapter: str = "") -> None:
        """Make a task for somebody or for anyone."""
        self.page.get_by_role("button", name="New task", exact=True).click()
        form = self.page.get_by_role("dialog", name="A new task")
        form.get_by_label("What is to be done").fill(title)
        if whom:
            form.get_by_label("For whom").select_option(label=whom)
        if chapter:
            form.get_by_label("In which chapter").select_option(label=chapter)
        form.get_by_role("button", name="Make the task").click()
        expect(form).not_to_be_visible()

    def sets_clock(self, label: str, minutes: int) -> None:
        """Start the countdown on everybody's screen."""
        self.page.get_by_role("button", name="Set the clock").click()
        form = self.page.get_by_role("dialog", name="The clock on everyone’s screen")
        form.get_by_label("What the time is for").fill(label)
        form.get_by_role("button", name=f"+{minutes} min", exact=True).click()
        expect(form).not_to_be_visible()

    def makes_link(self, role: str = "Writer") -> str:
        """Make a link for a role in the dialog and read it off."""
        dialog = self.page.get_by_role("dialog", name="Invite people")
        dialog.get_by_role("radio", name=re.compile(f"^{role}")).check()
        dialog.get_by_role("button", name="Make the link").click()
        expect(dialog.get_by_role("img", name="QR code of this link")).to_be_visible()
        link = dialog.get_by_label(f"Link for a {role.lower()}").input_value()
        dialog.get_by_role("button", name="Close").click()
        return link
