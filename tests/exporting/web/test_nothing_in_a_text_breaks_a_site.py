"""Hostile words are words on every page of a web book, in its search and in its service worker."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from app.exporting.book import Contributor, Picture
from app.exporting.web import fragments, markup
from app.kit.converters import ConversionFailed
from app.manuscript.tree import Text
from tests.exporting import fuzzing
from tests.exporting.conftest import needs
from tests.exporting.test_nothing_in_a_text_breaks_a_book import BAD
from tests.exporting.web.sites import Site, chapter, site_of
from tests.exporting.web.test_the_web_book_is_whole import VNU
from tests.manuscript.trees import mark, node, p

NASTY = "</title><script>owned()</script>'\"&{{ 7*7 }}<!-- \u202e"


def harmless(site: Site) -> None:
    """No element, attribute or address that is not ours."""
    for name, page in site.pages.items():
        scripts = [
            values
            for tag, values in page.elements
            if tag in {"script", "iframe", "object", "style"}
        ]
        assert [list(values) for values in scripts] == [["src", "defer"]], name
        for _, values in page.elements:
            assert not [key for key in values if key.startswith("on") or key in {"style", "srcdoc"}]
        for _, address in page.addresses:
            assert re.match(r"https?://|mailto:|tel:|#|[\w./-]+", address), f"{name}: {address}"
            assert not address.lower().lstrip().startswith(("javascript:", "data:", "file:"))


def checked(site: Site, folder: Path) -> None:
    """Without an error by the checker of the W3C, where it is installed."""
    needs("java")
    if not VNU.is_file():
        pytest.skip("vnu-jar is not installed")
    folder.mkdir()
    for name in site.pages:
        (folder / name).write_bytes(site.files[name])
    found = subprocess.run(
        ["java", "-Xss8m", "-jar", VNU, "--errors-only", *sorted(folder.glob("*.html"))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stderr == ""


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    path = tmp_path / "ok.png"
    Image.new("RGB", (20, 10)).save(path)
    return Picture(path, "image/png", 20, 10, "b" * 64)


async def test_every_known_bad_text_is_a_page(tmp_path: Path, picture: Picture) -> None:
    chapters = [chapter(f"{at:04}", name, *blocks) for at, (name, blocks) in enumerate(BAD.items())]
    site = await site_of(tmp_path, *chapters, pictures={"ok": picture})
    assert len(site.chapters) == len(BAD)
    assert "chapter_failed" not in site.findings
    harmless(site)
    checked(site, tmp_path / "site")


async def test_random_chapters_are_pages(tmp_path: Path, picture: Picture) -> None:
    writer = fuzzing.Writer(7)
    chapters = [
        chapter(f"{at:04}", writer.words(), *(writer.block() for _ in range(8))) for at in range(25)
    ]
    site = await site_of(tmp_path, *chapters, pictures={"ok": picture, "c1": picture})
    assert "chapter_failed" not in site.findings
    harmless(site)
    checked(site, tmp_path / "site")


async def test_titles_and_names_are_words(tmp_path: Path, picture: Picture) -> None:
    figure = node("figure", Text(NASTY), asset="ok", alt=NASTY, credit=NASTY)
    blocks = [
        node("heading", Text(NASTY)),
        figure,
        p(Text(NASTY, (mark("link", href="https://e.org/?a=b&c"),))),
    ]
    site = await site_of(
        tmp_path, chapter("a", NASTY, *blocks, part=NASTY, topics=(NASTY,)),
        title=NASTY, subtitle=NASTY, region=NASTY, licence=NASTY, pictures={"ok": picture},
        contributors=[Contributor(NASTY, "writer")], accent="red;}</style>", identifier="x'+alert(1)+'",
    )  # fmt: skip
    harmless(site)
    for page in site.pages.values():
        assert "{{ 7*7 }}" in page.text
    [index] = [name for name in site.files if "search-" in name]
    assert "owned()" in json.loads(site.files[index])["sections"][0]["chapter"]
    assert """const NAME = "book-x'+alert(1)+'";""" in site.page("sw.js")
    checked(site, tmp_path / "site")


async def test_a_chapter_that_cannot_be_set_is_a_page_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = fragments.pandoc

    async def fails(arguments: list[str], **more: bytes) -> bytes:
        if b"broken" in more["given"]:
            raise ConversionFailed("It is too odd.")
        if b"bent" in more["given"]:
            return b"<p>not closed"
        return await honest(arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(fragments, "pandoc", fails)
    chapters = [
        chapter("a", "A", p("broken")),
        chapter("b", "B", p("bent")),
        chapter("c", "C", p("whole")),
    ]
    site = await site_of(tmp_path, *chapters)
    assert site.findings == ["chapter_failed", "chapter_failed"]
    for name, says in (("a", "could not be set"), ("b", "could not be set"), ("c", "whole")):
        assert says in site.pages[f"{name}.html"].text


def test_what_no_list_knows_does_not_get_out() -> None:
    rough = (
        '<p onclick="x" style="color:red" class="ok">a<script>b</script><blink>c</blink>'
        '<a href="javascript:x">d</a><a href="//e.org">e</a><a href="HTTP://e.org">f</a>'
        '<a href="page.html#x">g</a><a href="../up.html">h</a><img src="http://e.org/x" alt="&lt;"/></p>'
    )
    assert markup.write(markup.parse(rough)) == (
        '<p class="ok">ac<a>d</a><a>e</a><a>f</a><a href="page.html#x">g</a><a>h</a><img alt="&lt;"></p>'
    )
