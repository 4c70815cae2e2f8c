"""“Only for you”: a personal link brings the same person back; each device can be ended."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import HeldClock
from tests.people_at_work import Browser, People, refused, token_of

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"


async def personal(ana: Browser) -> str:
    made = await ana.post(f"/api/personal-link/{ana.slug}")
    assert made.status_code == 200, made.text
    assert made.json()["qr_svg"].startswith("<svg")
    return made.json()["link"]


async def test_a_personal_link_brings_the_same_person_back(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    phone = await people.browser(IPHONE)
    link = await personal(ana)
    told = (await phone.post("/api/invitation", json={"token": token_of(link)})).json()
    assert (told["kind"], told["person"]["name"]) == ("personal", "Ana")
    assert (await phone.join(link)).status_code == 200
    assert (phone.id, phone.role) == (ana.id, "writer")
    assert len((await fay.yes("GET", "people"))["items"]) == 2


async def test_a_new_personal_link_ends_the_one_before(people: People) -> None:
    await people.start_guide()
    ana = await people.join("writer", "Ana")
    old, new = await personal(ana), await personal(ana)
    problem = refused(await (await people.browser()).join(old), 410)
    assert problem["code"] == "link_revoked"
    assert (await (await people.browser()).join(new)).status_code == 200


async def test_a_personal_link_gives_the_role_one_has_now(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    link = await personal(ana)
    await fay.yes("PATCH", f"people/{ana.id}", json={"role": "reader"})
    phone = await people.browser()
    await phone.join(link)
    assert phone.role == "reader"


async def test_the_link_of_somebody_removed_opens_nothing(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    link = await personal(ana)
    await fay.yes("DELETE", f"people/{ana.id}")
    assert refused(await (await people.browser()).join(link), 410)["code"] == "link_revoked"


async def test_a_personal_link_ends_with_the_links_of_its_sprint(
    people: People, held_clock: HeldClock
) -> None:
    await people.start_guide(days=5)
    ana = await people.join("writer", "Ana")
    link = await personal(ana)
    held_clock.forward(timedelta(days=5 + 90))
    assert refused(await (await people.browser()).join(link), 410)["code"] == "link_expired"


async def test_one_sees_each_device_and_which_is_this_one(people: People) -> None:
    await people.start_guide()
    ana = await people.join("writer", "Ana")
    phone = await people.browser(IPHONE)
    await phone.join(await personal(ana))
    items = (await phone.get("/api/devices")).json()["items"]
    assert {(one["label"], one["current"]) for one in items} == {
        ("Safari on iPhone", True),
        ("Firefox on Linux", False),
    }


async def test_a_device_that_was_ended_is_out_at_once(people: People) -> None:
    await people.start_guide()
    ana = await people.join("writer", "Ana")
    phone = await people.browser(IPHONE)
    await phone.join(await personal(ana))
    lost = next(
        one["id"] for one in (await ana.get("/api/devices")).json()["items"] if not one["current"]
    )
    assert (await ana.delete(f"/api/devices/{lost}")).status_code == 204
    await phone.no(401, "GET", "chapters")
    assert (await phone.get("/api/me")).json()["person"] is None
    await ana.yes("GET", "chapters")
    assert len((await ana.get("/api/devices")).json()["items"]) == 1


async def test_nobody_ends_somebody_elses_device(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    mine = (await ana.get("/api/devices")).json()["items"][0]["id"]
    refused(await fay.delete(f"/api/devices/{mine}"), 404)
    await ana.yes("GET", "chapters")


async def test_joining_as_somebody_else_ends_the_session_before(people: People) -> None:
    await people.start_guide()
    ana = await people.join("writer", "Ana")
    ben = await people.join("writer", "Ben")
    kept = dict(ben.cookies)
    await ben.join(await personal(ana))
    assert ben.id == ana.id
    assert dict(ben.cookies) != kept
    old = await people.browser()
    old.cookies.update(kept)
    assert (await old.get("/api/me")).json()["person"] is None


async def test_last_seen_is_when_it_was_last_seen(people: People, held_clock: HeldClock) -> None:
    await people.start_guide()
    ana = await people.join("writer", "Ana")
    held_clock.forward(timedelta(hours=3))
    await ana.chapter("Written today")
    [device] = (await ana.get("/api/devices")).json()["items"]
    assert device["last_seen_at"] == "2026-12-01T12:00:00Z"
    assert device["created_at"] == "2026-12-01T09:00:00Z"


async def test_a_session_ends_after_four_hundred_days(
    people: People, held_clock: HeldClock
) -> None:
    await people.start_guide()
    ana = await people.join("writer", "Ana")
    held_clock.forward(timedelta(days=400))
    await ana.no(401, "GET", "chapters")
