"""Schemathesis: requests that the API's own description calls possible, and many that it does not,
never end in an error of the server, and a yes always looks as described."""

from __future__ import annotations

import warnings
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from app.kit.config import Settings
from app.main import create_app
from tests.contract.every_route import one_of_everything
from tests.people_at_work import Browser, People
from tests.servers import Server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode

SCHEMA = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
# They end what the others need: the session, the person. Their own tests look at them.
LEFT_OUT = {"/api/leave", "/api/devices/{device_id}", "/api/guides/{slug}/people/{person_id}"}
OPERATIONS = [
    result.ok() for result in SCHEMA.get_all_operations() if result.ok().path not in LEFT_OUT
]


@pytest.fixture(scope="module")
async def home(shared_server: Server) -> AsyncGenerator[tuple[Browser, dict[str, str]]]:
    """A facilitator in a guide with one of everything."""
    async with People(shared_server.base) as people:
        yield await one_of_everything(people)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
async def test_no_request_breaks_the_server(
    home: tuple[Browser, dict[str, str]], shared_server: Server, operation: Any
) -> None:
    fay, known = home
    cookie = "; ".join(f"{one.name}={one.value}" for one in fay.cookies.jar)

    @seed(2026)
    @settings(
        max_examples=12,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ),
        real=st.booleans(),
    )
    def ask(case: Any, real: bool) -> None:
        for name in case.path_parameters:
            if name == "slug" or (real and name in known):
                case.path_parameters[name] = known.get(name, "x")
        answer = case.call(base_url=shared_server.base, headers={"Cookie": cookie})
        assert answer.status_code < 500, answer.text
        kind = answer.headers.get("content-type", [""])[0]
        if answer.status_code >= 400:
            assert kind == "application/problem+json", answer.text
            assert answer.json()["detail"].endswith((".", "?", "”"))
        elif kind == "application/json":
            described = operation.definition.raw["responses"].get(str(answer.status_code))
            assert described is not None, f"{answer.status_code} is not described"

    ask()
