"""The bin: a chapter thrown away comes back with its tasks and its people."""

from __future__ import annotations

from fastapi import FastAPI

from tests.people_at_work import People, notices


async def test_a_chapter_comes_back_with_everything(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    part = (await fay.yes("POST", "parts", json={"title": "Part"}))["id"]
    await fay.chapter("First", part_id=part)
    middle = await fay.chapter("Middle", part_id=part, brief="Why", target_words=7)
    await fay.chapter("Last", part_id=part)
    await fay.yes("PUT", f"chapters/{middle['id']}/assignees/{ana.id}")
    task = await fay.yes("POST", "tasks", json={"title": "x", "chapter_id": middle["id"]})
    before = (await fay.yes("GET", "chapters"))["items"][1]

    binned = await fay.yes("DELETE", f"chapters/{middle['id']}")
    assert binned["binned_by"] == fay.id
    assert await fay.titles() == ["First", "Last"]
    assert (await fay.yes("GET", "tasks"))["items"] == []
    [kept] = (await fay.yes("GET", "bin"))["items"]
    assert (kept["title"], kept["assignees"], kept["lead"]) == ("Middle", [ana.id], ana.id)
    assert (await fay.no(404, "PATCH", f"chapters/{middle['id']}", json={"title": "x"}))[
        "code"
    ] == "chapter_not_found"
    await fay.no(404, "DELETE", f"chapters/{middle['id']}")

    back = await fay.yes("POST", f"bin/{middle['id']}/restore")
    same = before.keys() - {"version", "updated_at", "updated_by"}
    assert {key: back[key] for key in same} == {key: before[key] for key in same}
    assert await fay.titles() == ["First", "Middle", "Last"]
    assert [one["id"] for one in (await fay.yes("GET", "tasks"))["items"]] == [task["id"]]
    assert (await fay.yes("GET", "bin"))["items"] == []
    await fay.no(404, "POST", f"bin/{middle['id']}/restore")


async def test_whoever_writes_in_it_is_told_who_put_it_there(app: FastAPI, people: People) -> None:
    fay = await people.start_guide()
    chapter = await fay.chapter("One")
    [notice] = await notices(app, fay, fay.yes("DELETE", f"chapters/{chapter['id']}"))
    assert notice.to is None
    assert notice.payload["by"] == fay.id
    assert notice.payload["text"] == (
        "Fay put “One” in the bin. The facilitator can bring it back."
    )


async def test_a_chapter_whose_part_is_gone_comes_back_without_one(people: People) -> None:
    fay = await people.start_guide()
    part = (await fay.yes("POST", "parts", json={"title": "Part"}))["id"]
    made = await fay.chapter("Orphan", part_id=part)
    await fay.yes("DELETE", f"chapters/{made['id']}")
    await fay.yes("DELETE", f"parts/{part}")
    assert (await fay.yes("POST", f"bin/{made['id']}/restore"))["part_id"] is None


async def test_nobody_lands_in_a_chapter_that_is_in_the_bin(people: People) -> None:
    fay = await people.start_guide()
    link = (await fay.invite("writer"))["link"]
    ana = await people.browser()
    await ana.join(link, "Ana")
    made = await fay.chapter()
    await fay.yes("PUT", f"chapters/{made['id']}/assignees/{ana.id}")
    await fay.yes("DELETE", f"chapters/{made['id']}")
    assert (await ana.join(link)).json()["chapter_id"] is None
