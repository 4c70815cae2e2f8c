"""A finished cover: taken in when it fits, made harmless, printed, and missed when the book grows."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fastapi import FastAPI
from PIL import Image

from tests.exporting.printed import POINTS
from tests.people_at_work import Browser, People


def pdf(wide: float, high: float, spoil: Any = None, pages: int = 1) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            page = made.add_blank_page(page_size=(wide * POINTS, high * POINTS))
            page.obj.Contents = pikepdf.Stream(made, b"1 0 0 rg 0 0 99 99 re f")
        if spoil is not None:
            spoil(made)
        made.save(out)
    return out.getvalue()


async def put(who: Browser, data: bytes, name: str = "cover.pdf", printer: str = "kdp") -> Any:
    return await who.request(
        "POST", who.at(f"printing/cover?printer={printer}"), files={"file": (name, data)}
    )


async def export(app: FastAPI, who: Browser, printer: str = "kdp") -> dict[str, Any]:
    begun = await who.yes("POST", "exports", json={"formats": ["print"], "printer": printer})
    await app.state.exports.wait(begun["id"])
    done: dict[str, Any] = await who.yes("GET", f"exports/{begun['id']}")
    assert done["status"] == "done", done["error"]
    return done


async def needed(who: Browser) -> dict[str, Any]:
    said = await who.yes("GET", "printing")
    [kdp] = [one for one in said["printers"] if one["name"] == "kdp"]
    return kdp


@pytest.fixture
async def fay(people: People, app: FastAPI) -> Browser:
    """A facilitator whose book was made for KDP once."""
    fay = await people.start_guide()
    await fay.chapter("One")
    assert (await needed(fay))["pages"] is None
    refused = await put(fay, pdf(300, 200))
    assert "Make the book for Amazon KDP once" in refused.json()["detail"]
    done = await export(app, fay)
    assert done["formats"] == ["print-kdp"]
    assert [file["format"] for file in done["files"]] == [
        "print", "print-inside", "print-cover", "print-template",
    ]  # fmt: skip
    return fay


async def test_one_that_fits_is_printed(fay: Browser, app: FastAPI) -> None:
    size = await needed(fay)
    answer = await put(fay, pdf(size["cover_width_mm"], size["cover_height_mm"]))
    assert answer.status_code == 201, answer.text
    assert answer.json()["spine_mm"] == size["spine_mm"]
    kept = (await fay.request("GET", fay.at("printing/cover"))).content
    done = await export(app, fay)
    [cover] = [file for file in done["files"] if file["format"] == "print-cover"]
    assert (await fay.request("GET", cover["url"])).content == kept
    assert "print_cover_size" not in [finding["code"] for finding in done["findings"]]
    # The book grows: the cover is missed, and the design's takes its place.
    for number in range(8):
        await fay.chapter(f"More {number}")
    done = await export(app, fay)
    [finding] = [one for one in done["findings"] if one["code"] == "print_cover_size"]
    now = (await needed(fay))["spine_mm"]
    assert finding["message"].startswith(f"Spine is now {now:.1f} mm: replace the cover.")
    assert finding["severity"] == "must"
    # Another printer has nothing to do with it.
    assert "print_cover_size" not in [
        one["code"] for one in (await export(app, fay, "copyshop"))["findings"]
    ]
    await fay.yes("DELETE", "printing/cover")
    assert (await fay.yes("GET", "printing"))["cover"] is None
    await fay.no(404, "GET", "printing/cover")


async def test_one_that_does_not_fit_is_refused_with_the_size(fay: Browser) -> None:
    size = await needed(fay)
    answer = await put(fay, pdf(size["cover_width_mm"] - 3, size["cover_height_mm"]))
    assert answer.status_code == 422
    assert f"must be {size['cover_width_mm']:.1f} × {size['cover_height_mm']:.1f} mm" in answer.text
    assert (await fay.yes("GET", "printing"))["cover"] is None


async def test_a_picture_becomes_a_page(fay: Browser, tmp_path: Path) -> None:
    size = await needed(fay)
    for kind, dots, status in (("JPEG", 300, 201), ("PNG", 250, 201), ("JPEG", 120, 422)):
        wide, high = (round(size[f"cover_{side}_mm"] / 25.4 * dots) for side in ("width", "height"))
        out = io.BytesIO()
        Image.new("RGB", (wide, high), (20, 90, 80)).save(out, kind)
        answer = await put(fay, out.getvalue(), f"cover.{kind}")
        assert answer.status_code == status, answer.text
    kept = (await fay.request("GET", fay.at("printing/cover"))).content
    with pikepdf.open(io.BytesIO(kept)) as made:
        [page] = made.pages
        assert float(page.mediabox[2]) / POINTS == pytest.approx(size["cover_width_mm"], abs=0.1)
        assert float(page.trimbox[0]) / POINTS == pytest.approx(3.175, abs=0.01)
    square = io.BytesIO()
    Image.new("RGB", (3800, 3800)).save(square, "JPEG")
    assert (await put(fay, square.getvalue(), "square.jpg")).status_code == 422


async def test_nothing_of_a_pdf_but_its_page_is_kept(fay: Browser) -> None:
    size = await needed(fay)

    def spoil(made: pikepdf.Pdf) -> None:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('canary')")
        made.Root.OpenAction = script
        made.Root.Names = pikepdf.Dictionary(
            JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["x", script]))
        )
        page = made.pages[0].obj
        page.AA = pikepdf.Dictionary(O=script)
        page.Annots = pikepdf.Array(
            [made.make_indirect(pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=script))]
        )
        elsewhere = pikepdf.Stream(made, b"canary")
        elsewhere.Type, elsewhere.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        elsewhere.F = "/etc/passwd"
        page.Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(X=elsewhere), Odd=pikepdf.Dictionary(JS="canary")
        )
        # Drawn, so that it is not left out for being of no use.
        page.Contents = pikepdf.Stream(made, b"1 0 0 rg 0 0 99 99 re f /X Do")
        made.docinfo["/Title"] = "canary"
        made.attachments["canary.txt"] = b"canary"

    answer = await put(fay, pdf(size["cover_width_mm"], size["cover_height_mm"], spoil))
    assert answer.status_code == 201, answer.text
    kept = (await fay.request("GET", fay.at("printing/cover"))).content
    with pikepdf.open(io.BytesIO(kept)) as made:
        assert set(made.Root.keys()) == {"/Type", "/Pages"}
        everything = "".join(
            repr(one.unparse()) if not isinstance(one, pikepdf.Stream) else repr(dict(one.items()))
            for one in made.objects
        )
        assert "alert" not in everything
        assert "passwd" not in everything
        assert "/Annots" not in made.pages[0].obj
        assert made.pages[0].Contents.read_bytes().startswith(b"1 0 0 rg")


def locked(made: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    made.save(out, encryption=pikepdf.Encryption(owner="x", user="y"))
    return out.getvalue()


async def test_what_cannot_be_a_cover_is_refused_in_a_sentence(fay: Browser) -> None:
    with pikepdf.new() as made:
        made.add_blank_page()
        closed = locked(made)

    def unembedded(made: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        fonts = pikepdf.Dictionary(F1=made.make_indirect(font))
        made.pages[0].obj.Resources = pikepdf.Dictionary(Font=fonts)

    for data, words in (
        (closed, "locked"),
        (pdf(300, 200, pages=2), "one page"),
        (pdf(300, 200, unembedded), "Helvetica"),
        (b"%PDF-1.7 and nothing else", "cannot be read|can be read"),
        (b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>", "PDF"),
        (b"", "empty"),
        (b"hello", "not a picture"),
    ):  # fmt: skip
        answer = await put(fay, data)
        assert answer.status_code == 422, answer.text
        assert any(word in answer.json()["detail"] for word in words.split("|")), answer.text
    assert (await fay.yes("GET", "printing"))["cover"] is None


async def test_a_writer_sees_the_printing_and_does_not_set_the_cover(people: People) -> None:
    await people.start_guide()
    ana = await people.join("writer", "Ana")
    assert len((await ana.yes("GET", "printing"))["printers"]) == 4
    assert (await put(ana, pdf(9, 9))).status_code == 403
    await ana.no(403, "DELETE", "printing/cover")
