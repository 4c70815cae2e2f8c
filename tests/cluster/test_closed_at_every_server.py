"""A chapter that is closed for changes at one server is closed at all of them, and so is opening it."""

from __future__ import annotations

import asyncio

import pytest
from pycrdt import XmlText

from tests.cluster.pair import Pair, until
from tests.sync.clients import Client

WITHIN = 3.0


async def tells(client: Client, words: XmlText, *, taken: bool) -> None:
    """Write until it is taken, or is not: that must come in time."""
    client.auto = False
    async with asyncio.timeout(WITHIN):
        while True:
            refused = len(client.refused)
            words.insert(len(str(words)), "x")
            await client.update(client.doc.get_update())
            await client.until(lambda: client.acked == client.sent)
            if (len(client.refused) == refused) is taken:
                return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("redis_is", ["there", "away"])
async def test_what_one_server_closes_and_opens_the_other_does_within_three_seconds(
    pair: Pair, redis_is: str
) -> None:
    async with pair.couple() as (a, b, _, _):
        mine, theirs = a.paragraph(), b.paragraph()
        theirs.insert(0, "before ")
        await a.settled()
        await b.settled()
        if redis_is == "away":
            pair.redis.kill()
            await pair.apart()
        await pair.one.fay.yes("PUT", f"chapters/{pair.one.chapter}/freeze")
        await tells(a, mine, taken=False)
        await tells(b, theirs, taken=False)
        assert {code for _, code in a.refused + b.refused} == {"frozen"}
        closed = await pair.reread()
        assert "before" in closed
        await tells(b, theirs, taken=False)
        assert await pair.reread() == closed
        # Opened at the other one.
        fay = await pair.two.people.browser()
        fay.cookies, fay.slug = pair.one.fay.cookies, pair.one.fay.slug
        await fay.yes("DELETE", f"chapters/{pair.one.chapter}/freeze")
        await tells(b, theirs, taken=True)
        await tells(a, mine, taken=True)
        await until(lambda: a.text() == b.text())
        assert (await pair.reread()).count("before") == 1
