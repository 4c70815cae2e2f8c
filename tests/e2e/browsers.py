"""Chromium for the tests: how it is started, and what each window may not do."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

from scripts.system import find

ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Root, as in a container, has no sandbox to put a browser in.
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]
# What Chromium itself writes when an answer is a refusal or the line is cut.
OF_THE_NETWORK = ("Failed to load resource", "WebSocket connection to")


def chromium() -> Path:
    """The program; Debian's wrapper script reads files that a test must not depend on."""
    found = find("chromium")
    assert found, "Chromium is missing: `make test` installs it."
    return Path(found)


class Watch:
    """Notes what a page complains about and where it wants to go."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.complaints: list[str] = []
        self.of_the_network: list[str] = []
        self.abroad: list[str] = []

    def over(self, page: Page) -> None:
        """Begin watching `page`."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"{error}\n{error.stack or ''}"))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        where = self.of_the_network if message.text.startswith(OF_THE_NETWORK) else self.complaints
        where.append(message.text)

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self.host:
            self.abroad.append(request.url)
