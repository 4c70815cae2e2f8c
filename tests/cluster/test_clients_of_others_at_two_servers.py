"""Clients that others wrote, each kind at two servers at once: they agree, also after time offline."""

from __future__ import annotations

import pytest

from tests.cluster.pair import Pair
from tests.interop.peers import node, until
from tests.interop.test_any_client_goes_offline_and_returns import agreed
from tests.sync.stage import cookie


@pytest.mark.parametrize("kind", ["plain", "prosemirror", "tiptap", "frames"])
async def test_they_write_lose_the_network_return_and_agree(pair: Pair, kind: str) -> None:
    ana, ben = await pair.one.join("writer", "Ana"), await pair.one.join("writer", "Ben")
    bases = [stage.settings.base.replace("http", "ws", 1) for stage in pair.both]
    async with (
        node(bases[0], pair.one.document, cookie(ana), kind) as a,
        node(bases[1], pair.one.document, cookie(ben), kind) as b,
    ):
        for one in (a, b):
            await until(one, lambda state: state["synced"])
        await a.do("paragraph", words="from Ana.")
        await until(b, lambda state: "from Ana." in state["lines"])
        await b.do("offline")
        await b.do("paragraph", words="from Ben, offline.")
        await a.do("paragraph", words="meanwhile.")
        await b.do("online")
        for one in (a, b):
            await until(
                one, lambda state: {"meanwhile.", "from Ben, offline."} <= set(state["lines"])
            )
        # Somebody takes away a paragraph that the other server knows.
        line = (await until(a, bool))["lines"].index("from Ben, offline.")
        await a.do("remove", line=line)
        await until(b, lambda state: "from Ben, offline." not in state["lines"])
        await agreed(a, b, lines=["", "from Ana.", "meanwhile."])
    assert "meanwhile." in await pair.reread()
