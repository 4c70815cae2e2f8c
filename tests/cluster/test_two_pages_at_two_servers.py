"""The pages as people get them, one at each of two servers: they write together, and neither the end
of Redis nor that of a server costs a word."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.cluster.redis_server import Redis
from tests.cluster.test_servers_are_killed import Cluster, cluster
from tests.e2e.browsers import ARGUMENTS, chromium
from tests.e2e.desk import KEPT, SAVED
from tests.people_at_work import token_of
from tests.servers import Server

__all__ = ["cluster"]
BUILT = Path(__file__).parents[2] / "frontend" / "dist" / "index.html"


@pytest.fixture
def browser() -> Generator[Browser]:
    assert BUILT.is_file(), "The interface is not built: run `make frontend` first."
    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield started
        started.close()


def _begin(server: Server) -> tuple[str, list[dict[str, str]]]:
    """A guide with one chapter: the chapter's path, and a session for each of two people."""
    people: list[dict[str, str]] = []
    with httpx.Client(base_url=server.base, timeout=20) as fay:
        made = fay.post("/api/guides", json={"title": "Together", "name": "Fay"}).json()
        at = f"/api/guides/{made['slug']}"
        chapter = fay.post(f"{at}/chapters", json={"title": "One"}).json()
        link = fay.post(f"{at}/invitations", json={"role": "writer"}).json()["link"]
        people.append(dict(fay.cookies))
    with httpx.Client(base_url=server.base, timeout=20) as ben:
        ben.post("/api/join", json={"token": token_of(link), "name": "Ben"}).raise_for_status()
        people.append(dict(ben.cookies))
    return f"/g/{made['slug']}/c/{chapter['id']}", people


def _opens(browser: Browser, server: Server, path: str, session: dict[str, str]) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies(
        [{"name": name, "value": value, "url": server.base} for name, value in session.items()]
    )
    page = context.new_page()
    page.goto(server.base + path)
    expect(_text(page)).to_be_visible(timeout=20_000)
    return page


def _text(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("^Text of "))


def _writes(page: Page, words: str) -> None:
    _text(page).press("ControlOrMeta+End")
    page.keyboard.press("Enter")
    page.keyboard.type(words)


def _says(page: Page, state: str) -> None:
    expect(page.get_by_role("banner").get_by_text(state, exact=True)).to_be_visible(timeout=20_000)


def test_they_write_together_through_every_trouble(
    cluster: Cluster, redis: Redis, browser: Browser
) -> None:
    cluster.start()
    path, (fay, ben) = _begin(cluster.servers[0])
    one = _opens(browser, cluster.servers[0], path, fay)
    two = _opens(browser, cluster.servers[1], path, ben)
    _writes(one, "From the first.")
    expect(_text(two)).to_contain_text("From the first.")
    _writes(two, "From the second.")
    expect(_text(one)).to_contain_text("From the second.")
    expect(one.get_by_role("img", name="Ben").first).to_be_visible()

    redis.kill()
    _writes(one, "Without Redis.")
    expect(_text(two)).to_contain_text("Without Redis.", timeout=10_000)
    redis.start()

    cluster.servers[1].kill()
    _writes(two, "Without a server.")
    _says(two, KEPT)
    _writes(one, "Meanwhile.")
    _says(one, SAVED)
    cluster.servers[1].start()
    _says(two, SAVED)
    for page in (one, two):
        expect(_text(page)).to_contain_text("Without a server.", timeout=20_000)
        expect(_text(page)).to_contain_text("Meanwhile.", timeout=20_000)
    # An empty last line is written as a newline more where the caret stands.
    words = [_text(page).inner_text().split() for page in (one, two)]
    assert words[0] == words[1]
