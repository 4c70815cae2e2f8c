"""Starting a guide: it has a name in addresses, a first sprint, and a link its facilitator keeps."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi import FastAPI

from app.guides.service import slugify
from tests.conftest import HeldClock
from tests.people_at_work import People, refused

NEW = "/api/guides"


async def test_a_guide_has_all_that_was_said_about_it(people: People) -> None:
    fay = await people.start_guide(
        "Organizing in New York",
        subtitle="A digital guide",
        language="pt-BR",
        region="New York City",
        licence="CC BY 4.0",
        days=4,
        start="2026-12-07",
        time_zone="America/New_York",
    )
    guide = await fay.yes("GET", "")
    assert guide["slug"] == "organizing-in-new-york"
    said = {
        "title": "Organizing in New York", "subtitle": "A digital guide", "language": "pt-BR",
        "dir": "ltr", "region": "New York City", "licence": "CC BY 4.0", "countdown": None,
    }  # fmt: skip
    assert {key: guide[key] for key in said} == said
    sprint = guide["sprint"]
    assert (sprint["days"], sprint["starts_on"], sprint["time_zone"]) == (
        4, "2026-12-07", "America/New_York",
    )  # fmt: skip
    assert guide["me"]["role"] == "facilitator"


async def test_two_guides_of_one_title_have_two_addresses(people: People) -> None:
    slugs = [(await people.start_guide("Same", name=f"F{n}")).slug for n in range(3)]
    assert slugs == ["same", "same-2", "same-3"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Ärzte & Pflege!", "arzte-pflege"),
        ("دليل", "guide"),
        ("--- 1 ---", "1"),
        ("A" * 200, "a" * 60),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_a_title_of_any_script_has_an_address(title: str, slug: str) -> None:
    assert slugify(title) == slug


@pytest.mark.parametrize(
    "wish",
    [
        {"title": ""},
        {"title": "   "},
        {"title": "\x00\u202e"},
        {"title": "\u200b"},
        {"title": "x" * 201},
        {"title": "x", "language": "english please"},
        {"title": "x", "days": 0},
        {"title": "x", "days": 61},
        {"title": "x", "time_zone": "Mars/Olympus"},
        {"title": "x", "time_zone": "../../etc/passwd"},
        {"title": "x", "time_zone": "America"},
        {"title": "x", "start": "9999-12-31"},
        {"title": "x", "start": "0001-01-01"},
        {"title": "x", "start": "tomorrow"},
        {"title": "x", "name": ""},
        {"title": None},
        {},
    ],
)
async def test_what_makes_no_guide_is_refused_with_a_sentence(
    people: People, wish: dict[str, object]
) -> None:
    refused(await (await people.browser()).post(NEW, json=wish), 422)


async def test_a_title_is_one_line(people: People) -> None:
    fay = await people.start_guide("Two\r\nlines\tand \u202ea turn\x00")
    assert (await fay.yes("GET", ""))["title"] == "Two lines and a turn"


async def test_without_a_name_the_link_is_all_one_gets(people: People) -> None:
    stranger = await people.browser()
    made = (await stranger.post(NEW, json={"title": "Later"})).json()
    assert not made["joined"]
    assert not stranger.cookies
    assert made["qr_svg"].startswith("<svg")
    assert (await stranger.join(made["facilitator_link"], "Fay")).status_code == 200
    assert stranger.role == "facilitator"


async def test_who_is_known_becomes_the_facilitator_of_the_next_guide_too(people: People) -> None:
    fay = await people.start_guide()
    made = (await fay.post(NEW, json={"title": "Next"})).json()
    assert made["joined"]
    guides = (await fay.get("/api/me")).json()["guides"]
    assert {one["slug"]: one["role"] for one in guides} == {
        "a-guide": "facilitator",
        "next": "facilitator",
    }


async def test_only_the_operator_starts_guides_where_that_is_set(
    people: People, app: FastAPI
) -> None:
    app.state.settings.create = "operator"
    stranger = await people.browser()
    assert (await stranger.get("/api/me")).json()["can_create"] is False
    refused(await stranger.post(NEW, json={"title": "x"}), 403)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 12, 1, 4, 59, tzinfo=UTC), None),
        (datetime(2026, 12, 1, 5, 0, tzinfo=UTC), 1),
        (datetime(2026, 12, 3, 4, 59, tzinfo=UTC), 2),
        (datetime(2026, 12, 5, 12, 0, tzinfo=UTC), 5),
        (datetime(2026, 12, 6, 5, 0, tzinfo=UTC), None),
    ],
)
async def test_the_day_of_the_sprint_begins_at_its_own_midnight(
    people: People, held_clock: HeldClock, at: datetime, day: int | None
) -> None:
    fay = await people.start_guide(days=5, start="2026-12-01", time_zone="America/New_York")
    held_clock.at = at
    assert (await fay.yes("GET", ""))["sprint"]["day"] == day


async def test_a_sprint_starts_today_where_it_takes_place(
    people: People, held_clock: HeldClock
) -> None:
    held_clock.at = datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
    fay = await people.start_guide(time_zone="Pacific/Auckland")
    assert (await fay.yes("GET", ""))["sprint"]["starts_on"] == "2026-12-02"
