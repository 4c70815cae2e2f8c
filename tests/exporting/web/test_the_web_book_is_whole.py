"""A web book: every link leads somewhere, every word is there, nothing comes from anywhere else."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from PIL import Image

from app.exporting.book import Picture
from app.manuscript import plain
from app.manuscript.tree import Node, Text, walk
from tests.exporting.books import read_folder
from tests.exporting.conftest import SAMPLE, make, needs
from tests.exporting.web.sites import Site, chapter, opened, site_of
from tests.manuscript.trees import mark, node, p

LINES = {"paragraph", "heading", "codeBlock", "figure"}
VNU = Path(__file__).parents[3] / "frontend/node_modules/vnu-jar/build/dist/vnu.jar"


@pytest.fixture
async def sample_site(tmp_path: Path) -> Site:
    keep = tmp_path / "pictures"
    keep.mkdir()
    book, _ = await read_folder(SAMPLE, keep, title="Bread & Roses", region="New York")
    result = await make(book, tmp_path, "web")
    assert [finding for finding in result.findings if finding.severity != "note"] == []
    site = opened(result.files[0].path)
    again = await make(book, tmp_path / "pictures", "web")
    assert again.files[0].path.read_bytes() == result.files[0].path.read_bytes()
    site.trees = [one.tree for one in book.chapters]
    return site


async def test_every_link_leads_to_something_in_the_book(sample_site: Site) -> None:
    pages = sample_site.pages
    assert len(sample_site.chapters) == 6
    for name, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), name
        for tag, address in page.addresses:
            if re.match(r"https?:|mailto:|tel:", address):
                assert tag in {"a", "link"}, f"{name} fetches {address}"
                continue
            file, anchor = urldefrag(address)
            assert (file or name) in sample_site.files, f"{name}: {address}"
            assert not anchor or unquote(anchor) in pages[file or name].ids, f"{name}: {address}"


def letters(text: str) -> str:
    return re.sub(r"\W", "", text)


async def test_every_line_is_there_in_its_order_and_every_note_below(sample_site: Site) -> None:
    order = re.findall(
        r'<li><a href="([a-z-]+\.html)"><span class="num', sample_site.page("index.html")
    )
    assert len(order) == len(sample_site.trees) == 6
    seen = notes = 0
    for name, tree in zip(order, sample_site.trees, strict=True):
        page, at = letters(sample_site.pages[name].text), 0
        lines = [one for one in walk(tree) if isinstance(one, Node) and one.type in LINES]
        for line in lines:
            # The number of a note stands between the words.
            pieces = [letters(one.text) for one in line.content if isinstance(one, Text)]
            for piece in filter(None, pieces):
                at = page.find(piece, at)
                assert at >= 0, f"{name}: {piece}"
                seen += 1
        for note in [one for one in walk(tree) if isinstance(one, Node) and one.type == "footnote"]:
            assert letters(plain.inline(note)[0]) in page[at:]
            notes += 1
    assert seen > 200
    assert notes >= 5


async def test_nothing_comes_from_anywhere_else_and_nothing_is_inline(sample_site: Site) -> None:
    for name in sample_site.pages:
        page = sample_site.page(name)
        [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
        assert "default-src &#39;none&#39;" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=\"assets/book-)", page), name
    sheets = [data.decode() for name, data in sample_site.files.items() if name.endswith(".css")]
    assert re.findall(r"url\(([^)]+)\)|@import", "".join(sheets))
    assert "//" not in "".join(re.findall(r"url\(([^)]+)\)|@import", "".join(sheets)))


async def test_what_has_a_hash_in_its_name_is_listed_for_reading_offline(sample_site: Site) -> None:
    worker = sample_site.page("sw.js")
    listed = json.loads(re.search(r"FILES = (\{.*?\});", worker, re.DOTALL)[1])  # type: ignore[index]
    assert set(listed) == set(sample_site.files) - {"sw.js"}


async def test_the_search_finds_by_section(sample_site: Site) -> None:
    [index] = [name for name in sample_site.files if "search-" in name]
    sections = json.loads(sample_site.files[index])["sections"]
    assert f'data-index="{index}"' in sample_site.page("search.html")
    found = [one for one in sections if "concerted activities" in one["text"]]
    assert [(one["page"], one["heading"]) for one in found] == [
        ("know-your-rights-online.html", "Which law protects you")
    ]
    assert all(
        one["anchor"] in sample_site.pages[one["page"]].ids for one in sections if one["anchor"]
    )


async def test_the_checker_of_the_w3c_has_nothing_to_say(sample_site: Site, tmp_path: Path) -> None:
    needs("java")
    if not VNU.is_file():
        pytest.skip("vnu-jar is not installed")
    site = tmp_path / "site"
    for name, data in sample_site.files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(data)
    found = subprocess.run(
        ["java", "-Xss4m", "-jar", VNU, "--errors-only", *sorted(site.glob("*.html"))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")


async def test_notes_lead_there_and_back(tmp_path: Path) -> None:
    line = p("One", node("footnote", Text("the note")), " two", node("footnote", Text("other")))
    page = (await site_of(tmp_path, chapter("a", "Notes", line))).page("notes.html")
    for number in (1, 2):
        assert f'href="#note.{number}" id="noteref.{number}" role="doc-noteref"' in page
        assert re.search(
            rf'<a aria-label="[^"]+" [^>]*href="#noteref.{number}" role="doc-backlink"', page
        )
        assert f'<li id="note.{number}">' in page
    assert '<h2 id="notes.title">Notes</h2>' in page


async def test_a_heading_called_like_one_of_ours_is_no_trouble(tmp_path: Path) -> None:
    names = ["text.", "note.1", "fn1", "contents.", "q.", "notes.title", "Same", "Same"]
    blocks = [node("heading", Text(name)) for name in names]
    note = p("x", node("footnote", Text("n")), Text("y", (mark("link", href="#same-1"),)))
    site = await site_of(tmp_path, chapter("a", "Index", *blocks, note))
    [name] = site.chapters
    assert name == "index-2.html"
    ids = site.pages[name].ids
    assert len(ids) == len(set(ids))
    assert {"same", "same-1"} <= set(ids)
    assert '<a href="#same-1">y</a>' in site.page(name)


async def test_wide_tables_scroll_by_themselves_and_heads_say_so(tmp_path: Path) -> None:
    row = [node("tableHeader", p(str(n))) for n in range(12)]
    cells = [node("tableCell", p("x")) for _ in range(12)]
    table = node("table", node("tableRow", *row), node("tableRow", *cells))
    page = (await site_of(tmp_path, chapter("a", "T", table))).page("t.html")
    assert '<div aria-label="Table 1" class="table" role="group" tabindex="0"><table>' in page
    assert page.count('<th scope="col">') == 12


async def test_a_picture_comes_in_the_sizes_that_screens_need(tmp_path: Path) -> None:
    path = tmp_path / "big.jpg"
    Image.effect_noise((2400, 1200), 40).convert("RGB").save(path)
    big = Picture(path, "image/jpeg", 2400, 1200, "a" * 64)
    figure = node("figure", Text("A caption"), asset="p", alt="What it shows", credit="By Ana")
    site = await site_of(tmp_path, chapter("a", "P", figure), pictures={"p": big})
    [image] = [values for tag, values in site.pages["p.html"].elements if tag == "img"]
    assert image["alt"] == "What it shows"
    assert (image["width"], image["height"], image["loading"]) == ("960", "480", "lazy")
    sizes = re.findall(r"(\S+) (\d+)w", image["srcset"] or "")
    assert [int(width) for _, width in sizes] == [480, 960, 1600]
    for name, width in sizes:
        (tmp_path / "one.jpg").write_bytes(site.files[name])
        with Image.open(tmp_path / "one.jpg") as shown:
            assert shown.width == int(width)
    assert "By Ana" in site.pages["p.html"].text


async def test_topics_list_their_chapters(tmp_path: Path) -> None:
    one = chapter("a", "One", p("x"), topics=("Law", "Fear <b>"))
    two = chapter("b", "Two", p("y"), topics=("Law",))
    site = await site_of(tmp_path, one, two, chapter("c", "Three", p("z")))
    topics = site.page("index.html").partition('id="topics.title"')[2]
    assert re.findall(r"<dt[^>]*>([^<]+)<|<dd><a href=\"([^\"]+)\"", topics) == [
        ("Law", ""), ("", "one.html"), ("", "two.html"), ("Fear &lt;b&gt;", ""), ("", "one.html")
    ]  # fmt: skip
    without = await site_of(tmp_path, chapter("a", "One", p("x")))
    assert "topics.title" not in without.page("index.html")


@pytest.mark.parametrize(
    ("language", "text", "faces"),
    [
        ("en", "plain", {"source-serif-4-latin-wght-normal"}),
        ("ar", "مرحبا", {"noto-naskh-arabic-arabic-wght-normal", "source-serif-4-latin-wght-normal"}),
        ("hi", "नमस्ते", {"noto-serif-devanagari-devanagari-wght-normal", "source-serif-4-latin-wght-normal"}),
        ("zh", "你好", {"source-serif-4-latin-wght-normal"}),
    ],
)  # fmt: skip
async def test_only_the_faces_come_along_whose_letters_occur(
    tmp_path: Path, language: str, text: str, faces: set[str]
) -> None:
    site = await site_of(tmp_path, chapter("a", text, p(text)), language=language)
    files = {
        re.sub(r"assets/|-[0-9a-f]+\.woff2", "", n) for n in site.files if n.endswith(".woff2")
    }
    assert files == faces
    for name in faces:
        assert f"assets/{name.partition('-wght')[0].rpartition('-')[0]}-licence.txt" in site.files
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in site.page("index.html")[:200]
