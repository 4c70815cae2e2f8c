"""What is to fix in words written at one server is heard and counted at the other."""

from __future__ import annotations

import asyncio

from tests.cluster.pair import Pair
from tests.preflight.finding import link, p


async def test_what_is_written_here_is_counted_there(pair: Pair) -> None:
    guide = (await pair.one.fay.yes("GET", ""))["id"]
    fay = await pair.two.people.browser()
    fay.cookies, fay.slug = pair.one.fay.cookies, pair.one.fay.slug
    before = (await fay.yes("GET", "findings/counts"))["counts"]
    async with pair.two.app.state.broadcast.subscribe(guide) as line:
        words = p("See ", link("your duties", "#duties"))
        await pair.one.app.state.sync.append(pair.one.document, [words], None)
        async with asyncio.timeout(30):
            while True:
                event = await line.get()
                if event is None or event.topic != "findings":
                    continue
                now = await fay.yes("GET", "findings")
                if "dead_link" in [one["code"] for one in now["items"]]:
                    break
    counts = (await fay.yes("GET", "findings/counts"))["counts"]
    assert counts == now["counts"]
    assert counts != before
    found = next(one for one in now["items"] if one["code"] == "dead_link")
    await fay.yes("PUT", f"findings/{found['key']}/waiver", json={"reason": "It comes."})
    there = await pair.one.fay.yes("GET", "findings/counts")
    assert there["counts"]["waved"] == 1
