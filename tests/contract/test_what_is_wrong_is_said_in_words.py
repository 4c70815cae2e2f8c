"""A request that cannot be used is answered with a sentence a person can do something about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people_at_work import People, refused


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"title": "   "}, "Title must have at least one letter."),
        ({"title": ""}, "Title must not be empty."),
        ({"title": "x" * 201}, "Title is too long: at most 200 characters."),
        ({}, "Title is missing."),
        ({"title": 7}, "Title must be text."),
        ({"title": "T", "start": "2026-13-40"}, "Start must be a day like 2026-11-22."),
        ({"title": "T", "days": 0}, "Days must be at least 1."),
        ({"title": "T", "days": "many"}, "Days must be a whole number."),
        ({"title": "T", "days": 1.5}, "Days must be a whole number."),
    ],
)
async def test_a_guide_that_cannot_be(people: People, wish: dict[str, Any], sentence: str) -> None:
    browser = await people.browser()
    problem = refused(await browser.post("/api/guides", json=wish), 422)
    assert problem["detail"] == f"That cannot be used. {sentence}"


async def test_a_task_and_a_chapter_that_cannot_be(people: People) -> None:
    fay = await people.start_guide()
    chapter = await fay.chapter()
    problem = await fay.no(422, "PATCH", f"chapters/{chapter['id']}", json={"status": "ready"})
    assert "Status must be 'planned', 'drafting'" in problem["detail"]
    problem = await fay.no(422, "POST", "tasks", json={"title": "x", "due_at": "tomorrow"})
    assert problem["detail"] == (
        "That cannot be used. Due at must be a time like 2026-11-22T12:30:00Z."
    )
    problem = await fay.no(422, "POST", "exports", json={"formats": []})
    assert "Formats needs at least 1." in problem["detail"]
