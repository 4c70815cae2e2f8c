#!/usr/bin/env python3
"""Plays a small real sprint in the demo guide and keeps a picture of it for the README.

    .venv/bin/python -m scripts.picture [docs/pictures/sprint.png]

Needs the built interface (`make frontend`) and Chromium.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from app.kit.config import Settings
from tests.conftest import free_port
from tests.e2e.browsers import ARGUMENTS, chromium
from tests.e2e.words import SECOND, Person, Sprint
from tests.servers import Server

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "sprint.png"
MOST_BYTES = 300_000
CHAPTER = "Map your workplace"
OTHERS = {
    "Carla": "Start with a conversation",
    "Dev": "Know your rights online",
    "Mia": "Turn a list into a crowd",
}


def main(path: Path) -> int:
    """Take the picture."""
    with demo() as (server, link), sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        with tempfile.TemporaryDirectory() as folder:
            sprint = Sprint(browser, server, Path(folder))
            play(sprint, link).photograph(path)
            sprint.part()
    small(path)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")
    return 0


@contextmanager
def demo() -> Generator[tuple[Server, str]]:
    """A server with the demo guide, and the link of its facilitator."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data", port=free_port(), create="anyone")
        server = Server(settings, log=Path(folder) / "server.log")
        server.start("--demo")
        try:
            deadline = time.monotonic() + 60
            while "/join#" not in server.said():
                assert time.monotonic() < deadline, server.said()
                time.sleep(0.1)
            yield server, server.said().split()[-1]
        finally:
            server.stop()


def play(sprint: Sprint, link: str) -> Person:
    """Everybody comes, work is given out, three write in one chapter; returns who looks on."""
    ana = sprint.somebody("Ana")
    ana.opens_link(link)
    ana.gives_name()
    ana.is_in()
    ana.goes_to("Overview")
    ana.presses("Invite people")
    invitation = ana.makes_link()
    writers = {}
    for name in ("Ben", *OTHERS):
        writers[name] = sprint.somebody(name)
        writers[name].opens_link(invitation)
        writers[name].gives_name()
        writers[name].is_in()
    ana.sets_clock("Writing", 25)
    for name, chapter in {"Ben": CHAPTER, **OTHERS}.items():
        ana.assigns(chapter, name)
    ana.makes_task("Ask the museum about the map of 1912", whom="Ana", chapter=CHAPTER)
    ana.goes_to("Write")
    ana.opens(CHAPTER)
    for name, chapter in OTHERS.items():
        writers[name].opens(CHAPTER if name == "Carla" else chapter)
    ben, carla = writers["Ben"], writers["Carla"]
    ben.opens(CHAPTER)
    ana.page.mouse.move(720, 880)
    ben.puts_cursor_in("You cannot organize a workplace")
    carla.puts_cursor_in("Take a large sheet")
    ben.types(" Begin on paper, and keep the paper safe.")
    carla.types(" Ask the night shift too")
    for one in (ben, carla):
        ana.sees_text(" Ask the night shift too")
        ana.sees_caret_of(one.name)
        one.sees_saved()
    ana.sees_saved()
    expect(ana.page.get_by_role("region", name="Messages")).not_to_be_visible(timeout=15 * SECOND)
    # The names stand beside the carets for a moment after each has moved.
    ben.types(" ")
    carla.types(",")
    ana.sees_text(" Ask the night shift too,")
    ana.sees_caret_of("Ben")
    return ana


def small(path: Path) -> None:
    """As few bytes as a page of text needs."""
    with Image.open(path) as shot:
        few = shot.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    assert path.stat().st_size <= MOST_BYTES, f"{path} has {path.stat().st_size} bytes"


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE))
