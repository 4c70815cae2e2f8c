"""Who works on a chapter: one in charge, any number of others; a volunteer takes what is free."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from tests.people_at_work import Browser, People


@pytest.fixture
async def fay(people: People) -> Browser:
    return await people.start_guide()


@pytest.fixture
async def ana(people: People, fay: Browser) -> Browser:
    return await people.join("writer", "Ana")


@pytest.fixture
async def ben(people: People, fay: Browser) -> Browser:
    return await people.join("writer", "Ben")


async def test_the_first_on_a_chapter_is_in_charge_of_it(
    fay: Browser, ana: Browser, ben: Browser
) -> None:
    path = f"chapters/{(await fay.chapter())['id']}"
    await fay.yes("PUT", f"{path}/assignees/{ana.id}")
    now = await fay.yes("PUT", f"{path}/assignees/{ben.id}")
    assert (now["lead"], now["assignees"]) == (ana.id, [ana.id, ben.id])
    now = await fay.yes("PUT", f"{path}/lead", json={"person_id": ben.id})
    assert now["lead"] == ben.id
    now = await fay.yes("DELETE", f"{path}/assignees/{ben.id}")
    assert (now["lead"], now["assignees"]) == (None, [ana.id])
    again = await fay.yes("PUT", f"{path}/assignees/{ana.id}")
    assert again["assignees"] == [ana.id]


async def test_who_is_given_a_chapter_is_told(app: FastAPI, fay: Browser, ana: Browser) -> None:
    chapter = await fay.chapter("Meeting")
    guide = (await fay.yes("GET", ""))["id"]
    async with app.state.broadcast.subscribe(guide) as line:
        await fay.yes("PUT", f"chapters/{chapter['id']}/assignees/{ana.id}")
        heard = [line.get_nowait() for _ in range(line.qsize())]
    notices = [one for one in heard if one.topic == "notice"]
    assert [(one.to, one.payload) for one in notices] == [
        (ana.id, {"text": "“Meeting” is your chapter now.", "chapter_id": chapter["id"]})
    ]
    assert "chapters" in {one.topic for one in heard}


async def test_a_writer_takes_what_is_free_and_gives_it_back(
    fay: Browser, ana: Browser, ben: Browser
) -> None:
    path = f"chapters/{(await fay.chapter())['id']}"
    assert (await ana.yes("PUT", f"{path}/lead", json={"person_id": ana.id}))["lead"] == ana.id
    # Not what somebody else has, and not for somebody else.
    await ben.no(403, "PUT", f"{path}/lead", json={"person_id": ben.id})
    await ben.no(403, "PUT", f"{path}/lead", json={"person_id": None})
    await ana.no(403, "PUT", f"{path}/lead", json={"person_id": ben.id})
    await ana.no(403, "PUT", f"{path}/assignees/{ben.id}")
    await ana.no(403, "DELETE", f"{path}/assignees/{ben.id}")
    assert (await ana.yes("PUT", f"{path}/lead", json={"person_id": None}))["lead"] is None
    await ben.yes("PUT", f"{path}/assignees/{ben.id}")
    assert (await ben.yes("DELETE", f"{path}/assignees/{ben.id}"))["lead"] is None


async def test_only_people_of_the_guide_can_be_given_a_chapter(
    people: People, fay: Browser
) -> None:
    path = f"chapters/{(await fay.chapter())['id']}"
    other = await people.start_guide("Other", name="Gil")
    for nobody in (other.id, "0" * 26):
        await fay.no(404, "PUT", f"{path}/assignees/{nobody}")
        await fay.no(404, "PUT", f"{path}/lead", json={"person_id": nobody})
