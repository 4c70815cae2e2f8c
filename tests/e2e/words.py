"""The words of these tests: a sprint, and the people in it, each before a screen of their own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.e2e.book import Book
from tests.e2e.browsers import Watch
from tests.e2e.desk import LISTEN, Desk
from tests.e2e.overview import Overview
from tests.servers import Server

LAPTOP: ViewportSize = {"width": 1440, "height": 900}
TABLET: ViewportSize = {"width": 1024, "height": 768}
PHONE: ViewportSize = {"width": 360, "height": 740}
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SECOND = 1000
"""In milliseconds, as Playwright counts."""


class Person(Desk, Overview, Book):
    """Somebody before a screen: reads `page`, presses and types as people do."""

    def __init__(self, name: str, context: BrowserContext, base: str, size: ViewportSize) -> None:
        self.name = name
        self.context = context
        self.base = base
        self.size = size
        self.watch = Watch(urlsplit(base).netloc)
        context.set_default_timeout(10 * SECOND)
        context.on("page", self.watch.over)
        context.add_init_script(LISTEN)
        if urlsplit(base).hostname == "127.0.0.1":  # elsewhere plain HTTP has no clipboard
            context.grant_permissions(["clipboard-read", "clipboard-write"], origin=base)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10 * SECOND)

    # --- coming and going ------------------------------------------------------------------------

    def opens_link(self, link: str) -> None:
        """Open a link or scan a code."""
        self.page.goto(link)

    def gives_name(self, name: str = "") -> None:
        """Type a name into the one field and press the one button."""
        self.page.get_by_label("Your name").fill(name or self.name)
        self.page.get_by_role("button", name="Join", exact=True).click()

    def is_in(self) -> None:
        """See the guide."""
        self.waits_for(
            "name => [...document.querySelectorAll('button')].some(e => e.textContent.includes(name))",
            f"You: {self.name}",
        )
        expect(self.page.get_by_role("button", name=f"You: {self.name}")).to_be_visible()

    def goes_to(self, page: str) -> None:
        """Go to a page of the guide: Write, Overview or Book."""
        if self.narrow:
            self.page.get_by_role("button", name="Contents").click()
        link = self.page.get_by_role("navigation", name="Pages of the guide")
        link.get_by_role("link", name=page, exact=True).click()

    def goes_offline(self) -> None:
        """Lose the network."""
        self.context.set_offline(True)

    def comes_back(self) -> None:
        """Have the network again."""
        self.context.set_offline(False)

    def reloads(self) -> None:
        """Press reload."""
        self.page.reload()

    # --- the page as a whole ---------------------------------------------------------------------

    @property
    def narrow(self) -> bool:
        """Whether the sides are sheets on this screen."""
        return self.size["width"] < 56 * 16

    def turns_to(self, size: ViewportSize) -> None:
        """Have a screen of another size, as when a phone's keyboard opens."""
        self.size = size
        self.page.set_viewport_size(size)

    def is_told(self, words: str | re.Pattern[str], within: float = 5) -> None:
        """Read a short message."""
        messages = self.page.get_by_role("region", name="Messages")
        expect(messages.get_by_text(words).first).to_be_visible(timeout=within * SECOND)

    def waits_until(self, holds: Callable[[], bool], within: float = 5) -> None:
        """Look again and again until something holds, at most this many seconds."""
        deadline = time.monotonic() + within
        while not holds():
            assert time.monotonic() < deadline, "It did not come true in time."
            self.page.wait_for_timeout(20)

    def presses(self, button: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def undoes(self) -> None:
        """Press the Undo of the last message."""
        messages = self.page.get_by_role("region", name="Messages")
        messages.get_by_role("button", name="Undo").last.click()

    def photograph(self, path: Path) -> None:
        """Keep what is on the screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path)


@dataclass
class Guide:
    """What the tests know of a guide without looking."""

    slug: str
    title: str
    facilitator_link: str


class Sprint:
    """One guide on the server, and everybody who takes part in it."""

    def __init__(self, browser: Browser, server: Server, folder: Path) -> None:
        self.browser = browser
        self.server = server
        self.folder = folder
        self.everybody: list[Person] = []
        self.guide: Guide | None = None
        self._links: dict[str, str] = {}

    def somebody(
        self,
        name: str,
        *,
        size: ViewportSize = LAPTOP,
        phone: bool = False,
        axe: bool = False,
    ) -> Person:
        """A person with a browser nobody has used, on an empty page.

        `axe` lets the page be examined: the strict policy of the server would keep axe out.
        """
        context = self.browser.new_context(
            viewport=PHONE if phone else size,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="light",
            locale="en-GB",
            reduced_motion="reduce",
            bypass_csp=axe,
        )
        if axe:
            context.add_init_script(path=AXE)
        person = Person(name, context, self.server.base, PHONE if phone else size)
        self.everybody.append(person)
        return person

    def facilitator(
        self,
        name: str,
        *chapters: str,
        title: str = "Know your rights",
        size: ViewportSize = LAPTOP,
        axe: bool = False,
    ) -> Person:
        """Somebody who has just started a guide with these chapters and looks at it."""
        person = self.somebody(name, size=size, phone=size is PHONE, axe=axe)
        made = self._ask(person, "/api/guides", {"title": title, "name": name})
        self.guide = Guide(made["slug"], title, made["facilitator_link"])
        for chapter in chapters:
            self._ask(person, f"/api/guides/{made['slug']}/chapters", {"title": chapter})
        person.page.goto(f"{self.server.base}/g/{made['slug']}")
        person.is_in()
        return person

    def link(self, role: str = "writer") -> str:
        """A link for that role, made by the facilitator."""
        if role not in self._links:
            assert self.guide is not None
            path = f"/api/guides/{self.guide.slug}/invitations"
            self._links[role] = self._ask(self.everybody[0], path, {"role": role})["link"]
        return self._links[role]

    def joins(
        self, name: str, role: str = "writer", *, size: ViewportSize = LAPTOP, phone: bool = False
    ) -> Person:
        """Somebody opens a link, types a name, and is in."""
        person = self.somebody(name, size=size, phone=phone)
        person.opens_link(self.link(role))
        person.gives_name()
        person.is_in()
        return person

    def newcomer_reads(self, chapter: str) -> list[str]:
        """The paragraphs that the server gives to somebody who has never been here."""
        reader = self.joins(f"Newcomer {len(self.everybody)}", "reader")
        reader.opens(chapter)
        return reader.reads()

    def _ask(self, person: Person, path: str, body: dict[str, object]) -> dict[str, str]:
        answer = person.context.request.post(self.server.base + path, data=body)
        assert answer.ok, answer.text()
        made: dict[str, str] = answer.json()
        return made

    def address(self, page: str = "") -> str:
        """The address of a page of the guide: "", "overview" or "book"."""
        assert self.guide is not None
        return "/".join(filter(None, [self.server.base, "g", self.guide.slug, page]))

    # --- the end ---------------------------------------------------------------------------------

    def photograph(self, folder: Path, name: str) -> None:
        """Keep what everybody saw."""
        for person in self.everybody:
            person.photograph(folder / f"{name}-{person.name}.png")

    def part(self) -> None:
        """Everybody closes their browser."""
        for person in self.everybody:
            person.context.close()

    def was_quiet(self) -> None:
        """Nobody's browser complained or went abroad."""
        for person in self.everybody:
            assert not person.watch.complaints, f"{person.name}: {person.watch.complaints}"
            assert not person.watch.abroad, f"{person.name}: {person.watch.abroad}"
