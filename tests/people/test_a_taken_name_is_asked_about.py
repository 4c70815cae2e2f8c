"""“Are you Maria, who joined at 9:05?” — the facilitator or Maria's own device says yes or no."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import HeldClock
from tests.people_at_work import Browser, People, refused, token_of


@pytest.fixture
async def fay(people: People) -> Browser:
    return await people.start_guide()


@pytest.fixture
async def maria(people: People, fay: Browser) -> Browser:
    return await people.join("writer", "Maria")


async def ask(people: People, fay: Browser, maria: Browser) -> tuple[Browser, str, str]:
    """A new device that says it is Maria's; with its link and the claim's id."""
    link = (await fay.invite("writer"))["link"]
    new = await people.browser("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/604.1")
    answer = await new.join(link, "Maria", claim=maria.id)
    assert answer.status_code == 202
    return new, link, answer.json()["claim"]


async def state(browser: Browser, claim: str) -> dict[str, Any]:
    answer = await browser.post(f"/api/join/claims/{claim}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_question_names_the_hour_the_room_saw(
    people: People, held_clock: HeldClock
) -> None:
    held_clock.at = datetime(2026, 12, 1, 14, 5, tzinfo=UTC)
    fay = await people.start_guide(time_zone="America/New_York")
    maria = await people.join("writer", "Maria")
    link = (await fay.invite("writer"))["link"]
    problem = refused(await (await people.browser()).join(link, "maria"), 409)
    assert problem["detail"] == "Are you Maria, who joined at 9:05?"
    assert problem["person"] == {
        "id": maria.id, "name": "Maria", "joined_at": "2026-12-01T14:05:00Z",
    }  # fmt: skip
    held_clock.forward(timedelta(days=1))
    problem = refused(await (await people.browser()).join(link, "maria"), 409)
    assert problem["detail"] == "Are you Maria, who joined on 1 December?"


@pytest.mark.parametrize("who", ["facilitator", "herself"])
async def test_a_yes_brings_her_in_as_herself(
    people: People, fay: Browser, maria: Browser, who: str
) -> None:
    new, _, claim = await ask(people, fay, maria)
    assert (await state(new, claim))["status"] == "waiting"
    asked = fay if who == "facilitator" else maria
    [question] = (await asked.yes("GET", "claims"))["items"]
    assert question["person"] == {"id": maria.id, "name": "Maria"}
    assert question["device_label"] == "Safari on iPhone"
    await asked.yes("POST", f"claims/{claim}", json={"confirm": True})
    told = await state(new, claim)
    assert told["status"] == "confirmed"
    assert told["joined"]["person"]["id"] == maria.id
    assert (await new.get("/api/me")).json()["person"]["id"] == maria.id
    # Her other device stays signed in, nobody was added, and nothing is left to answer.
    assert (await maria.get("/api/me")).json()["person"]["id"] == maria.id
    assert len((await fay.yes("GET", "people"))["items"]) == 2
    assert (await fay.yes("GET", "claims"))["items"] == []


async def test_a_no_keeps_them_out(people: People, fay: Browser, maria: Browser) -> None:
    new, _, claim = await ask(people, fay, maria)
    await fay.yes("POST", f"claims/{claim}", json={"confirm": False})
    assert await state(new, claim) == {"status": "refused", "joined": None}
    assert (await new.get("/api/me")).json()["person"] is None


async def test_only_the_asking_browser_gets_in(
    people: People, fay: Browser, maria: Browser
) -> None:
    new, link, claim = await ask(people, fay, maria)
    other = await people.browser()
    problem = refused(await other.post(f"/api/join/claims/{claim}"), 404)
    assert problem["code"] == "claim_unknown"
    await fay.yes("POST", f"claims/{claim}", json={"confirm": True})
    assert (await other.post(f"/api/join/claims/{claim}")).status_code == 404
    # Nor one that asked a question of its own.
    await other.join(link, "Maria", claim=maria.id)
    assert (await other.post(f"/api/join/claims/{claim}")).status_code == 404
    assert (await state(new, claim))["status"] == "confirmed"


async def test_a_yes_is_good_once(people: People, fay: Browser, maria: Browser) -> None:
    new, _, claim = await ask(people, fay, maria)
    kept = dict(new.cookies)
    await fay.yes("POST", f"claims/{claim}", json={"confirm": True})
    await state(new, claim)
    thief = await people.browser()
    thief.cookies.update(kept)
    assert (await thief.post(f"/api/join/claims/{claim}")).status_code == 404


async def test_somebody_else_cannot_answer(people: People, fay: Browser, maria: Browser) -> None:
    _, _, claim = await ask(people, fay, maria)
    ben = await people.join("writer", "Ben")
    assert (await ben.yes("GET", "claims"))["items"] == []
    await ben.no(403, "POST", f"claims/{claim}", json={"confirm": True})


async def test_a_question_is_answered_once(people: People, fay: Browser, maria: Browser) -> None:
    _, _, claim = await ask(people, fay, maria)
    await fay.yes("POST", f"claims/{claim}", json={"confirm": False})
    problem = await maria.no(404, "POST", f"claims/{claim}", json={"confirm": True})
    assert problem["code"] == "claim_answered"


async def test_asking_again_takes_the_first_question_back(
    people: People, fay: Browser, maria: Browser
) -> None:
    new, link, first = await ask(people, fay, maria)
    for _ in range(5):
        answer = await new.join(link, "Maria", claim=maria.id)
    [question] = (await fay.yes("GET", "claims"))["items"]
    assert question["id"] == answer.json()["claim"]
    assert (await state(new, first))["status"] == "refused"


async def test_a_question_nobody_answers_is_over_after_half_an_hour(
    people: People, held_clock: HeldClock
) -> None:
    fay = await people.start_guide()
    maria = await people.join("writer", "Maria")
    new, _, claim = await ask(people, fay, maria)
    held_clock.forward(timedelta(minutes=31))
    assert (await fay.yes("GET", "claims"))["items"] == []
    await fay.no(404, "POST", f"claims/{claim}", json={"confirm": True})
    new.cookies.set("chapterhouse-claim", await _claim_secret(new), path="/api/join")
    assert (await state(new, claim))["status"] == "refused"


async def test_a_yes_nobody_came_for_lets_nobody_in_later(
    people: People, held_clock: HeldClock
) -> None:
    fay = await people.start_guide()
    maria = await people.join("writer", "Maria")
    new, _, claim = await ask(people, fay, maria)
    secret = await _claim_secret(new)
    await fay.yes("POST", f"claims/{claim}", json={"confirm": True})
    held_clock.forward(timedelta(days=3))
    late = await people.browser()
    late.cookies.set("chapterhouse-claim", secret, path="/api/join")
    assert (await state(late, claim))["status"] == "refused"
    assert (await late.get("/api/me")).json()["person"] is None


async def test_nobody_can_be_claimed_who_is_not_in_the_guide(people: People) -> None:
    fay = await people.start_guide("The first")
    link = (await fay.invite("writer"))["link"]
    other = await people.start_guide("The second", name="Gil")
    for claim in (other.id, "0" * 26, "nonsense"):
        answer = await (await people.browser()).post(
            "/api/join", json={"token": token_of(link), "name": "x", "claim": claim}
        )
        assert answer.status_code in {404, 422}


async def _claim_secret(browser: Browser) -> str:
    return next(c.value for c in browser.cookies.jar if c.name == "chapterhouse-claim") or ""
