"""Joining: open a link, type a name, be in."""

from __future__ import annotations

from tests.people_at_work import People


async def test_a_link_and_a_name_are_enough(people: People) -> None:
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    assert (ana.slug, ana.role) == (fay.slug, "writer")
    names = [one["name"] for one in (await ana.yes("GET", "people"))["items"]]
    assert names == ["Fay", "Ana"]
