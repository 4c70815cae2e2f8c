"""Every route says what it needs, and refuses everybody who may not; generated from the policy."""

from __future__ import annotations

import itertools

import pytest
from fastapi import FastAPI

from app.guides.policy import ROLES, abilities, explain, gives_more
from tests.contract.every_route import PUBLIC, SAFE, Route, bodies, routes
from tests.people_at_work import Browser, People, refused

ALL = routes()
IN_GUIDE = [route for route in ALL if route.in_guide]
CHANGING = [route for route in ALL if route.method not in SAFE]

# Changes that need no more than reading: they are about the asking person alone.
ONES_OWN = {
    "POST /api/guides/{slug}/claims/{claim_id}",
    "DELETE /api/guides/{slug}/rescued-words/{rescued_id}",
}
# What comes to nothing with an id of elsewhere, instead of being refused.
NOTHING_TO_DO = {
    ("DELETE /api/guides/{slug}/chapters/{chapter_id}/assignees/{person_id}", "person_id")
}


def test_there_are_routes_to_look_at() -> None:
    assert len(ALL) > 45
    assert len(IN_GUIDE) > 30


@pytest.mark.parametrize("route", ALL, ids=str)
def test_every_route_says_what_it_needs(route: Route) -> None:
    assert route.path in PUBLIC or route.needs is not None


@pytest.mark.parametrize("route", IN_GUIDE, ids=str)
def test_nothing_of_a_guide_is_for_everybody(route: Route) -> None:
    assert route.needs not in {None, "anyone", "oneself"}


@pytest.mark.parametrize("route", [r for r in IN_GUIDE if r.method not in SAFE], ids=str)
def test_no_change_is_open_to_who_may_only_read(route: Route) -> None:
    assert route.needs != "read" or str(route) in ONES_OWN


def test_who_may_more_may_all_that_others_may() -> None:
    for line in (("reader", "reviewer", "writer", "facilitator"), ("reviewer", "designer")):
        for lower, higher in itertools.pairwise(line):
            assert abilities(lower) <= abilities(higher)
            assert not gives_more(lower, higher)
    assert all(explain(role).endswith(".") for role in ROLES)
    assert all(abilities(role) < abilities("facilitator") for role in ROLES[:-1])


def test_a_designer_changes_no_text_and_joining_again_takes_nothing_away() -> None:
    assert not abilities("designer") & {"write", "organise", "import", "manage"}
    assert gives_more("designer", "reviewer")
    assert not gives_more("designer", "writer")
    assert not gives_more("writer", "designer")
    assert gives_more("facilitator", "designer")


def test_nobody_outside_may_anything() -> None:
    assert abilities(None) == abilities("stranger") == frozenset()


@pytest.mark.parametrize("role", ROLES)
async def test_the_policy_is_what_happens(people: People, role: str) -> None:
    """Each route, asked by each role: 403 exactly where the policy says no."""
    fay = await people.start_guide()
    await people.join("facilitator", "Gil")
    one = fay if role == "facilitator" else await people.join(role, "Rea")
    wrong: list[str] = []
    for route in IN_GUIDE:
        # Without a body and with ids of nobody, a yes of the policy becomes 404 or 422.
        answer = await one.request(route.method, route.at(slug=fay.slug))
        may = route.needs in abilities(role)
        if answer.status_code in {401, 500} or (answer.status_code != 403) != may:
            wrong.append(f"{route} needs {route.needs}, {role} got {answer.status_code}")
        if answer.status_code == 403:
            assert refused(answer, 403)["ability"] == route.needs
    assert wrong == []


async def test_a_stranger_gets_nothing(people: People) -> None:
    fay = await people.start_guide()
    stranger = await people.browser()
    for route in IN_GUIDE:
        answer = await stranger.request(route.method, route.at(slug=fay.slug))
        assert answer.status_code == 401, f"{route}: {answer.status_code}"
        assert refused(answer, 401)["code"] == "not_joined"
    for route in ALL:
        if route.needs == "oneself":
            answer = await stranger.request(route.method, route.at())
            assert answer.status_code == 401, f"{route}: {answer.status_code}"


async def test_the_facilitator_of_another_guide_finds_nothing(people: People) -> None:
    fay = await people.start_guide("Here")
    gil = await people.start_guide("There", name="Gil")
    for route in IN_GUIDE:
        here = refused(await gil.request(route.method, route.at(slug=fay.slug)), 404)
        nowhere = refused(await gil.request(route.method, route.at(slug="nowhere")), 404)
        # Not even whether there is such a guide.
        assert here == nowhere
        assert here["code"] == "guide_not_found"


async def everything_in(people: People, guide: Browser) -> dict[str, str]:
    """One of everything that has an id."""
    ana = await people.join("writer", "Ana", slug=guide.slug)
    link = (await guide.invite("writer"))["link"]
    asked = await (await people.browser()).join(link, "Ana", claim=ana.id)
    picture = bytes.fromhex(
        "424d1e000000000000001a0000000c000000010001000100180000ff0000"
    )  # a BMP of one pixel
    return {
        "chapter_id": (await guide.chapter())["id"],
        "part_id": (await guide.yes("POST", "parts", json={"title": "x"}))["id"],
        "task_id": (await guide.yes("POST", "tasks", json={"title": "x"}))["id"],
        "asset_id": (await guide.yes("POST", "assets", files={"file": ("x.bmp", picture)}))["id"],
        "person_id": ana.id,
        "invitation_id": (await guide.invite("reader"))["id"],
        "claim_id": asked.json()["claim"],
    }


async def test_an_id_of_another_guide_is_an_id_of_nothing(people: People, app: FastAPI) -> None:
    fay = await people.start_guide("Here")
    gil = await people.start_guide("There", name="Gil")
    mine, theirs = await everything_in(people, fay), await everything_in(people, gil)
    body = bodies(app)
    found: list[str] = []
    for route in IN_GUIDE:
        for name in route.ids:
            if (str(route), name) in NOTHING_TO_DO:
                continue
            ids = mine | {name: theirs.get(name, "0" * 26)}
            answer = await fay.request(
                route.method,
                route.at(slug=fay.slug, **ids),
                **body.get((route.method, route.path), {}),
            )
            if answer.status_code != 404:
                found.append(f"{route} with another {name}: {answer.status_code} {answer.text}")
    assert found == []
    # And nothing happened to it.
    assert [one["id"] for one in (await gil.yes("GET", "chapters"))["items"]] == [
        theirs["chapter_id"]
    ]
    assert len((await gil.yes("GET", "people"))["items"]) == 2
    assert len((await gil.yes("GET", "claims"))["items"]) == 1


@pytest.mark.parametrize("wrong", ["y", "0" * 25, "%00", "..%2f..", "é", "a" * 3000, "' OR 1=1"])
async def test_an_id_of_no_shape_is_an_id_of_nothing(
    people: People, app: FastAPI, wrong: str
) -> None:
    fay = await people.start_guide()
    body = bodies(app)
    for route in [route for route in ALL if route.names and route.path not in PUBLIC]:
        if any(str(route) == path for path, _ in NOTHING_TO_DO):
            continue
        names = dict.fromkeys(route.names, wrong) | ({"slug": fay.slug} if route.ids else {})
        answer = await fay.request(
            route.method, route.at(**names), **body.get((route.method, route.path), {})
        )
        # With slashes in it, it is another path, perhaps one that is a page.
        expected = {404, 405, 200} if "2f" in wrong else {404}
        assert answer.status_code in expected, f"{route}: {answer.status_code} {answer.text}"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": "{base}"}, True),
        ({"Origin": "{base}", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "{base}.evil.example"}, False),
        ({"Origin": "{base}1"}, False),
        ({"Origin": "http://127.0.0.1"}, False),
        ({"Origin": "http://127.0.0.1:1"}, False),
        ({"Origin": "http://localhost@evil.example"}, False),
        ({"Origin": "http://[::1"}, False),
        ({"Origin": "file://"}, False),
        ({"Origin": "http://evil.example", "Host": "evil.example"}, False),
        ({"Origin": "http://localhost:9", "Host": "localhost:9"}, True),
        ({"Origin": "http://192.168.1.5:8000", "Host": "192.168.1.5:8000"}, True),
        ({"Origin": "http://laptop.local:8000", "Host": "laptop.local:8000"}, True),
    ],
)
async def test_only_our_own_pages_change_anything(
    people: People, headers: dict[str, str], allowed: bool
) -> None:
    browser = await people.browser()
    given = {key: value.replace("{base}", people.base) for key, value in headers.items()}
    answer = await browser.post("/api/guides", json={"title": "x"}, headers=given)
    assert answer.status_code == (201 if allowed else 403), answer.text
    if not allowed:
        assert refused(answer, 403)["code"] == "origin"


async def test_no_route_takes_a_change_from_another_website(people: People) -> None:
    fay = await people.start_guide()
    for route in CHANGING:
        answer = await fay.request(
            route.method, route.at(slug=fay.slug), headers={"Origin": "https://evil.example"}
        )
        assert refused(answer, 403)["code"] == "origin", str(route)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://guides.example.org", True),
        ("https://other.example.org", True),
        ("http://guides.example.org", False),
        ("https://guides.example.org:8443", False),
        ("https://guides.example.org.evil.example", False),
        ("https://evil.guides.example.org", False),
        # Not through the address behind the proxy either.
        ("http://127.0.0.1:8000", False),
    ],
)
async def test_behind_a_proxy_only_the_public_address_counts(
    people: People, app: FastAPI, origin: str, allowed: bool
) -> None:
    app.state.settings.base_url = "https://Guides.Example.org"
    app.state.settings.allowed_origins = ["https://other.example.org"]
    browser = await people.browser(Origin=origin, Host=origin.partition("://")[2])
    answer = await browser.post("/api/guides", json={"title": "x"})
    assert answer.status_code == (201 if allowed else 403)


async def test_in_a_local_network_this_machine_is_at_home_too(people: People, app: FastAPI) -> None:
    settings = app.state.settings
    settings.lan, settings.base_url = True, "http://192.168.1.5:8000"
    for origin in ("http://192.168.1.5:8000", "http://127.0.0.1:8000", "http://localhost:8000"):
        browser = await people.browser(Origin=origin, Host=origin.partition("://")[2])
        assert (await browser.post("/api/guides", json={"title": "x"})).status_code == 201
