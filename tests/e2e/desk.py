"""What one does at the desk: open a chapter, write, see whether it is safe and who else is there."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, TimeoutError, expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

SAVED = "Saved"
SAVING = "Saving…"
KEPT = "Kept on this device, waiting for the network"
NOT_SAVED = "Not saved, copy your text"
STATES = (SAVED, SAVING, KEPT, NOT_SAVED)
# Runs in every page: notes each set of save states that was ever on the screen together.
LISTEN = f"""
window.told = [];
const look = () => {{
  const found = [];
  for (const bar of document.querySelectorAll('header')) {{
    const walker = document.createTreeWalker(bar, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {{
      const words = walker.currentNode.data.trim();
      if ({list(STATES)!r}.includes(words)) found.push(words);
    }}
  }}
  if (String(found) !== String(window.told.at(-1) ?? [])) window.told.push(found);
}};
new MutationObserver(look).observe(document, {{
  subtree: true, childList: true, characterData: true,
}});
"""


class Desk:
    """The part of a person that writes."""

    page: Page
    narrow: bool

    def waits_for(self, holds: str, what: str, within: float = 5) -> None:
        """Wait in the page, at most so long, until a function of `what` says yes.

        Playwright looks again after 0.1, 0.35, 0.85, 1.85… seconds, and there are hundreds of such
        looks in these tests. What it then says about the page still counts, not this.
        """
        with contextlib.suppress(TimeoutError):
            self.page.wait_for_function(holds, arg=what, timeout=within * 1000)

    @property
    def contents(self) -> Locator:
        """The table of contents that is in sight."""
        return self.page.get_by_role("navigation", name="Table of contents")

    @property
    def manuscript(self) -> Locator:
        """The text of the open chapter."""
        return self.page.get_by_role("textbox", name=re.compile("^Text of "))

    def shows_contents(self) -> None:
        """Have the table of contents in sight, also on a phone."""
        if self.narrow:
            self.page.get_by_role("button", name="Contents").click()
        expect(self.contents).to_be_visible()

    def entry(self, chapter: str) -> Locator:
        """The line of a chapter in the contents."""
        return self.contents.get_by_role("link", name=re.compile(f"^{re.escape(chapter)}"))

    def opens(self, chapter: str) -> None:
        """Open a chapter from the contents and wait for its text."""
        self.shows_contents()
        self.entry(chapter).click()
        name = f"Text of {chapter}"
        self.waits_for(
            "name => [...document.querySelectorAll('[role=textbox]')].some(e => e.ariaLabel === name)",
            name,
        )
        expect(self.manuscript).to_have_accessible_name(name)

    def sees_chapters(self, *titles: str, within: float = 1.0) -> None:
        """See exactly these chapters in this order, within seconds."""
        pattern = [re.compile(f"^{re.escape(title)}(yours)?$") for title in titles]
        expect(self.contents.get_by_role("link")).to_have_text(pattern, timeout=within * 1000)

    def asks_of_chapter(self, chapter: str, what: str) -> None:
        """Choose from the menu of a chapter."""
        self.shows_contents()
        self.entry(chapter).hover()
        self.contents.get_by_role("button", name=f"Actions for {chapter}").click()
        self.page.get_by_role("menu").get_by_role("menuitem", name=what).click()

    # --- the text --------------------------------------------------------------------------------

    def puts_cursor_in(self, words: str, *, end: bool = True) -> None:
        """Click into the block with these words, and go to its end or beginning."""
        block = self.manuscript.get_by_text(words).first
        width, height = block.evaluate("e => [e.offsetWidth, e.offsetHeight]")
        last = {"x": width - 2, "y": height - 6}
        block.click(position=last if end else {"x": 2, "y": 6})
        self.page.keyboard.press("End" if end else "Home")

    def goes_to_end(self) -> None:
        """Put the cursor at the end of the chapter."""
        self.manuscript.focus()
        self.page.keyboard.press("Control+End")

    def types(self, words: str, *, delay: float = 0) -> None:
        """Type at the cursor, key by key; the first time at the end of the chapter."""
        if not self.manuscript.evaluate("e => e.contains(document.activeElement)"):
            self.goes_to_end()
        self.page.keyboard.type(words, delay=delay)

    def begins_paragraph(self, words: str) -> None:
        """Type a new paragraph at the end of the chapter."""
        self.goes_to_end()
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(words)

    def pastes(self, *, html: str = "", text: str = "") -> None:
        """Copy something elsewhere and paste it at the cursor."""
        self.page.evaluate(
            """async ([html, text]) => {
                const as = (words, type) => new Blob([words], { type });
                const kinds = { 'text/plain': as(text || html, 'text/plain') };
                if (html) kinds['text/html'] = as(html, 'text/html');
                await navigator.clipboard.write([new ClipboardItem(kinds)]);
            }""",
            [html, text],
        )
        self.page.keyboard.press("Control+V")

    def pastes_picture(self, picture: bytes) -> None:
        """Copy a picture elsewhere and paste it at the cursor."""
        self.page.evaluate(
            """async (bytes) => {
                const picture = new Blob([new Uint8Array(bytes)], { type: 'image/png' });
                await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
            }""",
            list(picture),
        )
        self.page.keyboard.press("Control+V")

    def puts_in_picture(self, file: Path) -> None:
        """Choose a picture from the device."""
        tools = self.page.get_by_role("toolbar", name="Formatting")
        with self.page.expect_file_chooser() as chooser:
            tools.get_by_role("button", name="Put in").click()
            self.page.get_by_role("menuitem", name="Picture").click()
        chooser.value.set_files(file)

    def sees_pictures(self, number: int, within: float = 10) -> None:
        """See so many pictures, each really drawn and none kept inside the text."""
        pictures = self.manuscript.get_by_role("img")
        expect(pictures).to_have_count(number, timeout=within * 1000)
        for picture in pictures.all():
            expect(picture).to_have_attribute("src", re.compile(r"^/api/guides/.+/assets/"))
            expect(picture).to_have_js_property("complete", value=True)
            assert picture.evaluate("e => e.naturalWidth") > 0

    def reads(self) -> list[str]:
        """The blocks of the chapter, as far as they have words."""
        expect(self.manuscript).to_be_visible()
        blocks: list[str] = self.manuscript.evaluate(
            "e => [...e.children].map(block => block.innerText.trim()).filter(Boolean)"
        )
        return blocks

    def sees_text(self, words: str, within: float = 5) -> None:
        """See words in the chapter, within seconds."""
        self.waits_for(
            """words => [...document.querySelectorAll('[role=textbox]')].some(
                e => e.textContent.includes(words))""",
            words,
            within,
        )
        expect(self.manuscript).to_contain_text(words, timeout=within * 1000)

    @property
    def kept_words(self) -> Locator:
        """The notice of words of one's own that are not in the chapter."""
        return self.page.get_by_role("alert", name="Words that are not in the chapter")

    # --- safe or not -----------------------------------------------------------------------------

    def save_states(self) -> list[str]:
        """Every sentence about the text's safety that is on the screen."""
        bar = self.page.get_by_role("banner").first
        return [state for state in STATES if bar.get_by_text(state, exact=True).is_visible()]

    def sees_state(self, state: str, within: float = 10) -> None:
        """Be told this about one's words, within seconds."""
        self.waits_for(
            """state => [...document.querySelectorAll('header')].some(
                e => e.innerText.includes(state))""",
            state,
            within,
        )
        bar = self.page.get_by_role("banner").first
        expect(bar.get_by_text(state, exact=True)).to_be_visible(timeout=within * 1000)

    def has_been_told(self) -> list[list[str]]:
        """Every set of sentences about the text's safety since the page was opened, in order."""
        told: list[list[str]] = self.page.evaluate("() => window.told")
        return told

    def sees_saved(self, within: float = 10) -> None:
        """Be told that the words are on the server's disk."""
        self.sees_state(SAVED, within)

    # --- the others ------------------------------------------------------------------------------

    def caret_of(self, name: str) -> Locator:
        """Where another writes. Carets are hidden from roles on purpose, so this one is a selector."""
        return self.manuscript.locator(f'[aria-hidden="true"][data-name="{name}"]')

    def sees_caret_of(self, name: str, within: float = 5) -> None:
        """See where another writes, with the name."""
        caret = self.caret_of(name)
        expect(caret).to_have_count(1, timeout=within * 1000)
        # The editor draws it anew at every step; what is looked at may just have been taken away.
        self.page.wait_for_function(
            """name => [...document.querySelectorAll('[aria-hidden="true"][data-name]')].some(
                e => ['::before', '::after'].some(
                    p => getComputedStyle(e, p).content.includes(name)))""",
            arg=name,
            timeout=within * 1000,
        )
