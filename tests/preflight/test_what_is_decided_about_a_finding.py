"""A finding is waved through with a reason, or becomes a task; what must not pass does not."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI

from app.guides.models import Guide
from app.kit import clock
from app.manuscript.findings import Finding, declare
from app.preflight import sources
from app.preflight.models import Waiver
from tests.people_at_work import Browser, People
from tests.preflight.finding import a_guide, check, codes, figure, h, link, one, p, to_fix, write


@pytest.fixture
async def fay(people: People) -> Browser:
    return await a_guide(people)


@pytest.fixture
async def ana(people: People, fay: Browser) -> Browser:
    return await people.join("writer", "Ana")


async def dead_link(app: FastAPI, fay: Browser) -> tuple[dict[str, Any], dict[str, Any]]:
    """A chapter with a link to a heading that is not there, and the finding."""
    chapter = await fay.chapter("Rights")
    await write(app, chapter, p("See ", link("your duties", "#duties")))
    return chapter, one(await to_fix(app, fay), "dead_link")


async def wave(who: Browser, found: dict[str, Any], reason: str = "It comes.") -> dict[str, Any]:
    made: dict[str, Any] = await who.yes(
        "PUT", f"findings/{found['key']}/waiver", json={"reason": reason}
    )
    return made


async def blocking(app: FastAPI, who: Browser) -> list[str]:
    """The codes of what keeps the guide from being published."""
    async with app.state.database.read() as session:
        guide = await session.get_one(Guide, (await who.yes("GET", ""))["id"])
    return [found.code for found in await app.state.preflight.blocking(guide)]


async def test_what_must_be_fixed_blocks_until_it_is_waved_through(
    app: FastAPI, fay: Browser
) -> None:
    _, found = await dead_link(app, fay)
    assert await blocking(app, fay) == ["dead_link"]
    await wave(fay, found, "The chapter comes tonight.")
    assert await blocking(app, fay) == []
    now = one(await to_fix(app, fay), "dead_link")
    assert now["severity"] == "waved"
    assert now["waved"]["person_id"] == fay.id
    assert now["waved"]["reason"] == "The chapter comes tonight."
    await fay.yes("DELETE", f"findings/{found['key']}/waiver")
    assert await blocking(app, fay) == ["dead_link"]
    assert one(await to_fix(app, fay), "dead_link")["waved"] is None


async def test_what_changed_a_moment_ago_blocks_too(app: FastAPI, fay: Browser) -> None:
    chapter = await fay.chapter("Rights")
    assert await blocking(app, fay) == ["chapter_empty"]
    await write(app, chapter, p("See ", link("your duties", "#duties")))
    assert await blocking(app, fay) == ["dead_link"]


async def test_a_waved_through_finding_stays_so_while_it_is_the_same_fault(
    app: FastAPI, fay: Browser
) -> None:
    chapter, found = await dead_link(app, fay)
    await wave(fay, found)
    await write(app, chapter, h(2, "Something else"), p("And much more."))
    await fay.yes("PATCH", f"chapters/{chapter['id']}", json={"title": "Your rights"})
    assert one(await to_fix(app, fay), "dead_link")["severity"] == "waved"
    await write(app, chapter, p("See also ", link("your hours", "#hours")))
    both = [f for f in await to_fix(app, fay) if f["code"] == "dead_link"]
    assert [one["severity"] for one in both] == ["must", "waved"]


async def test_only_the_facilitator_waves_through_and_only_with_a_reason(
    app: FastAPI, fay: Browser, ana: Browser
) -> None:
    _, found = await dead_link(app, fay)
    at = f"findings/{found['key']}/waiver"
    await ana.no(403, "PUT", at, json={"reason": "I like it."})
    for reason in ({}, {"reason": "  "}):
        await fay.no(422, "PUT", at, json=reason)
    await wave(fay, found)
    await ana.no(403, "DELETE", at)
    await fay.no(404, "PUT", f"findings/{'0' * 32}/waiver", json={"reason": "Why not."})


async def test_a_broken_picture_cannot_be_waved_through(app: FastAPI, fay: Browser) -> None:
    await write(app, await fay.chapter(), p("Words."), figure("0" * 26))
    found = one(await to_fix(app, fay), "picture_missing")
    assert found["waivable"] is False
    problem = await fay.no(
        409, "PUT", f"findings/{found['key']}/waiver", json={"reason": "Never mind."}
    )
    assert problem["code"] == "must_be_fixed"
    assert await blocking(app, fay) == ["picture_missing"]


async def test_what_became_a_must_after_it_was_waved_through_blocks_again(
    app: FastAPI, fay: Browser
) -> None:
    await write(app, await fay.chapter(), p("Words."), figure("0" * 26))
    found = one(await to_fix(app, fay), "picture_missing")
    row = Waiver(
        guide_id=(await fay.yes("GET", ""))["id"],
        key=found["key"],
        code=found["code"],
        message=found["message"],
        reason="An older version let it pass.",
        person_id=fay.id,
        at=clock.now(),
    )
    async with app.state.database.write() as session:
        session.add(row)
    assert await blocking(app, fay) == ["picture_missing"]


@pytest.fixture
def permissions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A noun that comes later and says which reprints nobody has given permission for."""
    from app.manuscript import findings

    monkeypatch.setattr(findings, "RULES", findings.RULES.copy())
    from app.preflight import listing

    monkeypatch.setattr(listing, "RULES", findings.RULES)
    rule = declare(
        "permission_missing", "must", "A text without permission", "Ask.", waivable=False
    )
    uncleared = ["Bread and Roses"]

    async def found(_session: object, guide: Guide) -> list[Finding]:
        return [
            Finding(rule.code, rule.degree, guide.title, f"Nobody has allowed “{one}”.", about=one)
            for one in uncleared
        ]

    monkeypatch.setattr(sources, "sources", [*sources.sources, found])
    return uncleared


async def test_a_noun_that_comes_later_is_asked_and_its_permissions_cannot_be_waved_through(
    app: FastAPI, fay: Browser, permissions: list[str]
) -> None:
    await write(app, await fay.chapter(), p("Words."))
    found = one(await to_fix(app, fay), "permission_missing")
    problem = await fay.no(
        409, "PUT", f"findings/{found['key']}/waiver", json={"reason": "They won’t mind."}
    )
    assert problem["code"] == "must_be_fixed"
    assert await blocking(app, fay) == ["permission_missing"]
    permissions.clear()
    assert await blocking(app, fay) == []


async def test_a_finding_becomes_the_task_of_whoever_is_in_charge(
    app: FastAPI, fay: Browser, ana: Browser
) -> None:
    chapter, found = await dead_link(app, fay)
    await fay.yes("PUT", f"chapters/{chapter['id']}/lead", json={"person_id": ana.id})
    found = one(await to_fix(app, fay), "dead_link")
    assert found["owner_id"] == ana.id
    task = await fay.yes("POST", f"findings/{found['key']}/task")
    assert (task["assignee_id"], task["chapter_id"]) == (ana.id, chapter["id"])
    assert "your duties" in task["note"]
    again = await fay.yes("POST", f"findings/{found['key']}/task")
    assert again["id"] == task["id"]
    now = await to_fix(app, fay)
    assert one(now, "dead_link")["task_id"] == task["id"]
    assert "open_task" not in [one["code"] for one in now]


async def test_a_writer_takes_a_finding_of_others_as_a_task_for_anyone(
    app: FastAPI, fay: Browser, ana: Browser
) -> None:
    chapter, found = await dead_link(app, fay)
    await fay.yes("PUT", f"chapters/{chapter['id']}/lead", json={"person_id": fay.id})
    task = await ana.yes("POST", f"findings/{found['key']}/task")
    assert task["assignee_id"] is None


async def test_a_task_whose_finding_is_gone_is_offered_to_be_ticked_off(
    app: FastAPI, fay: Browser
) -> None:
    chapter, found = await dead_link(app, fay)
    task = await fay.yes("POST", f"findings/{found['key']}/task")
    assert (await fay.yes("GET", "findings"))["settled"] == []
    await write(app, chapter, h(2, "Duties"), p("Words."))
    assert await codes(app, fay) == ["open_task"]
    settled = (await fay.yes("GET", "findings"))["settled"]
    assert [one["id"] for one in settled] == [task["id"]]
    await fay.yes("PATCH", f"tasks/{task['id']}", json={"status": "done"})
    assert (await fay.yes("GET", "findings"))["settled"] == []


async def test_who_only_reads_sees_the_list_and_changes_nothing(
    app: FastAPI, people: People, fay: Browser
) -> None:
    _, found = await dead_link(app, fay)
    rea = await people.join("reader", "Rea")
    assert one((await rea.yes("GET", "findings"))["items"], "dead_link")["key"] == found["key"]
    await rea.no(403, "POST", f"findings/{found['key']}/task")
    await rea.no(403, "POST", "checks", json={"files": False})


async def test_a_closed_chapter_says_so(app: FastAPI, fay: Browser) -> None:
    chapter, found = await dead_link(app, fay)
    assert found["closed"] is False
    await fay.yes("PUT", f"chapters/{chapter['id']}/freeze")
    assert one(await to_fix(app, fay), "dead_link")["closed"] is True


async def test_the_burn_down_has_a_point_for_each_complete_check(
    app: FastAPI, fay: Browser
) -> None:
    chapter, found = await dead_link(app, fay)
    await check(fay)
    await wave(fay, found)
    await check(fay)
    await fay.yes("PATCH", f"chapters/{chapter['id']}", json={"status": "done"})
    await check(fay)
    runs = (await fay.yes("GET", "checks"))["items"]
    assert [(one["must"], one["should"], one["waved"]) for one in reversed(runs)] == [
        (1, 1, 0),
        (0, 1, 1),
        (0, 0, 1),
    ]
    assert runs[0]["not_checked"] == ["The files were not made, so nobody looked at them."]
