"""Markdown as people and websites write it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.importing import files, front_matter, readers
from app.manuscript import plain
from app.manuscript.tree import Node, Text
from tests.exporting.books import read_folder
from tests.exporting.conftest import SAMPLE
from tests.importing.reading import kinds, links, read, read_all, why
from tests.manuscript.trees import mark, node, p


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: A\norder: 3\nlang: en\n---\nx", ("A", 3.0, "en")),
        (
            "---\ntitle: 'Q: what?'\nlanguage: zh-Hans\nweight: 2\n---\nx",
            ("Q: what?", 2.0, "zh-hans"),
        ),
        ("\ufeff---\r\ntitle: A\r\n---\r\nx", ("A", None, None)),
        ("---\ntitle: 2026\n...\nx", ("2026", None, None)),
        ("no front matter", (None, None, None)),
        ("---\n---\nx", (None, None, None)),
    ],
)
def test_front_matter(text: str, expected: tuple[object, ...]) -> None:
    matter, rest, understood = front_matter.split(text)
    assert (matter.title, matter.order, matter.language) == expected
    assert understood
    assert "title" not in rest


@pytest.mark.parametrize(
    "block",
    [
        "title: [unclosed",
        "a: &a [1]\nb: *a",
        "a: !!python/object:os.system x",
        "title: " + "x" * 30_000,
    ],
)
async def test_front_matter_that_cannot_be_read_is_left_out_and_said(
    block: str, tmp_path: Path
) -> None:
    ready = await read(tmp_path, "talk.md", f"---\n{block}\n---\n\nStill here.")
    assert plain.text(ready.tree) == "Still here."
    assert ready.draft.title == "Talk"
    assert "not readable YAML" in why(ready)["The block at the top of the file"]


async def test_the_first_heading_is_the_title_where_none_is_given(tmp_path: Path) -> None:
    ready = await read(tmp_path, "03-x.md", "# Know *your* rights\n\n## One\n\nx")
    assert ready.draft.title == "Know your rights"
    assert kinds(ready.tree) == ["heading", "paragraph"]


async def test_without_any_heading_the_file_name_is_the_title(tmp_path: Path) -> None:
    assert (await read(tmp_path, "03-know-your_rights.md", "x")).draft.title == "Know your rights"


async def test_a_title_that_is_repeated_as_heading_stands_once(tmp_path: Path) -> None:
    ready = await read(tmp_path, "a.md", "---\ntitle: Talk first\n---\n\n# Talk First\n\nx")
    assert plain.text(ready.tree) == "x"


async def test_headings_begin_at_level_two(tmp_path: Path) -> None:
    ready = await read(tmp_path, "a.md", "---\ntitle: T\n---\n# One\n\n### Two\n\n# Three")
    assert [n.attrs["level"] for n in ready.tree.content if isinstance(n, Node)] == [2, 4, 2]


async def test_an_aside_becomes_a_quote_with_its_credit(tmp_path: Path) -> None:
    text = """<aside markdown="1" class="pquote">
  <img src="https://example.org/face.png" class="pquote-avatar" alt="avatar">
  It was **hard**, (...) and it worked.
  <p markdown="1" class="pquote-credit">
— @ana, ["How"](https://example.org/how)
  </p>
</aside>

After."""
    ready = await read(tmp_path, "a.md", text)
    [quote, after] = ready.tree.content
    assert isinstance(quote, Node)
    assert quote.type == "blockquote"
    [said, portrait, credit] = quote.content
    assert isinstance(said, Node)
    assert isinstance(portrait, Node)
    assert isinstance(credit, Node)
    assert plain.text(said).strip() == "It was hard, (...) and it worked."
    assert (portrait.type, portrait.attrs["asset"], portrait.attrs["alt"]) == (
        "figure",
        None,
        "avatar",
    )
    assert plain.text(credit).strip() == '— @ana, "How"'
    assert after == p("After.")


async def test_callouts_come_along(tmp_path: Path) -> None:
    ready = await read(
        tmp_path, "a.md", "::: warning\nCareful.\n:::\n\n::: {.callout .tip}\nTry.\n:::"
    )
    assert [n.attrs["kind"] for n in ready.tree.content if isinstance(n, Node)] == [
        "warning",
        "tip",
    ]


async def test_links_between_the_files_of_an_import_lead_to_their_chapters(tmp_path: Path) -> None:
    texts: dict[str, str | bytes] = {
        "en/talk.md": "[a](../rights/#your-rights) [b](rights.md) [c](./rights.md#own) [d](#here)\n\n## Here",
        "en/rights.md": "## Your rights!\n\n## Another {#own}\n\n[e](/talk/) [f](/notices/) [g](https://example.org)",
    }
    talk, rights = await read_all(tmp_path, texts)
    assert links(talk.tree) == [
        "chapter:rights#your-rights",
        "chapter:rights",
        "chapter:rights#another",
        "#here",
    ]
    assert links(rights.tree) == ["chapter:talk", "https://example.org"]
    assert "not part of this import" in why(rights)["A link to “/notices/”"]


async def test_an_id_with_vowel_marks_is_an_id(tmp_path: Path) -> None:
    ready = await read(tmp_path, "a.md", "[x](#تحقّق)\n\n## أخيرًا {#تحقّق}")
    assert links(ready.tree) == ["#أخيرًا"]


async def test_pictures_get_their_asset_description_and_caption(tmp_path: Path) -> None:
    text = 'Text ![in a line](a.png) goes on.\n\n![Alone](b.png "Its caption")\n\n![gone](c.png)'
    ready = await read(tmp_path, "a.md", text, **{"a.png": "A", "b.png": "B"})
    figures = [n for n in ready.tree.content if isinstance(n, Node) and n.type == "figure"]
    assert [(f.attrs["asset"], f.attrs["alt"], plain.text(f)) for f in figures] == [
        ("A", "in a line", ""),
        ("B", "Alone", "Its caption"),
        (None, "gone", ""),
    ]
    assert "below its paragraph" in why(ready)["A picture inside a line"]


async def test_raw_code_for_other_programs_stays_words(tmp_path: Path) -> None:
    ready = await read(
        tmp_path, "a.md", "`#panic()`{=typst}\n\n```{=typst}\n#panic()\n```\n\n\\input{x}"
    )
    words = plain.text(ready.tree)
    assert "#panic()" in words
    assert "\\input{x}" in words


async def test_dollars_and_at_signs_are_what_they_are(tmp_path: Path) -> None:
    ready = await read(tmp_path, "a.md", 'It costs $5 to $10, says @ana. "Quotes" -- and dashes...')
    assert ready.tree.content == (p('It costs $5 to $10, says @ana. "Quotes" -- and dashes...'),)


async def test_a_list_needs_no_blank_line_and_a_table_keeps_its_cells(tmp_path: Path) -> None:
    ready = await read(
        tmp_path, "a.md", "Bring:\n- pens\n- paper\n\n| A | B |\n|---|---|\n| 1 | **2** |"
    )
    assert kinds(ready.tree) == ["paragraph", "bulletList", "table"]
    assert ready.tree.content[2] == node(
        "table",
        node("tableRow", node("tableHeader", p("A")), node("tableHeader", p("B"))),
        node(
            "tableRow", node("tableCell", p("1")), node("tableCell", p(Text("2", (mark("bold"),))))
        ),
    )


async def test_what_the_schema_does_not_have_is_said(tmp_path: Path) -> None:
    text = "Term\n:   meaning\n\n<script>x</script>\n\n[small]{.smallcaps}\n\n<u>under</u>"
    lost = why(await read(tmp_path, "a.md", text))
    assert "bold line" in lost["A list of definitions"]
    assert "The web element <script>" in lost


async def test_checkboxes_of_a_web_page_are_boxes(tmp_path: Path) -> None:
    ready = await read(tmp_path, "a.md", '<input type="checkbox" id="a"> Has a license')
    assert plain.text(ready.tree) == "☐ Has a license"


async def test_order_comes_from_the_files_then_from_their_names(tmp_path: Path) -> None:
    texts: dict[str, str | bytes] = {
        "10.md": "---\ntitle: last\norder: 10\n---\nx",
        "b.md": "no order",
        "2.md": "---\ntitle: first\norder: 2\n---\nx",
    }
    assert [r.draft.title for r in await read_all(tmp_path, texts)] == ["first", "last", "B"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
async def test_encodings(encoding: str, tmp_path: Path) -> None:
    ready = await read(tmp_path, "a.md", "Bread — not “roses”".encode(encoding))
    assert plain.text(ready.tree) == "Bread — not “roses”"


async def test_numbers_in_names_count_as_numbers() -> None:
    given = [files.Given(name, Path(name)) for name in ("10-b.md", "9-a.md", "x.png", "1.docx")]
    assert [file.name for file in files.bundle(given).texts] == ["1.docx", "9-a.md", "10-b.md"]


def test_pictures_are_found_in_the_folder_above_it_or_among_loose_files(tmp_path: Path) -> None:
    (tmp_path / "site/en").mkdir(parents=True)
    (tmp_path / "site/assets").mkdir()
    (tmp_path / "site/assets/a.png").write_bytes(b"a")
    (tmp_path / "site/en/b.png").write_bytes(b"b")
    (tmp_path / "site/en/x.md").write_text("x")
    (tmp_path / "secret.png").symlink_to("/etc/passwd")
    found = files.gather([tmp_path / "site/en"])
    assert found.picture("/assets/a.png", "x.md") == tmp_path / "site/assets/a.png"
    assert found.picture("b.png", "x.md") == tmp_path / "site/en/b.png"
    assert found.picture("./b.png?raw=true", "x.md") == tmp_path / "site/en/b.png"
    for nowhere in ("/etc/passwd", "../../../etc/passwd", "/secret.png", "//host/a.png", ""):
        assert found.picture(nowhere, "x.md") is None
    loose = files.bundle(
        [files.Given("a.png", tmp_path / "1"), files.Given("x.md", tmp_path / "2")]
    )
    assert loose.picture("/assets/images/a.png", "x.md") == tmp_path / "1"


async def test_every_line_of_the_sample_guide_is_in_its_chapters(tmp_path: Path) -> None:
    _, chapters = await read_folder(SAMPLE, tmp_path)
    for ready in chapters:
        words = re.sub(r"\W+", "", plain.text(ready.tree))
        for line in ready.draft.given.path.read_text().split("---", 2)[2].splitlines():
            prose = re.sub(r"^\s*(?:[-*>#|]|\d+\.|:::.*|``` ?\w*|\[\^\w+\]:|!\[.*)+\s*", "", line)
            prose = re.sub(r"\[([^\]^]+)\]\([^)]*\)|\[\^\w+\]", r"\1", prose)
            for piece in prose.split("|"):
                assert re.sub(r"\W+", "", piece) in words, (ready.draft.given.name, line)


async def test_every_line_of_the_real_guide_is_in_its_chapters(
    tmp_path: Path, shared: Path
) -> None:
    _, chapters = await read_folder(shared / "data/guide/en", tmp_path)
    checked = 0
    for ready in chapters:
        words = re.sub(r"\W+", "", plain.text(ready.tree))
        for line in ready.draft.given.path.read_text().split("---", 2)[2].splitlines():
            # Prose without any markup, so that nothing of our reading is repeated here.
            if re.fullmatch(r"[A-Za-z][^<>\[\]{}`|&]{40,}", line) and ready.tree:
                assert re.sub(r"\W+|_", "", line) in words.replace("_", ""), line
                checked += 1
    assert checked > 200


async def test_readers_are_named_after_formats() -> None:
    with pytest.raises(readers.BadInput, match="Only Markdown"):
        await readers.read(files.Given("a.pages", Path("/dev/null")), Path("/tmp"))
