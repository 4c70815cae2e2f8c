"""Tasks: for somebody or for anyone; taken, handed over, finished, and brought back."""

from __future__ import annotations

import asyncio
from typing import Any

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


async def make(browser: Browser, title: str = "Call the union", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = await browser.yes("POST", "tasks", json={"title": title, **more})
    return made


async def test_a_task_has_all_that_was_said_about_it(fay: Browser, ana: Browser) -> None:
    chapter = await fay.chapter()
    made = await make(
        fay,
        note="Ask for Jo",
        chapter_id=chapter["id"],
        assignee_id=ana.id,
        due_at="2026-12-02T14:30:00-05:00",
    )
    said = {
        "title": "Call the union", "note": "Ask for Jo", "chapter_id": chapter["id"],
        "assignee_id": ana.id, "due_at": "2026-12-02T19:30:00Z", "status": "open",
        "created_by": fay.id, "version": 1,
    }  # fmt: skip
    assert {key: made[key] for key in said} == said
    assert (await ana.yes("GET", "tasks"))["items"] == [made]


async def test_who_gets_a_task_is_told(app: FastAPI, fay: Browser, ana: Browser) -> None:
    guide = (await fay.yes("GET", ""))["id"]
    async with app.state.broadcast.subscribe(guide) as line:
        await make(fay, assignee_id=ana.id)
        heard = [line.get_nowait() for _ in range(line.qsize())]
    assert [(o.to, o.payload["text"]) for o in heard if o.topic == "notice"] == [
        (ana.id, "Fay gave you a task: “Call the union”.")
    ]


async def test_the_most_urgent_open_task_is_at_the_top(fay: Browser) -> None:
    done = await make(fay, "done", due_at="2026-12-01T09:00:00Z")
    await fay.yes("PATCH", f"tasks/{done['id']}", json={"status": "done"})
    for title, due in (("any time", None), ("later", "2026-12-03"), ("soon", "2026-12-02")):
        await make(fay, title, due_at=f"{due}T09:00:00Z" if due else None)
    titles = [one["title"] for one in (await fay.yes("GET", "tasks"))["items"]]
    assert titles == ["soon", "later", "any time", "done"]


async def test_a_volunteer_takes_what_is_for_anyone_and_gives_it_back(
    fay: Browser, ana: Browser, ben: Browser
) -> None:
    path = f"tasks/{(await make(fay))['id']}"
    assert (await ana.yes("PATCH", path, json={"assignee_id": ana.id}))["assignee_id"] == ana.id
    await ben.no(403, "PATCH", path, json={"assignee_id": ben.id})
    await ben.no(403, "PATCH", path, json={"assignee_id": None})
    await ana.no(403, "PATCH", path, json={"assignee_id": ben.id})
    assert (await ana.yes("PATCH", path, json={"assignee_id": None}))["assignee_id"] is None
    await fay.yes("PATCH", path, json={"assignee_id": ben.id})
    await ana.no(403, "POST", "tasks", json={"title": "x", "assignee_id": ben.id})
    assert (await make(ana, "mine", assignee_id=ana.id))["assignee_id"] == ana.id


async def test_of_two_who_take_a_task_at_once_one_is_told(
    fay: Browser, ana: Browser, ben: Browser
) -> None:
    for _ in range(8):
        path = f"tasks/{(await make(fay))['id']}"
        answers = await asyncio.gather(
            *(
                one.patch(one.at(path), json={"assignee_id": one.id, "seen_version": 1})
                for one in (ana, ben)
            )
        )
        assert sorted(one.status_code for one in answers) == [200, 409]
        problem = next(one for one in answers if one.status_code == 409).json()
        assert problem["code"] == "changed"
        winner = next(one for one in answers if one.status_code == 200).json()["assignee_id"]
        assert ("Ana" if winner == ana.id else "Ben") in problem["detail"]


async def test_a_task_is_finished_and_opened_again(fay: Browser) -> None:
    path = f"tasks/{(await make(fay))['id']}"
    for status in ("done", "open"):
        assert (await fay.yes("PATCH", path, json={"status": status}))["status"] == status


async def test_a_task_that_was_taken_away_can_be_brought_back(fay: Browser) -> None:
    made = await make(fay)
    path = f"tasks/{made['id']}"
    assert (await fay.yes("DELETE", path))["id"] == made["id"]
    assert (await fay.yes("GET", "tasks"))["items"] == []
    assert (await fay.no(404, "PATCH", path, json={"title": "x"}))["code"] == "task_not_found"
    await fay.yes("POST", f"{path}/restore")
    [back] = (await fay.yes("GET", "tasks"))["items"]
    assert {**back, "version": 1} == made


async def test_who_took_a_task_away_is_named_to_who_looked_at_it_before(
    fay: Browser, ana: Browser
) -> None:
    path = f"tasks/{(await make(fay))['id']}"
    await ana.yes("DELETE", path)
    await fay.yes("POST", f"{path}/restore")
    problem = await fay.no(409, "PATCH", path, json={"title": "x", "seen_version": 1})
    assert problem["detail"].startswith("Ana changed")


async def test_null_empties_what_may_be_empty_and_nothing_else(fay: Browser, ana: Browser) -> None:
    chapter = await fay.chapter()
    made = await make(
        fay, chapter_id=chapter["id"], assignee_id=ana.id, due_at="2026-12-02T14:30:00Z"
    )
    changed = await fay.yes(
        "PATCH",
        f"tasks/{made['id']}",
        json=dict.fromkeys(["chapter_id", "assignee_id", "due_at", "title", "note", "status"]),
    )
    assert (changed["chapter_id"], changed["assignee_id"], changed["due_at"]) == (None, None, None)
    assert (changed["title"], changed["status"]) == ("Call the union", "open")


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"title": ""}, 422),
        ({"title": "\u200b"}, 422),
        ({"note": "x" * 10_001}, 422),
        ({"due_at": "9999-12-31T23:59:59-12:00"}, 422),
        ({"due_at": "2026-12-01T09:00:00"}, 422),
        ({"chapter_id": "0" * 26}, 404),
        ({"chapter_id": "\x00"}, 404),
        ({"assignee_id": "0" * 26}, 404),
        ({"assignee_id": "x" * 65}, 422),
    ],
)
async def test_what_no_task_can_be_is_refused(
    fay: Browser, wish: dict[str, Any], status: int
) -> None:
    made = await make(fay)
    await fay.no(status, "POST", "tasks", json={"title": "x"} | wish)
    await fay.no(status, "PATCH", f"tasks/{made['id']}", json=wish)


async def test_a_task_of_another_guide_stays_there(people: People, fay: Browser) -> None:
    other = await people.start_guide("Other", name="Gil")
    theirs = await other.chapter("Theirs")
    await fay.no(404, "POST", "tasks", json={"title": "x", "chapter_id": theirs["id"]})
    await fay.no(404, "POST", "tasks", json={"title": "x", "assignee_id": other.id})
