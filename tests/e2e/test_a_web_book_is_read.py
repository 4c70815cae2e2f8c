"""A web book from a plain web server: read without scripts, searched with them, kept for offline."""

from __future__ import annotations

import asyncio
import re
import threading
import zipfile
from collections.abc import Generator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e.browsers import Watch
from tests.e2e.words import LAPTOP, PHONE
from tests.exporting.books import read_folder
from tests.exporting.conftest import SAMPLE, make

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RIGHTS = "know-your-rights-online.html"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests say what was asked."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample guide as a web book, unpacked."""
    folder = tmp_path_factory.mktemp("web")
    keep = folder / "pictures"
    keep.mkdir()

    def write() -> None:
        async def written() -> Path:
            read, _ = await read_folder(SAMPLE, keep, title="Organizing Together Online")
            return (await make(read, folder, "web")).files[0].path

        # A loop of its own: Playwright's runs in this thread.
        zipfile.ZipFile(asyncio.run(written())).extractall(folder / "site")

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    return folder / "site"


@pytest.fixture(scope="module")
def address(book: Path) -> Generator[str]:
    """A plain web server with the book in a folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(book)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def fine(page: Page, what: str) -> None:
    """axe finds nothing, in light and dark; nothing sticks out at the side."""
    for light in ("light", "dark"):
        page.emulate_media(color_scheme=light)
        found = page.evaluate("async () => (await axe.run(document)).violations")
        short = [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]
        assert short == [], f"{what}, {light}"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, what


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["1440", "360"])
def test_every_page_is_for_everybody(browser: Browser, address: str, size: ViewportSize) -> None:
    # Only axe is let past the policy; the other tests are bound by it.
    context = browser.new_context(viewport=size, bypass_csp=True)
    page = context.new_page()
    for name in (
        "index.html",
        RIGHTS,
        "map-your-workplace.html",
        "search.html?q=union",
        "about.html",
    ):
        page.goto(address + name)
        if "?" in name:
            expect(page.locator(".found li").first).to_be_visible()
        page.add_script_tag(path=AXE)
        fine(page, name)
    context.close()


def test_it_is_read_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("link", name="Know your rights online").click()
    expect(page.get_by_role("heading", level=1, name="Know your rights online")).to_be_visible()
    page.locator("a.footnote-ref").first.click()
    expect(page).to_have_url(re.compile(r"#note\.1$"))
    page.locator("a.footnote-back").first.click()
    expect(page).to_have_url(re.compile(r"#noteref\.1$"))
    page.locator("a[rel=next]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Choose and protect")
    page.get_by_role("searchbox").fill("union")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_text("Search needs JavaScript")).to_be_visible()
    expect(page.get_by_role("link", name="Know your rights online")).to_be_visible()
    context.close()


def test_search_leads_to_the_section(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    watch = Watch(address.split("/")[2])
    watch.over(page)
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.get_by_role("searchbox").fill("concérted ACTIV")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Places with “concérted ACTIV”: 1")).to_be_visible()
    expect(page.locator("mark").first).to_have_text("concerted")
    page.get_by_role("link", name="Know your rights online › Which law protects you").click()
    expect(page).to_have_url(f"{address}{RIGHTS}#which-law-protects-you")
    page.goto(f"{address}search.html?q=%3Cimg+src%3Dx%3E")
    expect(page.get_by_text("Nothing was found for “<img src=x>”")).to_be_visible()
    assert (watch.complaints, watch.abroad, watch.of_the_network) == ([], [], [])
    context.close()


def test_it_is_kept_for_reading_offline_and_given_up_again(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Keep this book for reading offline").click()
    expect(page.get_by_text("can be read offline")).to_be_visible()
    context.set_offline(True)
    page.goto(address + RIGHTS)
    expect(page.get_by_role("heading", level=1, name="Know your rights online")).to_be_visible()
    page.goto(f"{address}search.html?q=union")
    expect(page.locator(".found li").first).to_be_visible()
    page.goto(f"{address}map-your-workplace.html")
    shown = page.locator("figure img").first
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("image => image.naturalWidth") > 0
    context.set_offline(False)
    page.goto(address)
    page.get_by_role("button", name="Remove it from this device").click()
    expect(page.get_by_role("button", name="Keep this book for reading offline")).to_be_visible()
    assert page.evaluate("caches.keys()") == []
    context.close()
