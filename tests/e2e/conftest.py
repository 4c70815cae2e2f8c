"""Browser tests: one Chromium and one server for all, a sprint with a guide of its own for each.

After every test each window that took part must have been silent: nothing on the console, no request
to another host. When a test fails, what its people saw is left in `build/e2e/`.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from app.kit.config import Settings
from tests.conftest import free_port
from tests.e2e.browsers import ARGUMENTS, chromium
from tests.e2e.words import Sprint
from tests.servers import Server

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "e2e"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


@pytest.fixture(scope="package")
def built() -> None:
    """The interface as users get it."""
    if not (ROOT / "frontend" / "dist" / "index.html").is_file():
        pytest.fail("The interface is not built: run `make frontend` first.")


@pytest.fixture(scope="package")
def player() -> Generator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(player: Playwright) -> Generator[Browser]:
    """The one Chromium; every person has a context of their own in it."""
    started = player.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture(scope="package")
def server(built: None, tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A real server that began with an empty data folder; every test has guides of its own in it."""
    folder = tmp_path_factory.mktemp("server")
    settings = Settings(
        data_dir=folder / "data", host="127.0.0.1", port=free_port(), create="anyone"
    )
    settings.data_dir.mkdir()
    # As `make run` does it: the data folder is named from where the server is started.
    running = Server(settings, log=folder / "server.log", folder=folder, data_dir="data")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def sprint(
    browser: Browser, server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> Generator[Sprint]:
    """People who have come together; they leave at the end and must not have met an error."""
    if not server.runs:  # an earlier test that killed it came to no good end
        server.start()
    together = Sprint(browser, server, tmp_path)
    yield together
    failed = request.node.stash.get(FAILED, False)
    if failed:
        together.photograph(PICTURES, request.node.name)
    together.part()
    if not failed:
        together.was_quiet()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that the test failed, for the fixture that takes the pictures."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report
