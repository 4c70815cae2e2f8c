"""One countdown on everyone's screen, against the server's clock."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import HeldClock
from tests.people_at_work import People


async def test_everyone_sees_what_is_done_and_until_when(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("reader", "Ana")
    until = {"label": "  Writing ", "until": "2026-12-01T12:30:00-05:00"}
    await fay.yes("PUT", "countdown", json=until)
    seen = {"label": "Writing", "until": "2026-12-01T17:30:00Z"}
    assert (await ana.yes("GET", ""))["countdown"] == seen
    await fay.yes("DELETE", "countdown")
    assert (await ana.yes("GET", ""))["countdown"] is None
    await fay.yes("DELETE", "countdown")


async def test_a_device_with_a_wrong_clock_asks_for_the_right_one(
    people: People, held_clock: HeldClock
) -> None:
    fay = await people.start_guide()
    assert await fay.yes("GET", "clock") == {"now": "2026-12-01T09:00:00Z"}


@pytest.mark.parametrize(
    "wish",
    [
        {"label": "", "until": "2026-12-01T12:30:00Z"},
        {"label": "x" * 81, "until": "2026-12-01T12:30:00Z"},
        {"label": "\x00", "until": "2026-12-01T12:30:00Z"},
        {"label": "Writing", "until": "2026-12-01T12:30:00"},
        {"label": "Writing", "until": "0001-01-01T00:00:00+14:00"},
        {"label": "Writing", "until": "9999-12-31T23:59:59-14:00"},
        {"label": "Writing"},
    ],
)
async def test_a_countdown_to_nothing_is_refused(people: People, wish: dict[str, Any]) -> None:
    await (await people.start_guide()).no(422, "PUT", "countdown", json=wish)
