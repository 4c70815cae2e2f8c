"""How a book looks: kept per guide, chosen by designers and facilitators, seen before it is kept."""

from __future__ import annotations

import io
from typing import get_args

from PIL import Image

from app.exporting.design import TRIMS, Design
from app.exporting.designs.schemas import ChangeDesign, DesignOut, Trim, Typeface, Wished
from app.exporting.fonts import TYPEFACES
from tests.people_at_work import People


def test_what_the_api_offers_is_what_there_is() -> None:
    assert set(get_args(Trim)) == set(TRIMS)
    assert set(get_args(Typeface)) == {"", *TYPEFACES}
    assert Wished().design() == Design()
    fields = set(Design.__dataclass_fields__)
    assert fields | {"version"} == set(DesignOut.model_fields)
    assert fields | {"seen_version"} == set(ChangeDesign.model_fields)
    assert fields | {"purpose"} == set(Wished.model_fields)


async def test_looks_are_kept_and_what_is_not_said_stays(people: People) -> None:
    fay = await people.start_guide()
    before = await fay.yes("GET", "design")
    assert (before["name"], before["trim"], before["version"]) == ("manual", "6x9", 0)
    after = await fay.yes("PATCH", "design", json={"name": "reader", "seen_version": 0})
    assert after == before | {"name": "reader", "version": 1}
    again = await fay.yes("PATCH", "design", json={"accent": "#7A1F1F", "qr": True})
    assert again == after | {"accent": "#7A1F1F", "qr": True, "version": 2}
    assert await fay.yes("GET", "design") == again


async def test_two_people_do_not_undo_each_other(people: People) -> None:
    fay = await people.start_guide()
    await fay.yes("PATCH", "design", json={"trim": "a4", "seen_version": 0})
    problem = await fay.no(409, "PATCH", "design", json={"trim": "a5", "seen_version": 0})
    assert problem["code"] == "changed"
    assert (await fay.yes("GET", "design"))["trim"] == "a4"


async def test_what_there_is_not_is_refused(people: People) -> None:
    fay = await people.start_guide()
    for wrong in ({"name": "../book"}, {"trim": "a0"}, {"typeface": "Arial"}, {"accent": "red"}):
        await fay.no(422, "PATCH", "design", json=wrong)
        [(key, value)] = wrong.items()
        await fay.no(422, "GET", f"design/preview?{key}={value}")
    assert (await fay.yes("GET", "design"))["version"] == 0


async def test_a_designer_chooses_and_a_writer_looks(people: People) -> None:
    fay = await people.start_guide()
    chapter = await fay.chapter("One")
    dee = await people.join("designer", "Dee")
    ana = await people.join("writer", "Ana")
    await dee.yes("PATCH", "design", json={"name": "workbook"})
    assert (await ana.yes("GET", "design"))["name"] == "workbook"
    problem = await ana.no(403, "PATCH", "design", json={"name": "reader"})
    assert "designers" in problem["detail"]
    await ana.no(403, "GET", "design/preview")
    # And no more than that.
    await dee.no(403, "PATCH", f"chapters/{chapter['id']}", json={"title": "Mine"})
    await dee.no(403, "POST", "chapters", json={"title": "Mine"})


async def test_pages_are_shown_before_they_are_kept(people: People) -> None:
    fay = await people.start_guide("A guide to look at")
    await fay.chapter("The first chapter")
    seen = await fay.yes("GET", "design/preview?name=workbook&trim=a5")
    assert [page["shows"] for page in seen["pages"]] == ["title", "contents", "opening"]
    assert seen["of"] == 6
    pictures: list[bytes] = []
    for page in seen["pages"]:
        answer = await fay.get(page["url"])
        assert answer.headers["content-type"] == "image/png"
        picture = Image.open(io.BytesIO(answer.content))
        assert picture.size == (page["width"], page["height"])
        assert abs(picture.width / picture.height - 148 / 210) < 0.01
        # Something is on it.
        assert len(picture.convert("L").getcolors(65536) or []) > 8
        pictures.append(answer.content)
    assert len(set(pictures)) == len(pictures)
    # The same wish has the same address; another one another.
    assert await fay.yes("GET", "design/preview?name=workbook&trim=a5") == seen
    other = await fay.yes("GET", "design/preview?name=reader&trim=a5")
    assert other["pages"][2]["url"] != seen["pages"][2]["url"]
    # Nothing was chosen by looking.
    assert (await fay.yes("GET", "design"))["version"] == 0


async def test_in_print_there_is_a_half_title_and_no_cover(people: People) -> None:
    fay = await people.start_guide()
    await fay.chapter("One")
    seen = await fay.yes("GET", "design/preview?purpose=print")
    assert {page["shows"]: page["number"] for page in seen["pages"]} == {
        "title": 3, "contents": 5, "opening": 7,
    }  # fmt: skip


async def test_there_is_nothing_to_look_at_without_chapters_nor_elsewhere(people: People) -> None:
    fay = await people.start_guide("Here")
    assert (await fay.no(422, "GET", "design/preview"))["code"] == "no_chapters"
    await fay.chapter("One")
    seen = await fay.yes("GET", "design/preview")
    gil = await people.start_guide("There", name="Gil")
    url = seen["pages"][0]["url"]
    assert (await gil.get(url)).status_code == 404
    assert (await gil.get(url.replace(fay.slug, gil.slug))).status_code == 404
    for wrong in ("..%2F..%2Fx", "%2e%2e", "nothing"):
        assert (
            await fay.get(f"/api/guides/{fay.slug}/design/preview/{wrong}/title.png")
        ).status_code == 404
