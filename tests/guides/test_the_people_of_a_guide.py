"""People: another role holds at once, somebody can be taken out, and a guide keeps a facilitator."""

from __future__ import annotations

import asyncio

import pytest

from tests.people_at_work import People


async def test_another_role_holds_from_the_next_request_on(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    await ana.chapter("Before")
    await fay.yes("PATCH", f"people/{ana.id}", json={"role": "reader"})
    problem = await ana.no(403, "POST", "chapters", json={"title": "After"})
    assert "facilitator" in problem["detail"]
    assert (await ana.yes("GET", ""))["me"]["abilities"] == ["export", "read"]
    await fay.yes("PATCH", f"people/{ana.id}", json={"role": "facilitator"})
    await ana.yes("PUT", "countdown", json={"label": "x", "until": "2027-01-01T00:00:00Z"})


async def test_who_is_taken_out_sees_the_guide_no_more(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    await fay.yes("DELETE", f"people/{ana.id}")
    for path in ("", "chapters", "people", "tasks"):
        assert (await ana.no(404, "GET", path))["code"] == "guide_not_found"
    assert (await ana.get("/api/me")).json()["guides"] == []
    assert [one["name"] for one in (await fay.yes("GET", "people"))["items"]] == ["Fay"]


async def test_the_work_of_who_is_taken_out_is_free_for_others(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    ben = await people.join("writer", "Ben")
    led = await fay.chapter("Led by Ana")
    helped = await fay.chapter("Ana helps")
    await fay.yes("PUT", f"chapters/{led['id']}/assignees/{ana.id}")
    await fay.yes("PUT", f"chapters/{helped['id']}/assignees/{ben.id}")
    await fay.yes("PUT", f"chapters/{helped['id']}/assignees/{ana.id}")
    task = await fay.yes("POST", "tasks", json={"title": "Do it", "assignee_id": ana.id})
    await fay.yes("DELETE", f"people/{ana.id}")
    first, second = (await ben.yes("GET", "chapters"))["items"]
    assert (first["lead"], first["assignees"]) == (None, [])
    assert (second["lead"], second["assignees"]) == (ben.id, [ben.id])
    assert (await ben.yes("GET", "tasks"))["items"][0]["assignee_id"] is None
    await ben.yes("PUT", f"chapters/{led['id']}/assignees/{ben.id}")
    await ben.yes("PATCH", f"tasks/{task['id']}", json={"assignee_id": ben.id})


async def test_who_comes_back_is_the_same_person_with_the_role_of_the_link(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    before = ana.id
    await fay.yes("DELETE", f"people/{ana.id}")
    await ana.join((await fay.invite("reader"))["link"])
    assert (ana.id, ana.role) == (before, "reader")


@pytest.mark.parametrize("how", ["demoted", "taken out"])
async def test_a_guide_keeps_a_facilitator(people: People, how: str) -> None:
    fay = await people.start_guide()
    gil = await people.join("facilitator", "Gil")
    ask = {
        "demoted": ("PATCH", {"json": {"role": "writer"}}),
        "taken out": ("DELETE", {}),
    }[how]
    await fay.yes(ask[0], f"people/{gil.id}", **ask[1])
    problem = await fay.no(409, ask[0], f"people/{fay.id}", **ask[1])
    assert problem["code"] == "last_facilitator"


async def test_two_facilitators_cannot_demote_each_other_at_once(people: People) -> None:
    fay = await people.start_guide()
    for attempt in range(5):
        gil = await people.join("facilitator", f"Gil {attempt}")
        answers = await asyncio.gather(
            fay.patch(fay.at(f"people/{gil.id}"), json={"role": "writer"}),
            gil.patch(gil.at(f"people/{fay.id}"), json={"role": "writer"}),
        )
        codes = sorted(one.status_code for one in answers)
        assert codes in ([200, 403], [200, 409]), codes
        roles = [one["role"] for one in (await fay.yes("GET", "people"))["items"]]
        assert roles.count("facilitator") == 1
        if (await fay.yes("GET", ""))["me"]["role"] != "facilitator":
            await gil.yes("PATCH", f"people/{fay.id}", json={"role": "facilitator"})
            await fay.yes("PATCH", f"people/{gil.id}", json={"role": "writer"})


async def test_two_of_one_name_at_the_same_moment_become_one_person_and_a_question(
    people: People,
) -> None:
    fay = await people.start_guide()
    link = (await fay.invite("writer"))["link"]
    for attempt in range(5):
        browsers = [await people.browser() for _ in range(3)]
        answers = await asyncio.gather(*(one.join(link, f"Ana {attempt}") for one in browsers))
        assert sorted(one.status_code for one in answers) == [200, 409, 409]
        for one in answers:
            if one.status_code == 409:
                assert one.json()["code"] == "name_taken"
                assert one.json()["person"]["name"] == f"Ana {attempt}"


async def test_the_details_of_a_guide_change_once_for_all(people: People) -> None:
    fay = await people.start_guide()
    gil = await people.join("facilitator", "Gil")
    seen = (await fay.yes("GET", ""))["version"]
    changed = await fay.yes(
        "PATCH", "", json={"title": "New", "accent": "#123456", "seen_version": seen}
    )
    assert (changed["title"], changed["accent"]) == ("New", "#123456")
    assert changed["slug"] == "a-guide"
    problem = await gil.no(409, "PATCH", "", json={"title": "Other", "seen_version": seen})
    assert problem["code"] == "changed"
    assert (await gil.yes("GET", ""))["title"] == "New"


@pytest.mark.parametrize(
    "wish", [{"title": " "}, {"accent": "red"}, {"language": "!"}, {"accent": "#12345g"}]
)
async def test_details_that_cannot_be_are_refused(people: People, wish: dict[str, str]) -> None:
    await (await people.start_guide()).no(422, "PATCH", "", json=wish)
