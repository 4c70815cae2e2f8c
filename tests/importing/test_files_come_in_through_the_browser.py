"""Importing over HTTP: files up, chapters and a report down, and whatever goes wrong is said."""

from __future__ import annotations

import anyio
import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import select

from app.guides.queries import guide_by_slug
from app.importing.bringing import Bringer
from app.importing.drafts import Ready
from app.importing.models import Import
from app.importing.routes import safe_name
from app.kit import clock
from app.kit.config import Settings
from app.main import create_app
from app.manuscript import plain
from tests.exporting.conftest import SAMPLE
from tests.importing.uploads import bring, folder
from tests.people_at_work import Browser, People


async def words_of(app: FastAPI, who: Browser, title: str) -> str:
    items = (await who.yes("GET", "chapters"))["items"]
    document_id = next(item["document_id"] for item in items if item["title"] == title)
    return plain.text(await app.state.sync.read_tree(document_id))


async def test_the_sample_guide(app: FastAPI, people: People) -> None:
    fay = await people.start_guide()
    report = await bring(fay, folder(SAMPLE))
    assert report["status"] == "done"
    assert report["percent"] == 100
    assert [chapter["title"] for chapter in report["chapters"]] == await fay.titles()
    assert len(report["chapters"]) == 6
    unread = {lost["file"] for lost in report["lost"]}
    assert unread == {file.name for file in SAMPLE.iterdir() if file.suffix != ".md"} - {"pictures"}
    items = (await fay.yes("GET", "chapters"))["items"]
    assert {item["status"] for item in items} == {"drafting"}
    assert [item["words"] for item in items] == [c["words"] for c in report["chapters"]]
    assert sum(item["words"] for item in items) > 3000
    assert "carries a decision" in await words_of(app, fay, "Start with a conversation")


async def test_links_and_pictures_come_along(app: FastAPI, people: People) -> None:
    fay = await people.start_guide()
    report = await bring(fay, folder(SAMPLE))
    ids = {chapter["title"]: chapter["id"] for chapter in report["chapters"]}
    items = (await fay.yes("GET", "chapters"))["items"]
    trees = {item["title"]: await app.state.sync.read_tree(item["document_id"]) for item in items}
    hrefs = str(trees["Choose and protect your channels"])
    assert f"chapter:{ids['Start with a conversation']}#the-one-on-one" in hrefs
    [figure] = [n for n in trees["Map your workplace"].content if n.type == "figure"]
    picture = await fay.get(f"/api/guides/{fay.slug}/assets/{figure.attrs['asset']}")
    assert picture.headers["content-type"] == "image/png"
    assert figure.attrs["alt"].startswith("Three circles")


async def test_what_cannot_be_read_is_named_and_the_rest_comes_in(people: People) -> None:
    fay = await people.start_guide()
    report = await bring(
        fay,
        {
            "good.md": b"# Good\n\nWords. ![gone](nowhere.png) ![far](https://example.org/x.png)",
            "bad.docx": b"this is no zip",
            "notes.pages": b"?",
            "fake.png": b"not a picture",
            "uses.md": b"# Uses\n\n![fake](fake.png)",
        },
    )
    assert report["status"] == "done"
    assert sorted(await fay.titles()) == ["Good", "Uses"]
    lost = {(entry["file"], entry["what"].split(" (")[0]): entry["why"] for entry in report["lost"]}
    assert "not a docx file" in lost["bad.docx", "The whole file"]
    assert "Only Markdown" in lost["notes.pages", "The file"]
    assert "not among the files" in lost["good.md", "The picture “gone”"]
    assert "another website" in lost["good.md", "The picture “far”"]
    assert "not a picture" in lost["uses.md", "The picture “fake”"]
    assert all(entry["why"].endswith(".") for entry in report["lost"])


async def test_when_nothing_can_be_read_it_failed_and_nothing_changed(people: People) -> None:
    fay = await people.start_guide()
    await fay.chapter("Mine")
    report = await bring(fay, {"bad.docx": b"no"})
    assert report["status"] == "failed"
    assert report["error"] == "None of the files could be read."
    assert await fay.titles() == ["Mine"]


async def test_new_chapters_stand_behind_those_that_are_there(people: People) -> None:
    fay = await people.start_guide()
    await fay.chapter("First")
    await bring(fay, {"b.md": b"# B", "a.md": b"# A"})
    assert await fay.titles() == ["First", "A", "B"]
    part = (await fay.yes("POST", "parts", json={"title": "Part"}))["id"]
    await fay.chapter("In it", part_id=part)
    await bring(fay, {"c.md": b"# C"})
    assert await fay.titles() == ["First", "A", "B", "In it", "C"]


async def test_another_language_is_pointed_out(people: People) -> None:
    fay = await people.start_guide(language="en")
    report = await bring(fay, {"a.md": "---\nlang: ar\ntitle: أ\n---\nس".encode()})
    [lost] = report["lost"]
    assert lost["what"] == "Its language (ar)"


async def test_only_pictures_or_nothing_is_refused_with_a_sentence(people: People) -> None:
    fay = await people.start_guide()
    problem = await fay.no(422, "POST", "imports", files=[("files", ("a.png", b"x"))])
    assert "can become a chapter" in problem["detail"]


async def test_more_than_may_come_in_at_once_is_refused(app: FastAPI, people: People) -> None:
    app.state.settings.max_import_mb = 1
    fay = await people.start_guide()
    files = [("files", (f"{at}.md", b"x" * 600_000)) for at in range(2)]
    problem = await fay.no(413, "POST", "imports", files=files)
    assert "1 MB" in problem["detail"]
    # More than 1000 do not even get past the parser of the form.
    for many in (501, 1001):
        files = [("files", (f"{at}.md", b"x")) for at in range(many)]
        problem = await fay.no(413, "POST", "imports", files=files)
        assert problem["code"] == "too_large"
        assert "the server takes up to 500 files here" in problem["detail"]
    assert list((app.state.settings.data_dir / "imports").glob("*")) == []


async def test_a_form_that_is_no_upload_is_refused_with_a_sentence(people: People) -> None:
    fay = await people.start_guide()
    form = {"headers": {"Content-Type": "multipart/form-data; boundary=b"}}
    field = b'--b\r\nContent-Disposition: form-data; name="files"\r\n\r\n%s\r\n'
    problem = await fay.no(413, "POST", "imports", content=field % b"x" * 1001 + b"--b--", **form)
    assert problem["detail"] == "There are more fields in this form than the server takes."
    long = field % (b"x" * 1_100_000) + b"--b--"
    problem = await fay.no(413, "POST", "imports", content=long, **form)
    assert problem["detail"] == "A field of this form is longer than the server takes."


async def test_only_the_facilitator_brings_files_in(people: People) -> None:
    await people.start_guide()
    for role in ("writer", "reviewer", "reader"):
        someone = await people.join(role, f"Somebody {role}")
        problem = await someone.no(403, "POST", "imports", files=[("files", ("a.md", b"x"))])
        assert problem["ability"] == "import"


async def test_nothing_of_an_import_stays_behind(app: FastAPI, people: People) -> None:
    fay = await people.start_guide()
    report = await bring(fay, {"a.md": b"# A"})
    await app.state.imports.wait(report["id"])
    assert list((app.state.settings.data_dir / "imports").glob("*")) == []


async def test_a_cancelled_import_ends_at_once_and_what_came_in_stays(
    app: FastAPI, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    fay = await people.start_guide()
    write = Bringer._write
    reached = anyio.Event()

    async def slow_after_the_first(self: Bringer, one: Ready) -> None:
        if self.report.chapters:
            reached.set()
            await anyio.sleep_forever()
        await write(self, one)

    monkeypatch.setattr(Bringer, "_write", slow_after_the_first)
    files = [("files", (f"{name}.md", f"# {name}".encode())) for name in "AB"]
    running = (await fay.yes("POST", "imports", files=files))["id"]
    waiting = (await fay.yes("POST", "imports", files=files))["id"]
    with anyio.fail_after(20):
        await reached.wait()
        for each in (waiting, running):
            await fay.yes("DELETE", f"imports/{each}")
    listed = {one["id"]: one for one in (await fay.yes("GET", "imports"))["items"]}
    assert list(listed) == [waiting, running]
    assert [listed[each]["status"] for each in (waiting, running)] == ["cancelled", "cancelled"]
    assert [chapter["title"] for chapter in listed[running]["chapters"]] == ["A"]
    assert listed[waiting]["chapters"] == []
    assert await fay.titles() == ["A"]
    assert list((app.state.settings.data_dir / "imports").glob("*")) == []


async def test_only_the_facilitator_cancels_and_only_in_the_own_guide(people: People) -> None:
    fay = await people.start_guide()
    report = await bring(fay, {"a.md": b"# A"})
    will = await people.join("writer", "Will")
    assert (await will.no(403, "DELETE", f"imports/{report['id']}"))["ability"] == "import"
    other = await people.start_guide("Another", name="Olga")
    await other.no(404, "DELETE", f"imports/{report['id']}")
    assert (await other.yes("GET", "imports"))["items"] == []
    assert [one["id"] for one in (await fay.yes("GET", "imports"))["items"]] == [report["id"]]


async def test_a_picture_that_is_used_twice_is_kept_once(app: FastAPI, people: People) -> None:
    import io

    out = io.BytesIO()
    Image.new("RGB", (30, 20), (1, 2, 3)).save(out, "PNG")
    fay = await people.start_guide()
    text = b"# T\n\n![one](a.png)\n\n![two](sub/b.png)"
    await bring(fay, {"t.md": text, "a.png": out.getvalue(), "sub/b.png": out.getvalue()})
    [chapter] = (await fay.yes("GET", "chapters"))["items"]
    tree = await app.state.sync.read_tree(chapter["document_id"])
    assert len({node.attrs["asset"] for node in tree.content if node.type == "figure"}) == 1


def test_names_of_uploads_lead_nowhere() -> None:
    assert safe_name("../../etc/passwd.md") == "etc/passwd.md"
    assert safe_name("C:\\guide\\en\\a.md") == "C:/guide/en/a.md"
    assert safe_name("/abs/./a\x00\n.md") == "abs/a.md"
    assert safe_name("..") == "file"


async def test_a_job_whose_server_died_is_said_to_have_failed(settings: Settings) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app), People(settings.base, app) as people:
        slug = (await people.start_guide()).slug
        async with app.state.database.write() as session:
            guide = await guide_by_slug(session, slug)
            assert guide is not None
            session.add(
                Import(
                    guide_id=guide.id,
                    status="running",
                    step="Reading",
                    created_at=clock.now(),
                    beat_at=clock.now(),
                )
            )
    again = create_app(settings)
    async with again.router.lifespan_context(again), again.state.database.read() as session:
        row = (await session.scalars(select(Import))).one()
        assert row.status == "failed"
        assert row.error is not None
        assert "restarted" in row.error
        assert row.finished_at is not None
