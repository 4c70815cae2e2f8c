"""Uploads: pictures go up and come down for members of the guide, within limits."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator

import pytest
from fastapi import FastAPI
from PIL import Image

from app.kit.config import Settings
from tests.people_at_work import Browser, People, refused


def png(colour: str = "red", size: tuple[int, int] = (20, 10)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
async def fay(people: People) -> Browser:
    return await people.start_guide()


async def upload(browser: Browser, data: bytes, name: str = "a.png") -> dict[str, object]:
    made: dict[str, object] = await browser.yes("POST", "assets", files={"file": (name, data)})
    return made


async def test_a_picture_goes_up_and_comes_down(fay: Browser) -> None:
    made = await upload(fay, png(), "..\\..\\flag.png")
    assert (made["name"], made["width"], made["height"]) == ("flag.png", 20, 10)
    assert made["media_type"] == "image/png"
    answer = await fay.get(str(made["url"]))
    assert answer.headers["content-type"] == "image/png"
    assert len(answer.content) == made["bytes"]
    assert Image.open(io.BytesIO(answer.content)).getpixel((1, 1)) == (255, 0, 0)


async def test_a_picture_comes_down_as_nothing_but_a_picture(fay: Browser) -> None:
    answer = await fay.get(str((await upload(fay, png()))["url"]))
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_only_members_see_it(people: People, fay: Browser) -> None:
    url = str((await upload(fay, png()))["url"])
    reader = await people.join("reader", "Rea")
    assert (await reader.get(url)).status_code == 200
    refused(await (await people.browser()).get(url), 401)
    other = await people.start_guide("Other", name="Gil")
    refused(await other.get(url), 404)
    refused(await other.get(url.replace(fay.slug, other.slug)), 404)


async def test_a_reader_puts_none_in(people: People, fay: Browser) -> None:
    reader = await people.join("reader", "Rea")
    await reader.no(403, "POST", "assets", files={"file": ("a.png", png())})
    stranger = await people.browser()
    stranger.slug = fay.slug
    await stranger.no(401, "POST", "assets", files={"file": ("a.png", png())})


async def test_the_same_picture_pasted_by_many_at_once_is_kept_once(
    people: People, fay: Browser, settings: Settings
) -> None:
    ana = await people.join("writer", "Ana")
    data = png("blue", (300, 300))
    made = await asyncio.gather(*(upload(one, data) for one in (fay, ana) * 6))
    files = [file for file in (settings.data_dir / "assets").rglob("*") if file.is_file()]
    assert len(files) == 1
    assert files[0].stat().st_size == made[0]["bytes"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("page.png", b"<html>"), ("x.svg", b"<svg onload='alert(1)'/>"), ("empty.png", b"")],
)
async def test_what_is_no_picture_is_refused(fay: Browser, name: str, data: bytes) -> None:
    problem = await fay.no(422, "POST", "assets", files={"file": (name, data)})
    assert problem["code"] == "not_a_picture"


async def test_a_request_without_a_file_is_refused(fay: Browser) -> None:
    await fay.no(422, "POST", "assets")
    await fay.no(422, "POST", "assets", data={"file": "words"})


async def test_a_file_over_the_limit_is_refused_with_the_limit(app: FastAPI, fay: Browser) -> None:
    app.state.settings.max_upload_mb = 1
    problem = await fay.no(413, "POST", "assets", files={"file": ("big.png", b"x" * 1_005_000)})
    assert "1 MB" in problem["detail"]
    problem = await fay.no(413, "POST", "assets", files={"file": ("big.png", b"x" * 2_000_000)})
    assert "1 MB" in problem["detail"]


async def test_a_body_that_does_not_say_how_long_it_is_is_counted(
    app: FastAPI, fay: Browser
) -> None:
    app.state.settings.max_upload_mb = 1
    sent = 0

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        while sent < 50_000_000:
            sent += 65536
            yield b"x" * 65536

    problem = await fay.no(
        413, "POST", "assets", content=endless(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )  # fmt: skip
    assert problem["code"] == "too_large"


async def test_a_picture_whose_file_is_lost_says_so(fay: Browser, settings: Settings) -> None:
    url = str((await upload(fay, png()))["url"])
    for file in (settings.data_dir / "assets").rglob("*.png"):
        file.unlink()
    assert (await fay.no(404, "GET", url.rpartition("/")[2]))["code"]
    refused(await fay.get(url), 404)
