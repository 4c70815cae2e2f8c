"""Exporting over HTTP: begin, follow, fetch, cancel; every refusal is a sentence."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import anyio
import psutil
import pytest
from fastapi import FastAPI

from app.exporting import making
from app.exporting.assemble import Assembled
from app.exporting.book import Made
from app.kit.converters import ConversionFailed
from tests.exporting import pages
from tests.exporting.conftest import SAMPLE, needs
from tests.importing.uploads import bring, finished, folder
from tests.people_at_work import Browser, People


async def export(who: Browser, *formats: str) -> dict[str, Any]:
    """An export once it has ended."""
    started = await who.yes("POST", "exports", json={"formats": list(formats)})
    return await finished(who, f"exports/{started['id']}")


async def test_a_guide_leaves_as_epub_and_pdf(people: People, tmp_path: Path) -> None:
    needs("pdftotext")
    fay = await people.start_guide("Bread & Roses", region="New York", licence="CC BY 4.0")
    await people.join("writer", "Maria Chen")
    await people.join("reader", "Silent Sam")
    part = await fay.yes("POST", "parts", json={"title": "Beginnings"})
    await bring(fay, folder(SAMPLE))
    first = (await fay.yes("GET", "chapters"))["items"][0]
    await fay.yes(
        "POST", f"chapters/{first['id']}/move", json={"part_id": part["id"], "before_id": None}
    )
    job = await export(fay, "epub", "pdf")
    assert job["status"] == "done"
    assert (job["percent"], job["step"], job["error"]) == (100, "Ready", None)
    assert [file["name"] for file in job["files"]] == ["bread-roses.epub", "bread-roses.pdf"]
    epub, pdf = [(await fay.get(file["url"])).content for file in job["files"]]
    assert [len(epub), len(pdf)] == [file["bytes"] for file in job["files"]]
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        package = archive.read("EPUB/content.opf").decode()
        nav = archive.read("EPUB/nav.xhtml").decode()
    assert "Bread &amp; Roses" in package
    assert "Maria Chen" in package
    assert "Silent Sam" not in package, "whoever only read has not written"
    assert nav.index("Beginnings") < nav.index("Start with a conversation")
    path = tmp_path / "book.pdf"
    path.write_bytes(pdf)
    marks = pages.bookmarks(path)
    assert marks[-1] == (0, "About this sprint")
    assert marks[-2][0] == 2, "sections of a chapter in a part are two levels deep"
    assert (0, "Beginnings") in marks
    assert (1, "Start with a conversation") in marks
    assert job["files"][1]["pages"] == len(pages.text_of(path)) - 1


async def test_a_guide_without_chapters_is_refused_with_a_sentence(people: People) -> None:
    fay = await people.start_guide()
    problem = await fay.no(422, "POST", "exports", json={"formats": ["epub"]})
    assert problem["code"] == "no_chapters"
    assert "no chapters" in problem["detail"]


async def test_a_chapter_without_words_is_a_finding_not_a_failure(people: People) -> None:
    fay = await people.start_guide()
    await fay.chapter("Empty")
    job = await export(fay, "epub", "pdf")
    assert job["status"] == "done"
    assert [finding["code"] for finding in job["findings"]] == ["chapter_empty"]
    assert job["findings"][0]["place"] == "Empty"


async def test_a_guide_in_arabic_runs_from_right_to_left(people: People) -> None:
    fay = await people.start_guide("دليل", language="ar")
    await bring(fay, {"a.md": "# فصل\n\nمرحبا بالعالم.".encode()})
    job = await export(fay, "epub")
    with zipfile.ZipFile(io.BytesIO((await fay.get(job["files"][0]["url"])).content)) as archive:
        assert 'page-progression-direction="rtl"' in archive.read("EPUB/content.opf").decode()
        assert 'dir="rtl"' in archive.read("EPUB/text/ch001.xhtml").decode()


@pytest.mark.parametrize("formats", [[], ["rtf"], ["../x"], "pdf"])
async def test_formats_nobody_knows_are_refused(formats: object, people: People) -> None:
    fay = await people.start_guide()
    await fay.chapter()
    await fay.no(422, "POST", "exports", json={"formats": formats})


async def test_everybody_may_fetch_and_nobody_else(people: People) -> None:
    fay = await people.start_guide()
    await fay.chapter()
    reader = await people.join("reader", "Rae")
    job = await export(reader, "epub")
    url = job["files"][0]["url"]
    assert (await fay.get(url)).status_code == 200
    stranger = await people.browser()
    assert (await stranger.get(url)).status_code == 401
    other = await people.start_guide("Another", name="Olga")
    assert (await other.get(url)).status_code == 404
    for name in ("..%2F..%2Fchapterhouse.db", "cache", "guide.pdf"):
        assert (await fay.get(f"{url.rpartition('/')[0]}/{name}")).status_code == 404


async def test_cancelling_ends_it_and_every_process_it_started(
    app: FastAPI, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    fay = await people.start_guide()
    await fay.chapter()
    from app.kit import box

    async def endless(whole: Assembled, format_: str, work: Path, *_: Any) -> Made:
        await box.run(["sh", "-c", "sleep 100 & sleep 100"], folder=work)
        raise AssertionError("it was not ended")

    monkeypatch.setattr(making, "_one", endless)
    started = await fay.yes("POST", "exports", json={"formats": ["pdf"]})
    with anyio.fail_after(20):
        # The shell, the one in the foreground and the one it left in the background.
        while len(group := _sleepers()) < 3:
            await anyio.sleep(0.05)
    with anyio.fail_after(20):
        await fay.yes("DELETE", f"exports/{started['id']}")
    job = await fay.yes("GET", f"exports/{started['id']}")
    assert (job["status"], job["step"]) == ("cancelled", "Cancelled")
    with anyio.fail_after(5):
        while any(_alive(process) for process in group):
            await anyio.sleep(0.05)
    assert not app.state.exports.folder(started["id"]).exists()


def _sleepers() -> list[psutil.Process]:
    mine = psutil.Process(os.getpid()).children(recursive=True)
    return [process for process in mine if "sleep" in " ".join(_command(process))]


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


async def test_a_finished_export_can_be_taken_away(app: FastAPI, people: People) -> None:
    fay = await people.start_guide()
    await fay.chapter()
    job = await export(fay, "epub")
    await fay.yes("DELETE", f"exports/{job['id']}")
    assert (await fay.yes("GET", "exports"))["items"] == []
    assert not app.state.exports.folder(job["id"]).exists()
    await fay.no(404, "GET", f"exports/{job['id']}")


async def test_what_goes_wrong_is_said_in_a_sentence(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    fay = await people.start_guide()
    await fay.chapter()

    async def broken(*_: Any) -> Made:
        raise ConversionFailed("The pages could not be made.", "log that nobody should see")

    monkeypatch.setattr(making, "_one", broken)
    job = await export(fay, "pdf")
    assert (job["status"], job["error"]) == ("failed", "The pages could not be made.")

    async def crashing(*_: Any) -> Made:
        raise ZeroDivisionError

    monkeypatch.setattr(making, "_one", crashing)
    job = await export(fay, "pdf")
    assert job["status"] == "failed"
    assert "Please try again" in job["error"]


async def test_progress_only_grows_and_is_in_words(
    app: FastAPI, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.exporting import service

    monkeypatch.setattr(service, "Throttle", lambda tell: tell)
    seen: list[tuple[int, str]] = []
    honest = service.Exports._note

    async def noted(self: service.Exports, export_id: str, percent: int, step: str) -> None:
        seen.append((percent, step))
        await honest(self, export_id, percent, step)

    monkeypatch.setattr(service.Exports, "_note", noted)
    fay = await people.start_guide()
    await bring(fay, {"a.md": b"# A\n\nx", "b.md": b"# B\n\ny"})
    await export(fay, "epub", "pdf")
    percents = [percent for percent, _ in seen]
    assert percents == sorted(percents)
    assert percents[0] >= 0
    assert percents[-1] < 100
    steps = [step for _, step in seen]
    assert "Reading “A”" in steps
    assert "Setting “B”" in steps
    assert "Making the pages" in steps


async def test_nobody_takes_away_what_somebody_else_asked_for(people: People) -> None:
    fay = await people.start_guide()
    await fay.chapter()
    rae, will = await people.join("reader", "Rae"), await people.join("writer", "Will")
    asked = {one.name: await export(one, "epub") for one in (fay, rae)}
    for one in (rae, will):
        problem = await one.no(403, "DELETE", f"exports/{asked[fay.name]['id']}")
        assert "whoever asked for it" in problem["detail"]
    await rae.yes("DELETE", f"exports/{asked['Rae']['id']}")
    own = await export(rae, "epub")
    assert own["person_id"] == rae.id
    await fay.yes("DELETE", f"exports/{own['id']}")
    assert [one["id"] for one in (await fay.yes("GET", "exports"))["items"]] == [
        asked[fay.name]["id"]
    ]


async def test_asking_again_for_what_is_being_made_begins_nothing_new(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    fay = await people.start_guide()
    await fay.chapter()
    rae = await people.join("reader", "Rae")
    gate = anyio.Event()
    make = making.make

    async def held(*arguments: Any) -> Any:
        await gate.wait()
        return await make(*arguments)

    monkeypatch.setattr(making, "make", held)
    wish = {"formats": ["epub", "pdf"]}
    first = await fay.yes("POST", "exports", json=wish)
    for _ in range(3):
        again = await rae.yes("POST", "exports", json={"formats": ["pdf", "epub"]})
        assert again == first
    gate.set()
    assert (await finished(fay, f"exports/{first['id']}"))["status"] == "done"


async def test_whoever_has_the_most_makes_room(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.exporting import service

    monkeypatch.setattr(service, "KEPT", 3)
    fay = await people.start_guide()
    await fay.chapter()
    rae = await people.join("reader", "Rae")
    book = await export(fay, "epub")
    for _ in range(4):
        await export(rae, "epub")
    kept = [item["id"] for item in (await fay.yes("GET", "exports"))["items"]]
    assert book["id"] in kept


async def test_old_exports_make_room(
    app: FastAPI, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.exporting import service

    monkeypatch.setattr(service, "KEPT", 2)
    fay = await people.start_guide()
    await fay.chapter()
    jobs = [await export(fay, "epub") for _ in range(4)]
    kept = [item["id"] for item in (await fay.yes("GET", "exports"))["items"]]
    assert kept == [jobs[3]["id"], jobs[2]["id"]]
    assert not app.state.exports.folder(jobs[0]["id"]).exists()
