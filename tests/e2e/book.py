"""What one does on the Book page: bring text in, take the book out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

A_WHILE = 60_000
"""Milliseconds a small book may take on a machine that does other things."""


class Book:
    """The part of a person that brings text in and takes the book out."""

    page: Page

    def brings_in(self, *files: Path) -> None:
        """Choose files and wait until they are chapters."""
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="Choose files").click()
        chooser.value.set_files([str(file) for file in files])
        came = self.page.get_by_text(re.compile(rf"^{len(files)} chapters? came in\.$"))
        expect(came).to_be_visible(timeout=A_WHILE)

    def makes_book(self) -> None:
        """Make EPUB and PDF and wait until both can be downloaded."""
        self.page.get_by_role("button", name="Make the book").click()
        for kind in ("EPUB", "PDF"):
            link = self.page.get_by_role("link", name=re.compile(f"^{kind}, "))
            expect(link.first).to_be_visible(timeout=A_WHILE)

    def downloads(self, kind: str, folder: Path) -> Path:
        """Download the newest EPUB or PDF; returns the file."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=re.compile(f"^{kind}, ")).first.click()
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path
