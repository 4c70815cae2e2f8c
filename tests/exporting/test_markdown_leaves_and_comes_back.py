"""A guide leaves as Markdown with its pictures, and comes back into another guide as it was."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import yaml
from fastapi import FastAPI

from app.importing import archives
from app.kit.errors import AppError
from app.manuscript.tree import Mark, Node, Text, rebuild
from tests.exporting.conftest import SAMPLE
from tests.exporting.test_books_leave_through_the_browser import export
from tests.importing.uploads import bring, folder
from tests.people_at_work import Browser, People


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip with these files in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


async def trees(app: FastAPI, who: Browser) -> list[tuple[str, str | None, Node]]:
    """Title, part and words of every chapter; pictures and chapters by what they are, not their ids."""
    listed = await who.yes("GET", "chapters")
    parts = {one["id"]: one["title"] for one in listed["parts"]}
    titles = {one["id"]: one["title"] for one in listed["items"]}
    pictures = {one["id"]: one["sha256"] for one in await assets(app, who)}

    def plainly(node: Node) -> Node:
        if node.type == "figure":
            node = node.with_attrs(asset=pictures[str(node.attrs["asset"])])
        return node.with_content(
            tuple(
                Text(child.text, tuple(map(renamed, child.marks)))
                if isinstance(child, Text)
                else child
                for child in node.content
            )
        )

    def renamed(mark: Mark) -> Mark:
        href = str(mark.attrs.get("href", ""))
        for identifier, title in titles.items():
            href = href.replace(identifier, title)
        return Mark(mark.type, {"href": href}) if mark.type == "link" else mark

    return [
        (
            one["title"],
            parts.get(one["part_id"]),
            rebuild(await app.state.sync.read_tree(one["document_id"]), plainly),
        )
        for one in listed["items"]
    ]


async def assets(app: FastAPI, who: Browser) -> list[dict[str, Any]]:
    from app.assets import service

    async with app.state.database.read() as session:
        guide = await who.yes("GET", "")
        rows = await service.of_guide(session, guide["id"])
        return [{"id": row.id, "sha256": row.sha256} for row in rows]


async def test_every_word_picture_link_and_part(app: FastAPI, people: People) -> None:
    fay = await people.start_guide("Bread & Roses", licence="CC BY 4.0")
    await bring(fay, folder(SAMPLE, "*.md", "pictures/*"))
    part = await fay.yes("POST", "parts", json={"title": "Later: on"})
    last = (await fay.yes("GET", "chapters"))["items"][-1]
    await fay.yes(
        "POST", f"chapters/{last['id']}/move", json={"part_id": part["id"], "before_id": None}
    )
    job = await export(fay, "markdown")
    [file] = job["files"]
    assert file["name"] == "bread-roses-markdown.zip"
    data = (await fay.get(file["url"])).content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        about = yaml.safe_load(archive.read("guide.yaml"))
    assert about["title"] == "Bread & Roses"
    assert about["licence"] == "CC BY 4.0"
    assert len([name for name in names if name.endswith(".md")]) == 6
    assert any(name.startswith("pictures/") for name in names)

    other = await people.start_guide("Somewhere else")
    report = await bring(other, {"bread-roses-markdown.zip": data})
    assert report["status"] == "done"
    [details] = report["lost"]
    assert "keeps its own" in details["why"], "nothing else was lost"
    assert await trees(app, other) == await trees(app, fay)

    again = await export(other, "markdown")
    with zipfile.ZipFile(
        io.BytesIO((await other.get(again["files"][0]["url"])).content)
    ) as archive:
        for name in names:
            if name != "guide.yaml":
                with zipfile.ZipFile(io.BytesIO(data)) as first:
                    assert archive.read(name) == first.read(name), name


async def test_a_zip_that_cannot_be_read_is_named_and_the_rest_comes_in(people: People) -> None:
    fay = await people.start_guide()
    whole = zipped({"inside.md": b"# Inside\n\nWords.", "__MACOSX/x": b"x", ".hidden": b"x"})
    report = await bring(
        fay, {"broken.zip": b"no zip", "whole.zip": whole, "beside.md": b"# Beside\n\nWords."}
    )
    assert {one["title"] for one in report["chapters"]} == {"Inside", "Beside"}
    [lost] = report["lost"]
    assert lost["file"] == "broken.zip"
    assert "not a zip file" in lost["why"]


@pytest.mark.parametrize(
    "names", [["../out.md"], ["/etc/out.md"], ["C:/out.md"]], ids=["above", "root", "drive"]
)
def test_a_zip_that_points_outside_is_refused(tmp_path: Any, names: list[str]) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(zipped(dict.fromkeys(names, b"x")))
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(AppError, match="outside itself"):
        archives.unpacked(path, work, 1_000_000)
    assert list(work.iterdir()) == []


def test_a_zip_that_would_fill_the_disk_is_refused(tmp_path: Any) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.md", b"\0" * 30_000_000)
    with pytest.raises(AppError, match=r"MB are the limit|hundred times"):
        archives.unpacked(path, tmp_path, 10_000_000)
    with pytest.raises(AppError, match="hundred times"):
        archives.unpacked(path, tmp_path, 100_000_000)
