"""An edition is seen when it is published, and what is seen is the edition, not the guide."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile

import pytest
from fastapi import FastAPI

from app.manuscript.findings import Finding
from app.preflight.service import Preflight
from app.publishing import words
from tests.importing.uploads import bring
from tests.people_at_work import People
from tests.publishing.published import TEXT, a_guide, at, edition, publish


async def test_nothing_is_public_before_somebody_publishes_it(people: People) -> None:
    fay = await a_guide(people)
    reader = await people.browser()
    nowhere = (await reader.get("/read/no-such-guide/")).text
    for _ in range(2):
        for path in ("", "start", "book/", "book/rights.html", "files/bread-roses.epub"):
            answer = await reader.get(at(fay, path))
            assert answer.status_code == 404
            assert "Bread" not in answer.text
        # Not even whether there is such a guide.
        assert (await reader.get(at(fay))).text == nowhere
        made = await edition(fay, "epub")
    preview = await fay.get(made["preview"])
    assert "only people who manage this guide" in preview.text
    assert (await reader.get(made["preview"])).status_code == 401
    maria = await people.join("writer", "Maria")
    assert (await maria.get(made["preview"])).status_code == 403
    assert (await maria.yes("GET", "publication"))["editions"] == []


async def test_what_is_published_is_read_and_downloaded(people: People) -> None:
    fay = await a_guide(people)
    await people.join("writer", "Maria Chen")
    await people.join("reader", "Silent Sam")
    await fay.yes(
        "PATCH", "details", json={"summary": "What to know.\n\nAnd where.", "seen_version": 0}
    )
    await fay.yes(
        "PATCH", "publication",
        json={"order_url": "https://shop.example.org/b", "seller": "Union Books", "price": "$ 12"},
    )  # fmt: skip
    made = await publish(fay, "epub", "web", "docx", name="Spring", note="Everything is new.")
    assert (made["number"], made["shown"], made["blocking"]) == (1, True, [])
    reader = await people.browser()
    page = (await reader.get(at(fay))).text
    for said in (
        "Bread &amp; Roses", "Edition 1: Spring", "Everything is new.", "<p dir=\"auto\">And where.</p>",
        "Union Books", "https://shop.example.org/b", "$ 12", "Maria Chen", "Fay", "CC BY 4.0",
    ):  # fmt: skip
        assert said in page, said
    assert "Silent Sam" not in page
    links = re.findall(r'<a href="(files/[^"]+)"', page)
    assert sorted(links) == [f"files/bread-roses{end}" for end in ("-web.zip", ".docx", ".epub")]
    assert "Word (DOCX)" in page
    epub = await reader.get(at(fay, "files/bread-roses.epub"))
    assert epub.headers["content-type"] == "application/epub+zip"
    assert zipfile.is_zipfile(io.BytesIO(epub.content))
    chapter = await reader.get(at(fay, "book/your-rights.html"))
    assert "You may talk to each other." in chapter.text
    for address in re.findall(r'(?:href|src)="((?:assets|pictures)/[^"]+)"', chapter.text):
        assert (await reader.get(at(fay, f"book/{address}"))).status_code == 200
    assert "How that works" in page
    assert "CC BY 4.0" in (await reader.get(at(fay, "start"))).text


async def test_what_is_written_later_is_not_public(people: People) -> None:
    fay = await a_guide(people)
    await publish(fay)
    first = (await fay.yes("GET", "chapters"))["items"][0]
    await fay.yes("PATCH", f"chapters/{first['id']}", json={"title": "A draft", "seen_version": 1})
    await fay.chapter("Secret plans")
    await edition(fay)
    reader = await people.browser()
    for path in ("", "book/", "book/search.html", "book/your-rights.html"):
        text = (await reader.get(at(fay, path))).text
        assert "Secret" not in text
        assert "A draft" not in text
    assert (await reader.get(at(fay, "book/secret-plans.html"))).status_code == 404


async def test_an_address_stays_when_its_chapter_is_renamed_or_gone(people: People) -> None:
    fay = await a_guide(people, rights=TEXT, other=b"# Other\n\nx")
    one = await publish(fay)
    listed = (await fay.yes("GET", "chapters"))["items"]
    rights, other = sorted(listed, key=lambda one: one["title"], reverse=True)
    await fay.yes(
        "PATCH", f"chapters/{rights['id']}", json={"title": "New name", "seen_version": 1}
    )
    await fay.yes("DELETE", f"chapters/{other['id']}")
    await bring(fay, {"again.md": TEXT})
    two = await publish(fay, note="Renamed.")
    assert (one["number"], two["number"]) == (1, 2)
    reader = await people.browser()
    assert "New name" in (await reader.get(at(fay, "book/your-rights.html"))).text
    gone = await reader.get(at(fay, "book/other.html"))
    assert gone.status_code == 410
    assert "earlier one" in gone.text
    contents = (await reader.get(at(fay, "book/"))).text
    assert 'href="your-rights-2.html"' in contents


async def test_withdrawing_brings_the_edition_before_it_back(people: People) -> None:
    fay = await a_guide(people)
    one = await publish(fay, note="The first one.")
    await bring(fay, {"added.md": b"# Added\n\nMore."})
    two = await publish(fay, note="One more chapter.")
    reader = await people.browser()
    assert "One more chapter." in (await reader.get(at(fay))).text
    await fay.yes("POST", f"editions/{two['id']}/withdraw")
    page = (await reader.get(at(fay))).text
    assert "The first one." in page
    assert "One more chapter." not in page
    assert (await reader.get(at(fay, "book/added.html"))).status_code == 404
    await fay.yes("POST", f"editions/{one['id']}/withdraw")
    for path in ("", "book/", "book/your-rights.html", "start"):
        answer = await reader.get(at(fay, path))
        assert answer.status_code == 410
        assert "taken it back for now" in answer.text
    assert (await fay.no(409, "POST", f"editions/{one['id']}/withdraw"))["code"] == "not_published"
    again = await fay.yes("POST", f"editions/{two['id']}/publish")
    assert (again["number"], again["shown"]) == (2, True)
    assert "One more chapter." in (await reader.get(at(fay))).text


async def test_what_must_be_fixed_stops_publication_and_not_the_preview(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(*_: object) -> list[Finding]:
        return [Finding("picture_missing", "must", "Your rights", "A picture is missing.")]

    fay = await a_guide(people)
    with monkeypatch.context() as patched:
        patched.setattr(Preflight, "blocking", found)
        made = await edition(fay)
    assert made["blocking"] == ["Your rights: A picture is missing."]
    assert (await fay.get(made["preview"])).status_code == 200
    problem = await fay.no(409, "POST", f"editions/{made['id']}/publish")
    assert problem["code"] == "blocked"
    assert "Your rights: A picture is missing." in problem["detail"]
    assert (await (await people.browser()).get(at(fay))).status_code == 404


async def test_an_empty_chapter_stops_publication(people: People) -> None:
    fay = await a_guide(people)
    await fay.chapter("Empty")
    made = await edition(fay)
    assert made["blocking"] == ["Empty: There is nothing in this chapter yet."]
    await fay.no(409, "POST", f"editions/{made['id']}/publish")


async def test_an_edition_that_was_seen_is_not_deleted(people: People, app: FastAPI) -> None:
    fay = await a_guide(people)
    made = await edition(fay)
    folder = app.state.editions.shelf(made["id"])
    assert (folder / "web" / "index.html").is_file()
    await fay.yes("DELETE", f"editions/{made['id']}")
    assert not folder.exists()
    assert (await fay.yes("GET", "publication"))["editions"] == []
    seen = await publish(fay)
    problem = await fay.no(409, "DELETE", f"editions/{seen['id']}")
    assert "Withdraw it" in problem["detail"]
    assert (await fay.no(422, "PATCH", "publication", json={"order_url": "javascript:x"}))["code"]


async def test_a_browser_asks_again_only_for_what_has_changed(people: People) -> None:
    fay = await a_guide(people)
    await publish(fay, "epub")
    reader = await people.browser()
    contents = (await reader.get(at(fay, "book/"))).text
    [style] = re.findall(r'href="(assets/[^"]+\.css)"', contents)
    for path, lasting in (
        ("", "no-cache"),
        ("start", "no-cache"),
        ("book/", "no-cache"),
        ("book/sw.js", "no-cache"),
        (f"book/{style}", "public, max-age=31536000, immutable"),
        ("files/bread-roses.epub", "no-cache"),
    ):
        full = await reader.get(at(fay, path))
        assert full.headers["cache-control"] == lasting
        head = await reader.head(at(fay, path))
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == full.headers["etag"]
        assert head.headers["content-length"] == str(len(full.content))
        same = await reader.get(at(fay, path), headers={"If-None-Match": full.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        policy = full.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
    part = await reader.get(at(fay, "files/bread-roses.epub"), headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"PK\x03\x04")
    assert (await reader.get(at(fay)[:-1])).headers["location"] == at(fay)


async def test_the_same_guide_gives_the_same_web_book(people: People) -> None:
    fay = await a_guide(people)
    one, two = await publish(fay, "web"), await publish(fay, "web")
    files = [await fay.get(made["files"][0]["url"]) for made in (one, two)]
    assert len({hashlib.sha256(file.content).hexdigest() for file in files}) == 1


async def test_the_page_speaks_the_guides_language(people: People) -> None:
    fay = await people.start_guide("دليل", language="ar")
    await bring(fay, {"a.md": "# فصل\n\nمرحبا.".encode()})
    await publish(fay)
    page = (await (await people.browser()).get(at(fay))).text
    assert '<html lang="ar" dir="rtl">' in page
    assert "أبلغ عن خطأ" in page
    other = await people.start_guide("Ein Buch", language="sw", name="Gil")
    await bring(other, {"a.md": b"# Sura\n\nHabari."})
    await publish(other)
    page = (await (await people.browser()).get(at(other))).text
    assert '<html lang="en" dir="ltr">' in page
    assert '<h1 lang="sw" dir="auto">' in page


def test_every_translation_says_what_the_english_says() -> None:
    wanted = {**words.ENGLISH, **words.FORMATS}
    for language, said in words.OTHERS.items():
        assert set(wanted) - set(said) == {"preview"}, language
        for key, text in said.items():
            assert text.count("{number}") == wanted[key].count("{number}"), (language, key)
            assert text.count("|") == wanted[key].count("|"), (language, key)


async def test_a_chapter_leads_to_the_form_where_the_server_has_an_address(
    people: People, app: FastAPI
) -> None:
    fay = await a_guide(people)
    app.state.settings.base_url = people.base
    await publish(fay)
    reader = await people.browser()
    chapter = (await reader.get(at(fay, "book/your-rights.html"))).text
    [address] = re.findall(r'<a href="([^"]+)#report\.">Report a mistake', chapter)
    assert address == f"{people.base}{at(fay)}?chapter=your-rights"
    assert '<option value="your-rights" selected>' in (await reader.get(address)).text
