"""Bad and hostile content: each piece goes through the schema into both formats, and the book stands.

Those of the measured cases (see docs: 44 kinds of bad content, and the injections) that can reach
us through a manuscript.
"""

from __future__ import annotations

import re
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.exporting import making
from app.exporting.book import Book, ChapterText, Picture
from app.manuscript.tree import Node, Text, doc
from tests.exporting import epubs, fuzzing, pages
from tests.exporting.conftest import make, needs
from tests.manuscript.trees import mark, node, p

CANARY = "owned"


def linked(href: str) -> Node:
    return p(Text("a link", (mark("link", href=href),)))


def deep(kind: str, levels: int) -> Node:
    block: Node = p("at the bottom")
    for _ in range(levels):
        block = Node(kind, {}, (block,))
    return block


BAD: dict[str, list[Node]] = {
    "nothing": [],
    "an empty paragraph": [p()],
    "the same heading twice": [node("heading", Text("Same")), node("heading", Text("Same"))],
    "a footnote in a heading": [node("heading", Text("H"), node("footnote", Text("n")))],
    "a link in a heading": [node("heading", Text("H", (mark("link", href="https://e.org"),)))],
    "an empty heading": [node("heading"), p("x")],
    "a heading of spaces": [node("heading", Text("  ")), p("x")],
    "a heading level skipped": [node("heading", Text("Five"), level=5)],
    "a heading level of a billion": [node("heading", Text("H"), level=10**9)],
    "a heading level that is text": [node("heading", Text("H"), level='1"]#panic()')],
    "a heading in a quote": [node("blockquote", node("heading", Text("H")), p("x"))],
    "a link to a missing anchor": [linked("#nowhere")],
    "a link to a missing chapter": [linked("chapter:01gone#x")],
    "an anchor with signs": [linked('#1 a:b"><b')],
    "a javascript link": [linked("javascript:alert('owned')")],
    "a javascript link in disguise": [linked("java\tscript:alert('owned')")],
    "a file link": [linked("file:///etc/passwd")],
    "a relative link": [linked("../other/page")],
    "a link with a space": [linked("https://e.org/a b/é|{}[]")],
    "a link to a bad host": [linked("https://exa mple..org:99999/")],
    "an empty link": [linked("")],
    "a link of 3,000 characters": [linked("https://e.org/" + "a" * 3000)],
    "a data link": [linked("data:text/html,owned")],
    "a picture that is not there": [node("figure", Text("caption"), asset="01gone", alt="alt")],
    "a picture without a file": [node("figure", asset=None, alt="alt")],
    "a picture with a path for an id": [node("figure", asset="../../etc/passwd", alt="x")],
    "a picture without alt": [node("figure", asset="ok")],
    "a decorative picture": [node("figure", asset="ok", decorative=True)],
    "a picture with everything": [
        node("figure", Text("[caption] #panic()"), asset="ok", alt='"#panic("owned")', credit="\\#x]")
    ],
    "a picture in a list in a table": [
        node(
            "table",
            node("tableRow", node("tableCell", node("bulletList", node("listItem", node("figure", asset="ok", alt="x"))))),
        )
    ],
    "control characters": [p("a\x0bb\x00c\x1fd\ufffe\U0001fffe e\u2028f")],
    "half a surrogate pair": [p("a\ud800b")],
    "a text direction override": [p("abc\u202eowned")],
    "a symbol no font has": [p("\U00012000 \U0001f600 ☃")],
    "a word of 20,000 letters": [p("x" * 20_000)],
    "code with a fence in its language": [
        node("codeBlock", Text("x"), language="sh\n```\n#panic(\"owned\")\n")
    ],
    "code with fences": [node("codeBlock", Text("```\n#panic()\n````\n$x$"))],
    "code with back-ticks in a line": [p(Text("a `b` ``c``` #panic()", (mark("code"),)))],
    "typst code as text": [p('#panic("owned") #read("/etc/passwd") $x$ <lab> @ref *b* _i_ `r` = - + /')],
    "lines that look like typst": [
        p("= heading"), p("- item"), p("+ item"), p("/ term: x"), p("1. one"), p("// comment"),
        p("/* open"), p("#let x = 1"), p("```"), p("\\"), p("@preview/x:1"),
    ],
    "a break before what looks like typst": [p("a", node("hardBreak"), "- item", node("hardBreak"), "/ t: d")],
    "a footnote that looks like typst": [p("x", node("footnote", Text("/ term: d")))],
    "an empty footnote": [p("x", node("footnote"))],
    "a footnote in a footnote": [p("x", node("footnote", Text("a"), node("footnote", Text("b"))))],
    "html as text": [p("<script>alert('owned')</script><p><b>x</p>&nbsp;]]>")],
    "an unknown block": [Node("iframe", {"src": "http://127.0.0.1/"}, (p("inside"),))],
    "an unknown mark": [p(Text("x", (mark("style", onclick="alert(1)"),)))],
    "attributes nobody knows": [Node("paragraph", {"typst:fill": "red", "onclick": "x"}, (Text("x"),))],
    "a cell wider than the table": [
        node("table", node("tableRow", node("tableCell", p("x"), colspan=5, rowspan=7)), node("tableRow", node("tableCell", p("y")), node("tableCell", p("z"))))
    ],
    "a cell of a hundred thousand rows": [
        node("table", node("tableRow", node("tableCell", p("x"), colspan=100_000, rowspan=100_000)))
    ],
    "an empty table": [node("table"), node("table", node("tableRow"))],
    "a table of heads": [node("table", node("tableRow", node("tableHeader", p("a")), node("tableHeader", p("b"))))],
    "an empty list": [node("bulletList"), node("bulletList", node("listItem")), node("orderedList", start=0)],
    "a list that begins at minus a billion": [node("orderedList", node("listItem", p("x")), start=-(10**9))],
    "a list item alone": [Node("listItem", {}, (p("x"),))],
    "300 quotes inside each other": [deep("blockquote", 300)],
    "300 lists inside each other": [deep("bulletList", 300)],
    "a callout of no kind": [Node("callout", {"kind": '"]#panic()'}, (p("x"),))],
    "an empty callout": [node("callout")],
    "a rule with words in it": [Node("horizontalRule", {}, (Text("x"),))],
}  # fmt: skip


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    path = tmp_path_factory.mktemp("pictures") / "ok.png"
    Image.new("RGB", (300, 200), (9, 99, 200)).save(path)
    return Picture(path, "image/png", 300, 200, "a" * 64)


def book_of(picture: Picture, *chapters: tuple[str, Node], **about: Any) -> Book:
    known: dict[str, Any] = {
        "title": 'T & <b> "#panic()" \\',
        "subtitle": "= sub [x]",
        "region": "#region",
        "language": "en",
        "licence": "CC BY-SA 4.0 <x>",
        "identifier": "01test",
        "made": date(2026, 11, 22),
    } | about
    return Book(
        chapters=[ChapterText(f"c{at}", title, tree) for at, (title, tree) in enumerate(chapters)],
        pictures={"ok": picture},
        **known,
    )


def inside(result: making.Result) -> str:
    """All text of the files: what a reader sees and what a machine reads."""
    found: list[str] = []
    for made in result.files:
        if made.format == "epub":
            found += epubs.texts(made.path).values()
        else:
            found += pages.text_of(made.path)
    return "\n".join(found)


async def test_all_of_it_in_one_book(picture: Picture, tmp_path: Path) -> None:
    """Every case is a chapter: one bad one would be named, none may be."""
    needs("java", "pdftotext")
    chapters = [
        (f"{at}: {name} <&> #x", doc(*blocks)) for at, (name, blocks) in enumerate(BAD.items())
    ]
    result = await make(book_of(picture, *chapters), tmp_path)
    failed = [f for f in result.findings if f.code == "chapter_failed"]
    assert failed == []
    epub = next(made.path for made in result.files if made.format == "epub")
    assert epubs.complaints(epub) == []
    text = inside(result)
    images = re.findall(r"<img [^>]*>", text)
    assert len(images) > 3
    assert all(' alt="' in image for image in images)
    assert "root:x:" not in text
    assert "javascript:" not in text
    assert "file:///" not in text
    assert "onclick" not in text
    # Whatever looked like code is there as words.
    for words in ('#panic("owned")', "/ term: x", "- item", "= heading", "at the bottom"):
        assert pages.letters(words) in pages.letters(text)


@pytest.mark.parametrize(
    "name",
    [
        "a symbol no font has",
        "a picture that is not there",
        "a link to a missing anchor",
        "a picture without alt",
    ],
)
async def test_what_a_writer_should_know_is_a_finding(
    name: str, picture: Picture, tmp_path: Path
) -> None:
    result = await make(book_of(picture, ("One", doc(*BAD[name], p("x")))), tmp_path)
    code = {
        "a symbol no font has": "pdf_not_accessible",
        "a picture that is not there": "picture_missing",
        "a link to a missing anchor": "dead_link",
        "a picture without alt": "picture_without_description",
    }[name]
    found = [finding for finding in result.findings if finding.code == code]
    assert len(found) == 1
    assert found[0].message.endswith((".", "!"))


async def test_one_bad_chapter_never_takes_the_book_down(
    picture: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chapter that typst refuses is found, named, and replaced by a page that says so."""
    needs("pdftotext")
    from app.exporting import pdf

    honest = pdf._typst_of

    async def sabotaged(chapter: Any, folder: Path, cache: Path | None) -> str:
        source = await honest(chapter, folder, cache)
        return source + '\n#panic("no such thing")\n' if chapter.title == "Two" else source

    monkeypatch.setattr(pdf, "_typst_of", sabotaged)
    chapters = [(title, doc(p(f"Words of {title}."))) for title in ("One", "Two", "Three")]
    result = await make(book_of(picture, *chapters), tmp_path, "pdf")
    [finding] = [f for f in result.findings if f.code == "chapter_failed"]
    assert (finding.place, finding.chapter_id, finding.degree) == ("Two", "c1", "must")
    assert "no such thing" in finding.message
    text = inside(result)
    assert "Words of One." in text
    assert "Words of Three." in text
    assert "This chapter could not be set." in text
    assert "Words of Two." not in text


async def test_titles_that_are_nothing_become_an_ellipsis(picture: Picture, tmp_path: Path) -> None:
    needs("java")
    book = book_of(picture, ("\x00", doc(p("x"))), ("\u202e ", doc(p("y"))), title="\x07")
    result = await make(book, tmp_path)
    assert epubs.complaints(next(m.path for m in result.files if m.format == "epub")) == []


async def test_a_damaged_picture_costs_its_chapter_not_the_book(
    picture: Picture, tmp_path: Path
) -> None:
    needs("pdftotext")
    broken = tmp_path / "broken.png"
    broken.write_bytes(picture.path.read_bytes()[:60])
    book = book_of(
        picture, ("One", doc(p("Fine."))), ("Two", doc(node("figure", asset="bad", alt="x")))
    )
    bad = Picture(broken, "image/png", 300, 200, "b" * 64)
    book = Book(**{**_fields(book), "pictures": {"ok": picture, "bad": bad}})
    folder = tmp_path / "out"
    folder.mkdir()
    result = await make(book, folder, "pdf")
    assert [f.place for f in result.findings if f.code == "chapter_failed"] == ["Two"]
    assert "Fine." in inside(result)


def _fields(book: Book) -> dict[str, Any]:
    return {name: getattr(book, name) for name in Book.__slots__}


async def test_pandoc_that_says_nothing_useful_costs_its_chapter_only(
    picture: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.exporting import pdf
    from app.kit.converters import ConversionFailed

    honest = pdf._typst_of

    async def failing(chapter: Any, folder: Path, cache: Path | None) -> str:
        if chapter.title == "One":
            raise ConversionFailed("Converting was stopped. It took longer than 30 seconds.")
        return await honest(chapter, folder, cache)

    monkeypatch.setattr(pdf, "_typst_of", failing)
    chapters = [("One", doc(p("a"))), ("Two", doc(p("Still here.")))]
    result = await make(book_of(picture, *chapters), tmp_path, "pdf")
    [finding] = result.findings
    assert "took longer than 30 seconds" in finding.message
    assert "Still here." in inside(result)


@pytest.mark.parametrize("seed", [4, 32])
async def test_no_document_is_code_for_typst(seed: int, tmp_path: Path) -> None:
    """A book of random chapters made of typst's own signs compiles (`tests/exporting/fuzzing.py`)."""
    assert await fuzzing.failures(seed, tmp_path) == []


def test_no_converter_saw_anything_raw() -> None:
    """A converter's filter file never lets a raw piece of a document through."""
    from app.kit.converters import pandoc_path

    lua = Path(__file__).parents[2] / "app/exporting/filters/typst.lua"
    given = '{"pandoc-api-version":[1,23,1],"meta":{},"blocks":[{"t":"RawBlock","c":["typst","#panic(1)"]},{"t":"Para","c":[{"t":"RawInline","c":["typst","#panic(2)"]},{"t":"Str","c":"kept"}]}]}'
    done = subprocess.run(
        [pandoc_path(), "--sandbox", "-f", "json", "-t", "typst", "-L", str(lua)],
        input=given, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert "panic" not in done.stdout
    assert "kept" in done.stdout


def test_the_epub_is_a_plain_zip(picture: Picture, tmp_path: Path) -> None:
    import asyncio

    result = asyncio.run(make(book_of(picture, ("One", doc(p("x")))), tmp_path, "epub"))
    with zipfile.ZipFile(result.files[0].path) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.testzip() is None
