"""Hostile guesses: ids, names, paths and pictures that are not in the edition lead to nothing."""

from __future__ import annotations

import re

from fastapi import FastAPI

from tests.people_at_work import People
from tests.publishing.published import a_guide, at, edition, publish

PICTURE = bytes.fromhex("424d1e000000000000001a0000000c000000010001000100180000ff0000")


async def test_every_id_that_there_is_leads_to_nothing(people: People, app: FastAPI) -> None:
    fay = await a_guide(people)
    ana = await people.join("writer", "Ana Unseen")
    shown = await publish(fay, "epub")
    # All this is of the guide and not of the edition.
    draft = await edition(fay, "epub", "markdown")
    asset = await fay.yes("POST", "assets", files={"file": ("x.bmp", PICTURE)})
    export = await fay.yes("POST", "exports", json={"formats": ["epub"]})
    chapter = (await fay.yes("GET", "chapters"))["items"][0]
    names = [draft["id"], shown["id"], asset["id"], export["id"], chapter["id"], ana.id, fay.id,
             chapter["document_id"], "list.json", "chapterhouse.db", "bread-roses-markdown.zip",
             "bread-roses-web.zip", "bread-roses.pdf"]  # fmt: skip
    reader = await people.browser()
    for name in names:
        for place in ("", "book/", "files/", "book/pictures/", "preview/", "editions/"):
            for ending in ("", "/", ".html", ".png", ".jpg"):
                answer = await reader.get(at(fay, f"{place}{name}{ending}"))
                page = '<div id="app">' in answer.text or answer.status_code == 404
                assert page, f"{place}{name}{ending}: {answer.status_code}"
                assert "Ana Unseen" not in answer.text
    for name in (draft["id"], shown["id"]):
        assert (await reader.get(f"/read/{name}/")).status_code == 404


PATHS = [
    "book/..%2flist.json", "book/%2e%2e/list.json", "book/..%2f..%2f..%2fchapterhouse.db", "book//etc/passwd",
    "book/%2fetc%2fpasswd", "book/assets/..%2f..%2flist.json", "book/%2e", "book/%2e%2e", "files/..%2flist.json",
    "files/%2e%2e%2flist.json", "files/", "book/index.html%00", "book/INDEX.HTML", "book/index.html/",
    "book/" + "a" * 5000, "book/%ff", "book/assets", "book/assets/", "files/%2e", "files", "x", "%2e%2e%2f",
]  # fmt: skip


async def test_no_path_leads_out_of_the_edition(people: People) -> None:
    fay = await a_guide(people)
    await publish(fay, "epub")
    reader = await people.browser()
    for path in PATHS:
        for method in ("GET", "HEAD"):
            answer = await reader.request(method, at(fay, path))
            assert answer.status_code == 404, f"{method} {path}"
            for secret in (b"sha256", b"root:", b"SQLite"):
                assert secret not in answer.content


async def test_the_pages_name_nobody_and_nothing_from_inside(people: People) -> None:
    fay = await a_guide(people)
    sam = await people.join("reader", "Silent Sam")
    await publish(fay, "epub", "web", "markdown")
    chapter = (await fay.yes("GET", "chapters"))["items"][0]
    reader = await people.browser()
    seen, waiting = set[str](), [at(fay), at(fay, "book/sw.js")]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = await reader.get(address)
        assert answer.status_code == 200, address
        for secret in (sam.name, sam.id, fay.id, chapter["id"], chapter["document_id"]):
            assert secret.encode() not in answer.content, f"{address} names {secret}"
        if answer.headers["content-type"].startswith("text/html"):
            for found in re.findall(r'(?:href|src|data-index)="([^"#]+)', answer.text):
                joined = str(answer.url.join(found.replace("&amp;", "&")))
                if joined.startswith(f"{people.base}{at(fay)}"):
                    waiting.append(joined.removeprefix(people.base))
    assert len(seen) > 10


async def test_another_guides_editions_are_nobodys(people: People) -> None:
    fay, gil = await a_guide(people), await a_guide(people, "Another")
    made = await edition(gil)
    for method, path in (
        ("POST", f"editions/{made['id']}/publish"),
        ("POST", f"editions/{made['id']}/withdraw"),
        ("DELETE", f"editions/{made['id']}"),
        ("GET", f"editions/{made['id']}/page/"),
    ):
        assert (await fay.no(404, method, path))["code"] == "edition_not_found"


async def test_a_backup_holds_what_is_published(people: People, app: FastAPI) -> None:
    from app.kit.backup import FOLDERS

    fay = await a_guide(people)
    made = await publish(fay)
    shelf = app.state.editions.shelf(made["id"]).relative_to(app.state.settings.data_dir)
    assert shelf.parts[0] in FOLDERS
