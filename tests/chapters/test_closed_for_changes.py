"""A chapter that is closed for changes: who closes and opens it, and what is refused meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI

from tests.people_at_work import Browser, People, notices


async def closed(fay: Browser, title: str = "One", **more: Any) -> dict[str, Any]:
    """A chapter that the facilitator has closed."""
    chapter = await fay.chapter(title, **more)
    found: dict[str, Any] = await fay.yes("PUT", f"chapters/{chapter['id']}/freeze")
    return found


async def test_it_says_who_closed_it_and_when_until_it_is_opened(people: People) -> None:
    fay = await people.start_guide()
    chapter = await closed(fay)
    assert chapter["frozen_by"] == fay.id
    assert chapter["frozen_at"]
    # Once more is no news.
    assert await fay.yes("PUT", f"chapters/{chapter['id']}/freeze") == chapter
    ana = await people.join("writer", "Ana")
    assert (await ana.yes("GET", "chapters"))["items"] == [chapter]
    opened = await fay.yes("DELETE", f"chapters/{chapter['id']}/freeze")
    assert opened["frozen_at"] is opened["frozen_by"] is None


@pytest.mark.parametrize("role", ["writer", "designer", "reviewer", "reader"])
async def test_only_a_facilitator_closes_and_opens(people: People, role: str) -> None:
    fay = await people.start_guide()
    chapter = await closed(fay)
    one = await people.join(role, "Ana")
    for method in ("PUT", "DELETE"):
        for path in (f"chapters/{chapter['id']}/freeze", "freeze"):
            assert (await one.no(403, method, path))["ability"] == "manage"
    # Whichever facilitator it is.
    gil = await people.join("facilitator", "Gil")
    await gil.yes("DELETE", f"chapters/{chapter['id']}/freeze")


async def test_all_are_closed_and_opened_in_one_go(app: FastAPI, people: People) -> None:
    fay = await people.start_guide()
    first = await closed(fay, "One")
    await fay.chapter("Two")
    away = await fay.chapter("Thrown away")
    await fay.yes("DELETE", f"chapters/{away['id']}")
    [notice] = await notices(app, fay, fay.yes("PUT", "freeze"))
    assert notice.payload == {"text": "Fay closed all chapters for changes.", "by": fay.id}
    items = (await fay.yes("GET", "chapters"))["items"]
    assert [item["frozen_by"] for item in items] == [fay.id, fay.id]
    assert items[0] == first, "what was closed stays as it was"
    assert await notices(app, fay, fay.yes("PUT", "freeze")) == []
    # What comes later, or comes back, is open.
    await fay.chapter("Three")
    await fay.yes("POST", f"bin/{away['id']}/restore")
    by = [item["frozen_by"] for item in (await fay.yes("GET", "chapters"))["items"]]
    assert sorted(map(bool, by)) == [False, False, True, True]
    [notice] = await notices(app, fay, fay.yes("DELETE", "freeze"))
    assert notice.payload["text"] == "Fay opened all chapters for changes again."
    assert not any(item["frozen_at"] for item in (await fay.yes("GET", "chapters"))["items"])


async def test_words_and_title_stay_as_they_are_for_everybody(people: People) -> None:
    fay = await people.start_guide()
    other = await fay.chapter("Other")
    chapter = await closed(fay)
    at = f"chapters/{chapter['id']}"
    refused = [
        await fay.no(409, "PATCH", at, json={"title": "Another"}),
        await fay.no(409, "DELETE", at),
        await fay.no(409, "POST", f"{at}/split", json={"at": 1, "title": "Another"}),
        await fay.no(409, "POST", f"{at}/merge", json={"into": other["id"]}),
        await fay.no(409, "POST", f"chapters/{other['id']}/merge", json={"into": chapter["id"]}),
    ]
    for problem in refused:
        assert problem["code"] == "frozen"
        assert problem["detail"] == "“One” is closed for changes. The facilitator can open it."
    assert await fay.titles() == ["Other", "One"]
    assert (await fay.yes("GET", "chapters"))["items"][1] == chapter | {"position": 1}
    await fay.yes("DELETE", f"{at}/freeze")
    await fay.yes("PATCH", at, json={"title": "Another"})
    await fay.yes("DELETE", at)


async def test_who_works_on_it_its_place_and_its_plan_go_on(people: People) -> None:
    fay = await people.start_guide()
    await fay.chapter("Other")
    chapter = await closed(fay)
    ana = await people.join("writer", "Ana")
    at = f"chapters/{chapter['id']}"
    await fay.yes("PUT", f"{at}/assignees/{ana.id}")
    await fay.yes("PUT", f"{at}/lead", json={"person_id": fay.id})
    first = (await fay.yes("GET", "chapters"))["items"][0]
    await ana.yes("POST", f"{at}/move", json={"before_id": first["id"]})
    # The same title is no renaming.
    plan = {"title": "One", "status": "done", "brief": "Why", "target_words": 9}
    now = await ana.yes("PATCH", at, json=plan)
    assert (now["position"], now["status"], now["lead"], now["assignees"]) == (
        0,
        "done",
        fay.id,
        [ana.id],
    )
    assert now["frozen_by"] == fay.id
    await ana.yes("GET", f"{at}/outline")
