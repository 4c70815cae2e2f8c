"""Unknown fields: what would be left out quietly looks as if it had been done, so it is refused."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from app.kit.config import Settings
from app.main import create_app
from app.operator import create_operator_app
from tests.contract.every_route import Route, api_routes, bodies, one_of_everything
from tests.people_at_work import People, refused

BODIES = {
    asked: body["json"] for asked, body in bodies(create_app(Settings())).items() if "json" in body
}


@pytest.mark.parametrize(("method", "path"), BODIES, ids=" ".join)
async def test_a_field_that_a_route_does_not_know_is_named(
    people: People, method: str, path: str
) -> None:
    fay, known = await one_of_everything(people)
    address = Route(method, path, None).at(**known)
    answer = await fay.request(method, address, json={**BODIES[method, path], "oddity": 1})
    problem = refused(answer, 422)
    assert problem["code"] == "unknown_field"
    assert "“oddity”" in problem["detail"]
    assert problem["fields"] == [{"field": "oddity", "message": "Unknown field"}]


async def test_the_sentence_says_which_fields_there_are_and_nothing_is_done(people: People) -> None:
    fay = await people.start_guide()
    task = {"title": "Call Maria", "person_id": fay.id}
    problem = await fay.no(422, "POST", "tasks", json=task)
    assert "Nothing here is called “person_id”" in problem["detail"]
    assert "assignee_id" in problem["detail"]
    assert (await fay.yes("GET", "tasks"))["items"] == []


async def test_the_operators_routes_refuse_them_too(app: FastAPI) -> None:
    operator = create_operator_app(app)
    asked = [route for route in api_routes(operator.routes) if route.dependant.body_params]
    assert len(asked) > 3
    transport = httpx.ASGITransport(operator)
    async with httpx.AsyncClient(transport=transport, base_url="http://operator") as client:
        for route in asked:
            path = route.path.replace("{slug}", "x")
            assert "“oddity”" in refused(await client.post(path, json={"oddity": 1}), 422)["detail"]


@pytest.mark.parametrize("body", ["[]", "[{}]", "1", "null", '"title"', "{", ""])
async def test_what_is_no_object_is_refused_as_before(people: People, body: str) -> None:
    fay = await people.start_guide()
    headers = {"Content-Type": "application/json"}
    problem = await fay.no(422, "POST", "tasks", content=body, headers=headers)
    assert problem["code"] == "bad_input"


async def test_the_strangest_name_is_answered_with_a_sentence(people: People) -> None:
    fay = await people.start_guide()
    headers = {"Content-Type": "application/json"}
    for name in ("\\ud800", "\\u0000", "x" * 100_000, ""):
        body = f'{{"title": "x", "{name}": 1}}'
        problem = await fay.no(422, "POST", "tasks", content=body, headers=headers)
        assert problem["code"] == "unknown_field"
        assert len(problem["detail"]) < 250
