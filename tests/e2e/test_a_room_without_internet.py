"""On plain HTTP in a local network everything works, and a notice says who could read along.

The browser gives such a page less: no clipboard, no secure context. Nothing may rely on them.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest
from playwright.sync_api import expect

from app.kit.config import Settings
from app.kit.serving import lan_address
from tests.conftest import free_port
from tests.e2e.desk import KEPT
from tests.e2e.words import Sprint
from tests.servers import Server


@pytest.fixture(scope="module")
def server(built: None, tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A server as `make run LAN=1` starts it."""
    address = lan_address()
    if address is None:
        pytest.skip("this machine has no address in a local network")
    folder, port = tmp_path_factory.mktemp("room"), free_port()
    settings = Settings(
        data_dir=folder, port=port, base_url=f"http://{address}:{port}", create="anyone"
    )
    running = Server(settings, log=folder / "server.log", lan="1")
    running.start()
    yield running
    running.stop()


def test_joining_writing_and_keeping_words_work_on_plain_http(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "One")
    assert not ana.page.evaluate("() => isSecureContext")
    mia = sprint.somebody("Mia", phone=True)
    mia.opens_link(sprint.link())
    expect(mia.page.get_by_role("note")).to_contain_text("could read along")
    mia.gives_name()
    mia.is_in()
    mia.opens("One")
    mia.types("In the room.")
    mia.sees_saved()
    ana.opens("One")
    ana.sees_text("In the room.")
    ana.sees_caret_of("Mia")
    mia.goes_offline()
    mia.types(" On the stairs.")
    mia.sees_state(KEPT)
    mia.comes_back()
    mia.sees_saved()
    ana.sees_text("In the room. On the stairs.")


def test_a_link_can_be_copied_without_a_clipboard(sprint: Sprint) -> None:
    ana = sprint.facilitator("Ana", "One")
    ana.goes_to("Overview")
    ana.presses("Invite people")
    ana.page.get_by_role("button", name="Make the link").click()
    ana.page.get_by_role("dialog").get_by_role("button", name="Copy", exact=True).click()
    ana.is_told("The link is copied.")
