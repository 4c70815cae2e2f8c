"""A whole small sprint: five people, one of them on a phone, from an empty guide to EPUB and PDF.

A lost connection and a power cut come in between, as they do.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.e2e.desk import KEPT
from tests.e2e.words import Person, Sprint

CHAPTERS = ("Why people organize", "Know your rights", "The first conversation")
BROUGHT = """---
title: Where to find help
---

Call the **hotline**, day and night.

## By borough

- Queens
- The Bronx
"""


def picture(colour: str) -> bytes:
    """A plain PNG."""
    kept = BytesIO()
    Image.new("RGB", (640, 400), colour).save(kept, "PNG")
    return kept.getvalue()


def starts(ana: Person, sprint: Sprint) -> str:
    """Start a guide, name its chapters and make a link; returns it."""
    ana.page.goto(sprint.server.base)
    ana.page.get_by_label("Title of the guide").fill("Organize!")
    ana.page.get_by_label("Your own name").fill("Ana")
    ana.presses("Start the guide")
    expect(ana.page.get_by_label("The facilitator’s link")).to_have_value(re.compile("/join#"))
    ana.page.get_by_role("link", name="Open the guide").click()
    ana.page.get_by_label("Titles of the chapters, one a line").fill("\n".join(CHAPTERS))
    ana.presses("Add 3 chapters")
    ana.sees_chapters(*CHAPTERS)
    ana.goes_to("Overview")
    ana.presses("Invite people")
    return ana.makes_link()


def test_a_whole_small_sprint(sprint: Sprint, tmp_path: Path) -> None:
    ana = sprint.somebody("Ana")
    link = starts(ana, sprint)

    # Four come by the link, Mia with her phone.
    ben, carla, dev, mia = (
        sprint.somebody(name, phone=name == "Mia") for name in ("Ben", "Carla", "Dev", "Mia")
    )
    for person in (ben, carla, dev, mia):
        person.opens_link(link)
        person.gives_name()
        person.is_in()

    # Work is given out and is there at once.
    ana.sets_clock("Writing", 45)
    ana.assigns("Know your rights", "Ben")
    ana.assigns("Know your rights", "Carla")
    ana.assigns("The first conversation", "Mia")
    ana.makes_task("Find a picture for the opening", whom="Dev", chapter="Why people organize")
    expect(ben.entry("Know your rights")).to_contain_text("yours", timeout=1000)
    for person in (ben, carla, dev, mia):
        clock = person.page.get_by_role("banner").get_by_text(re.compile(r"^4[45]:\d\d$"))
        expect(clock).to_be_visible()

    # Everybody writes.
    ben.opens("Know your rights")
    carla.opens("Know your rights")
    ben.types("## At work")
    ben.page.keyboard.press("Enter")
    ben.page.keyboard.type("You may talk about your pay.")
    carla.sees_text("You may talk about your pay.")
    carla.begins_paragraph("Nobody may punish you for it.")
    ben.sees_caret_of("Carla")
    mia.opens("The first conversation")
    mia.manuscript.tap()
    mia.types("Listen more than you talk.")
    mia.sees_saved()

    # Pictures, chosen and pasted.
    dev.opens("Why people organize")
    dev.types("Because alone one is small.")
    (tmp_path / "market.png").write_bytes(picture("#7fb069"))
    dev.puts_in_picture(tmp_path / "market.png")
    dev.sees_pictures(1)
    dev.manuscript.get_by_role("img").click()
    dev.manuscript.get_by_label("What the picture shows").fill("A market at noon.")
    dev.goes_to_end()
    dev.pastes_picture(picture("#e6aa68"))
    dev.sees_pictures(2)
    dev.sees_saved()
    dev.page.get_by_role("checkbox", name="Done: Find a picture for the opening").first.click()
    done = ana.page.get_by_role("region", name="Tasks of Dev")
    expect(done.get_by_role("checkbox")).to_be_checked(timeout=1000)

    # Ben loses the Wi-Fi, then the power goes for everybody; both go on.
    ben.goes_offline()
    ben.begins_paragraph("Write down what was said, and when.")
    ben.sees_state(KEPT)
    carla.begins_paragraph("Bring a witness.")
    carla.sees_saved()
    sprint.server.kill()
    carla.begins_paragraph("Keep copies at home.")
    mia.types(" Ask what matters to them.")
    carla.sees_state(KEPT)
    mia.sees_state(KEPT)
    sprint.server.start()
    ben.comes_back()
    for person in (ben, carla, mia):
        person.sees_saved(within=20)
    ben.sees_text("Keep copies at home.")
    carla.sees_text("Write down what was said, and when.")
    assert ben.reads() == carla.reads()
    assert sorted(ben.reads()) == [
        "At work",
        "Bring a witness.",
        "Keep copies at home.",
        "Nobody may punish you for it.",
        "Write down what was said, and when.",
        "You may talk about your pay.",
    ]

    # A text that was there before comes in; the book goes out.
    (tmp_path / "help.md").write_text(BROUGHT)
    ana.goes_to("Book")
    ana.brings_in(tmp_path / "help.md")
    ben.sees_chapters(*CHAPTERS, "Where to find help", within=3)
    ana.makes_book()
    is_the_book(ana.downloads("EPUB", tmp_path), ana.downloads("PDF", tmp_path))


def is_the_book(epub: Path, pdf: Path) -> None:
    """Both files are what they say, and hold what everybody wrote."""
    with zipfile.ZipFile(epub) as archive:
        assert archive.read("mimetype") == b"application/epub+zip"
        names = archive.namelist()
        text = "".join(archive.read(name).decode() for name in names if name.endswith("xhtml"))
        assert sum(name.endswith((".png", ".jpg", ".jpeg", ".webp")) for name in names) >= 2
    assert pdf.read_bytes().startswith(b"%PDF-")
    pages = " ".join(page.extract_text() for page in PdfReader(pdf).pages)
    for words in (
        "You may talk about your pay",
        "Bring a witness",
        "Keep copies at home",
        "Write down what was said",
        "Listen more than you talk. Ask what matters to them",
        "Because alone one is small",
        "day and night",
    ):
        assert words in text
        assert words in " ".join(pages.split())
