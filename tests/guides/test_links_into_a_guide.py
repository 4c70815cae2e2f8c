"""Links: made per role with a date, ended one by one, and their secret is kept nowhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.kit.config import Settings
from app.kit.db import Base, Database
from tests.conftest import HeldClock
from tests.people_at_work import People, refused, token_of

GARBAGE = ["", " ", "x", "A" * 43, "A" * 512, "'; DROP TABLE guides; --", "\x00", "𝔘", "../../etc"]


async def test_a_link_lasts_until_ninety_days_after_the_sprint(
    people: People, held_clock: HeldClock
) -> None:
    fay = await people.start_guide(days=5, start="2026-12-01", time_zone="America/New_York")
    made = await fay.invite("writer")
    assert made["expires_at"] == "2027-03-06T05:00:00Z"
    held_clock.at = held_clock.at.replace(year=2028)
    late = refused(await (await people.browser()).join(made["link"], "Late"), 410)
    assert late["code"] == "link_expired"
    assert "6 March 2027" in late["detail"]


async def test_a_link_for_a_sprint_long_past_is_good_from_now_on(
    people: People, held_clock: HeldClock
) -> None:
    fay = await people.start_guide(days=1, start="2020-01-01")
    made = await fay.invite("writer")
    assert made["expires_at"] == "2027-03-01T09:00:00Z"


async def test_a_link_can_have_a_date_of_its_own(people: People, held_clock: HeldClock) -> None:
    fay = await people.start_guide()
    until = held_clock.at + timedelta(hours=2)
    made = await fay.invite("writer", expires_at=until.isoformat(), label="For the evening")
    held_clock.forward(timedelta(hours=1, minutes=59))
    assert (await (await people.browser()).join(made["link"], "Ana")).status_code == 200
    held_clock.forward(timedelta(minutes=2))
    refused(await (await people.browser()).join(made["link"], "Ben"), 410)
    listed = {o["label"]: o["uses"] for o in (await fay.yes("GET", "invitations"))["items"]}
    assert listed["For the evening"] == 1


@pytest.mark.parametrize(
    "until",
    ["2020-01-01T00:00:00Z", "2027-01-01T00:00:00", "9999-12-31T23:59:59-14:00",
     "0001-01-01T00:00:00+14:00", "soon"],
)  # fmt: skip
async def test_a_date_that_cannot_be_is_refused(
    people: People, held_clock: HeldClock, until: str
) -> None:
    fay = await people.start_guide()
    await fay.no(422, "POST", "invitations", json={"role": "writer", "expires_at": until})


async def test_one_link_ends_without_the_others(people: People) -> None:
    fay = await people.start_guide()
    first, second = await fay.invite("writer"), await fay.invite("writer")
    through_first = await people.browser()
    await through_first.join(first["link"], "Ana")
    await fay.yes("DELETE", f"invitations/{first['id']}")
    problem = refused(await (await people.browser()).join(first["link"], "Ben"), 410)
    assert problem["code"] == "link_revoked"
    assert (await (await people.browser()).join(second["link"], "Ben")).status_code == 200
    # Who came through it stays.
    await through_first.yes("GET", "chapters")
    ended = {o["id"]: o["revoked_at"] for o in (await fay.yes("GET", "invitations"))["items"]}
    assert ended[first["id"]] is not None
    assert ended[second["id"]] is None


async def test_the_facilitators_link_can_be_ended_too(people: People) -> None:
    fay = await people.start_guide()
    [kept] = (await fay.yes("GET", "invitations"))["items"]
    await fay.yes("DELETE", f"invitations/{kept['id']}")
    refused(await (await people.browser()).join(fay.facilitator_link, "Eve"), 410)
    await fay.yes("GET", "")


@pytest.mark.parametrize("token", GARBAGE)
async def test_garbage_is_answered_with_a_sentence(people: People, token: str) -> None:
    await people.start_guide()
    stranger = await people.browser()
    for path, more in (("/api/join", {"name": "Eve"}), ("/api/invitation", {})):
        problem = refused(await stranger.post(path, json={"token": token, **more}), 404)
        assert problem["code"] == "link_unknown"
        assert "facilitator" in problem["detail"]
    refused(await stranger.post("/api/join", json={"token": "x" * 600, "name": "E"}), 422)


async def test_after_many_wrong_links_one_is_slowed_down(people: People) -> None:
    fay = await people.start_guide()
    eve = await people.browser()
    codes = [
        (await eve.post("/api/join", json={"token": f"wrong-{n}", "name": "Eve"})).status_code
        for n in range(40)
    ]
    assert codes[:30] == [404] * 30
    assert codes[30:] == [429] * 10
    problem = refused(await eve.post("/api/invitation", json={"token": "wrong"}), 429)
    assert "wait a minute" in problem["detail"]
    # A room shares one address: who has a right link is let in all the same.
    link = (await fay.invite("writer"))["link"]
    assert (await (await people.browser()).join(link, "Ana")).status_code == 200


async def test_right_links_are_never_counted(people: People) -> None:
    fay = await people.start_guide()
    token = token_of((await fay.invite("writer"))["link"])
    old = await fay.invite("writer")
    await fay.yes("DELETE", f"invitations/{old['id']}")
    stranger = await people.browser()
    for _ in range(60):
        answer = await stranger.post("/api/invitation", json={"token": token})
        assert answer.status_code == 200
        ended = await stranger.post("/api/invitation", json={"token": token_of(old["link"])})
        assert ended.status_code == 410


async def test_no_secret_is_kept_anywhere(people: People, app: FastAPI, settings: Settings) -> None:
    fay = await people.start_guide()
    invitation = await fay.invite("writer")
    ana = await people.join("writer", "Ana")
    personal = (await ana.post(f"/api/personal-link/{ana.slug}")).json()["link"]
    ben = await people.browser()
    asked = await ben.join(invitation["link"], "Ana", claim=ana.id)
    assert asked.status_code == 202
    secrets = [
        token_of(fay.facilitator_link), token_of(invitation["link"]), token_of(personal),
        *(cookie.value or "" for one in (fay, ana, ben) for cookie in one.cookies.jar),
    ]  # fmt: skip
    assert len([one for one in secrets if len(one) == 43]) == 6
    kept = await everything(app.state.database) + "".join(
        file.read_bytes().decode("latin-1") for file in settings.data_dir.rglob("*") if _plain(file)
    )
    assert "A guide" in kept
    assert not [one for one in secrets if one in kept]


async def everything(database: Database) -> str:
    rows: list[str] = []
    async with database.read() as session:
        for table in Base.metadata.sorted_tables:
            rows += map(str, await session.execute(text(f'SELECT * FROM "{table.name}"')))
    return "".join(rows)


def _plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


async def test_a_link_leads_to_the_address_people_open(people: People, app: FastAPI) -> None:
    fay = await people.start_guide()
    app.state.settings.base_url = "https://guides.example.org/"
    made = await people.browser(Origin="https://guides.example.org")
    answer = await made.post("/api/guides", json={"title": "x"})
    assert answer.json()["facilitator_link"].startswith("https://guides.example.org/join#")
    assert fay.facilitator_link.startswith(people.base + "/join#")
