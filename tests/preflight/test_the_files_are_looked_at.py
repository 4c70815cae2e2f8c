"""A complete check makes the files and has them checked; what is not installed is said, never fine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.preflight import files
from tests.people_at_work import Browser, People
from tests.preflight.finding import a_guide, check, one, p, to_fix, write


@pytest.fixture
async def fay(people: People, app: FastAPI) -> Browser:
    fay = await a_guide(people)
    await write(app, await fay.chapter("Rights"), p("Words."))
    return fay


async def test_the_files_of_an_honest_guide_are_accepted(app: FastAPI, fay: Browser) -> None:
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    done = await check(fay, files=True)
    assert not [said for said in done["not_checked"] if "EPUBCheck" in said]
    assert [f["code"] for f in await to_fix(app, fay)] == ["chapter_not_done"]


async def test_a_checker_that_is_not_installed_is_said(
    app: FastAPI, fay: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_epubcheck", lambda: None)
    monkeypatch.setattr(files, "_ace", lambda: None)
    done = await check(fay, files=True)
    said = "The EPUB was not checked by {}: it is not installed here."
    assert {said.format("EPUBCheck"), said.format("Ace")} <= set(done["not_checked"])
    last = (await fay.yes("GET", "findings"))["last"]
    assert last["not_checked"] == done["not_checked"]


async def test_a_file_that_is_rejected_blocks_and_cannot_be_waved_through(
    app: FastAPI, fay: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(book: object, formats: object, folder: Path, name: str, *_: object) -> object:
        from app.exporting.book import Made
        from app.exporting.making import Result

        made = folder / f"{name}.epub"
        made.write_bytes(b"PK but no EPUB")
        return Result([Made("epub", made, 14)], [])

    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    monkeypatch.setattr(files, "_ace", lambda: None)
    monkeypatch.setattr("app.exporting.making.make", broken)
    await check(fay, files=True)
    rejected = [f for f in await to_fix(app, fay) if f["code"] == "file_rejected"]
    assert rejected
    assert rejected[0]["message"].startswith("EPUBCheck says: ")
    assert (rejected[0]["severity"], rejected[0]["waivable"]) == ("must", False)
    await fay.no(
        409, "PUT", f"findings/{rejected[0]['key']}/waiver", json={"reason": "Looks good."}
    )
    # The next check makes an honest file, and the finding is gone.
    monkeypatch.undo()
    monkeypatch.setattr(files, "_ace", lambda: None)
    await check(fay, files=True)
    assert "file_rejected" not in [f["code"] for f in await to_fix(app, fay)]


async def test_a_book_that_cannot_be_made_is_something_to_fix(
    app: FastAPI, fay: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.kit.converters import ConversionFailed

    async def fails(*_: object) -> None:
        raise ConversionFailed("The pages could not be made.", "")

    monkeypatch.setattr("app.exporting.making.make", fails)
    done = await check(fay, files=True)
    assert done["not_checked"] == ["There were no files to look at."]
    found = one(await to_fix(app, fay), "file_failed")
    assert (found["severity"], found["waivable"]) == ("must", False)


async def test_a_checker_that_dies_is_not_taken_for_a_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_epubcheck", lambda: ("false",))
    monkeypatch.setattr(files, "_ace", lambda: "false")
    file = tmp_path / "a.epub"
    file.write_bytes(b"")
    for checker in (files.epubcheck, files.ace):
        found = await checker(file, "A guide")
        assert found
        assert "came to no end" in found[0].message
