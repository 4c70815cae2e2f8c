"""Joining: open a link, type a name, be in; a device that is known goes straight in."""

from __future__ import annotations

import pytest

from tests.people_at_work import People, refused, token_of


async def test_a_link_and_a_name_are_enough(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    assert (ana.slug, ana.role) == (fay.slug, "writer")
    names = [one["name"] for one in (await ana.yes("GET", "people"))["items"]]
    assert names == ["Fay", "Ana"]


@pytest.mark.parametrize("role", ["facilitator", "writer", "designer", "reviewer", "reader"])
async def test_a_link_gives_the_role_it_was_made_for(people: People, role: str) -> None:
    await people.start_guide()
    ana = await people.join(role, "Ana")
    assert (await ana.yes("GET", ""))["me"]["role"] == role


async def test_a_link_says_what_it_leads_to_before_one_joins(people: People) -> None:
    fay = await people.start_guide("مرشد", language="ar", days=4)
    link = (await fay.invite("reviewer"))["link"]
    told = (
        await (await people.browser()).post("/api/invitation", json={"token": token_of(link)})
    ).json()
    assert told["guide"] == {
        "slug": fay.slug, "title": "مرشد", "subtitle": "", "language": "ar", "dir": "rtl",
    }  # fmt: skip
    assert (told["kind"], told["role"]) == ("role", "reviewer")
    assert told["sprint"]["days"] == 4
    assert told["person"] is None
    assert not told["member"]


async def test_looking_at_a_link_changes_nothing(people: People) -> None:
    fay = await people.start_guide()
    made = await fay.invite("writer")
    stranger = await people.browser()
    for _ in range(3):
        await stranger.post("/api/invitation", json={"token": token_of(made["link"])})
        await stranger.get("/join")
        await stranger.head("/join")
    listed = (await fay.yes("GET", "invitations"))["items"]
    assert next(one for one in listed if one["id"] == made["id"])["uses"] == 0
    assert len((await fay.yes("GET", "people"))["items"]) == 1
    assert "set-cookie" not in (await stranger.get("/api/me")).headers


async def test_a_known_device_goes_straight_in(people: People) -> None:
    fay = await people.start_guide()
    link = (await fay.invite("writer"))["link"]
    ana = await people.browser()
    await ana.join(link, "Ana")
    first = ana.id
    told = (await ana.post("/api/invitation", json={"token": token_of(link)})).json()
    assert told["person"]["name"] == "Ana"
    assert told["member"]
    again = await ana.join(link)
    assert again.status_code == 200
    assert ana.id == first
    assert "set-cookie" not in again.headers
    assert len((await fay.yes("GET", "people"))["items"]) == 2


async def test_joining_while_signed_in_adds_a_guide_and_takes_none_away(people: People) -> None:
    first = await people.start_guide("The first")
    ana = await people.join("writer", "Ana")
    second = await people.start_guide("The second", name="Gil")
    answer = await ana.join((await second.invite("reader"))["link"])
    assert answer.json()["person"]["id"] == ana.id
    known = {one["slug"]: one["role"] for one in (await ana.get("/api/me")).json()["guides"]}
    assert known == {first.slug: "writer", second.slug: "reader"}


async def test_joining_again_never_demotes_and_may_promote(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    await ana.join((await fay.invite("reader"))["link"])
    assert ana.role == "writer"
    await ana.join((await fay.invite("facilitator"))["link"])
    assert ana.role == "facilitator"
    await fay.join((await fay.invite("reader"))["link"])
    assert fay.role == "facilitator"


async def test_one_lands_in_ones_chapter(people: People) -> None:
    fay = await people.start_guide()
    link = (await fay.invite("writer"))["link"]
    ana = await people.browser()
    assert (await ana.join(link, "Ana")).json()["chapter_id"] is None
    done = await fay.chapter("Done")
    mine = await fay.chapter("Mine")
    for chapter in (done, mine):
        await fay.yes("PUT", f"chapters/{chapter['id']}/assignees/{ana.id}")
    await fay.yes("PATCH", f"chapters/{done['id']}", json={"status": "done"})
    assert (await ana.join(link)).json()["chapter_id"] == mine["id"]


async def test_of_two_people_with_one_name_the_newcomer_may_take_another(people: People) -> None:
    await people.start_guide("The first")
    ana = await people.join("writer", "Ana")
    second = await people.start_guide("The second", name="Gil")
    await people.join("writer", "Ana", slug=second.slug)
    link = (await second.invite("writer"))["link"]
    assert refused(await ana.join(link), 409)["code"] == "name_taken"
    assert refused(await ana.join(link, "gil"), 409)["code"] == "name_taken"
    assert (await ana.join(link, "Ana Ruiz")).status_code == 200
    me = (await ana.get("/api/me")).json()
    assert me["person"]["name"] == "Ana Ruiz"
    assert len(me["guides"]) == 2


async def test_the_name_of_somebody_who_was_removed_stays_theirs(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    await fay.yes("DELETE", f"people/{ana.id}")
    link = (await fay.invite("writer"))["link"]
    problem = refused(await (await people.browser()).join(link, "Ana"), 409)
    assert problem["code"] == "name_used"
    assert "person" not in problem


async def test_leaving_signs_this_device_out(people: People) -> None:
    await people.start_guide()
    ana = await people.join("writer", "Ana")
    kept = dict(ana.cookies)
    assert (await ana.post("/api/leave")).status_code == 204
    assert not ana.cookies
    # Also for whoever kept the secret.
    thief = await people.browser()
    thief.cookies.update(kept)
    assert (await thief.get("/api/me")).json()["person"] is None
