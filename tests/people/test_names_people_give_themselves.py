"""Names: whatever somebody types becomes a name that the others can read, or a sentence."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.errors import BadInput
from app.people import names
from tests.people_at_work import People, refused

NOBODY = ["", "   ", "\u200b", "\x00", "\u202e\u202d", "\u3164\u3164", "\u2800", "\ufe0f", "́"]


async def test_ten_thousand_characters_are_answered_with_a_sentence(people: People) -> None:
    await people.start_guide()
    link = (await people.join("facilitator", "Ida")).invite("writer")
    problem = refused(await (await people.browser()).join((await link)["link"], "A" * 10_000), 422)
    assert problem["code"] == "name"
    assert "60" in problem["detail"]


@pytest.mark.parametrize("name", NOBODY)
async def test_a_name_of_nothing_visible_is_asked_for_again(people: People, name: str) -> None:
    fay = await people.start_guide()
    link = (await fay.invite("writer"))["link"]
    assert refused(await (await people.browser()).join(link, name), 422)["code"] == "name"


async def test_every_hostile_name_gets_an_answer_and_none_gets_in_unclean(
    people: People, shared: Path
) -> None:
    fay = await people.start_guide(name="Facilitator")
    link = (await fay.invite("writer"))["link"]
    hostile: list[str] = json.loads((shared / "hostile/docs/92_names.json").read_text())
    for name in hostile:
        answer = await (await people.browser()).post(
            "/api/join",
            # As it is, with lone surrogates escaped: that is how a client can send them.
            content=json.dumps({"token": link.partition("#")[2], "name": name}),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code in {200, 409, 422}, (name[:20], answer.text)
        if answer.status_code != 200:
            refused(answer, answer.status_code)
    for one in (await fay.yes("GET", "people"))["items"]:
        assert 1 <= len(one["name"]) <= 60
        assert not {unicodedata.category(c) for c in one["name"]} & {"Cc", "Cs"}
        assert "\u202e" not in one["name"]


@pytest.mark.parametrize(
    "again",
    ["maria", " MARIA  ", "Ｍａｒｉａ", "Mar\u200dia", "Maria\ufe0e", "Mаriа", "Mar\u200bia"],
)
async def test_nobody_joins_under_a_name_that_looks_like_somebody_elses(
    people: People, again: str
) -> None:
    fay = await people.start_guide()
    await people.join("writer", "Maria")
    link = (await fay.invite("writer"))["link"]
    assert refused(await (await people.browser()).join(link, again), 409)["code"] == "name_taken"


async def test_marks_do_not_tower_over_the_lines_around(people: People) -> None:
    await people.start_guide()
    ana = await people.join("writer", "A" + "\u0335" * 50 + "na")
    assert ana.name == "A\u0335\u0335\u0335na"


@pytest.mark.parametrize("name", ["Зоя", "李小龙", "محمد", "Ngũgĩ", "O’Brien-Šuštar", "👨‍👩‍👧", "d4"])  # fmt: skip
async def test_names_of_all_scripts_stay_as_they_are(people: People, name: str) -> None:
    await people.start_guide()
    assert (await people.join("writer", name)).name == name


async def test_everyone_in_a_room_gets_a_colour_of_their_own(people: People) -> None:
    fay = await people.start_guide()
    for number in range(len(names.COLOURS) - 1):
        await people.join("writer", f"Writer {number}")
    colours = [one["colour"] for one in (await fay.yes("GET", "people"))["items"]]
    assert len(set(colours)) == len(names.COLOURS)


async def test_one_may_take_another_name_but_not_somebody_elses(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    assert refused(await ana.patch("/api/me", json={"name": "FAY"}), 409)["code"] == "name_used"
    assert (await ana.patch("/api/me", json={"name": " Ana  María "})).json()["name"] == "Ana María"
    assert (await ana.patch("/api/me", json={"colour": "#123456"})).status_code == 200
    mine = (await fay.yes("GET", "people"))["items"][1]
    assert (mine["name"], mine["colour"]) == ("Ana María", "#123456")
    # The old name is free again.
    await people.join("writer", "Ana")


@given(st.text(max_size=80))
def test_a_name_that_was_cleaned_stays_as_it_is(name: str) -> None:
    try:
        kept = names.clean(name)
    except BadInput:
        return
    assert names.clean(kept) == kept
    assert names.key(kept)
    assert 1 <= len(kept) <= 60
