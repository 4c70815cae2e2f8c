"""y-websocket's own provider connects, writes, reads, loses the network and comes back."""

from __future__ import annotations

from tests.interop.peers import peer
from tests.sync.stage import Stage


async def test_two_standard_clients_and_one_of_ours_write_together(stage: Stage) -> None:
    ben = await stage.join("writer", "Ben")
    async with (
        peer(stage, stage.fay) as one,
        peer(stage, ben) as two,
        stage.client(ben) as three,
    ):
        await one.until(lambda s: s["synced"])
        await two.until(lambda s: s["synced"])
        await one.do("paragraph", words="Kept 😀 by all")
        await two.until(lambda s: "Kept 😀 by all" in s["lines"])
        await three.until(lambda: "Kept 😀 by all" in three.text())
        await two.do("type", line=1, at=5, words="well ")
        await one.until(lambda s: "Kept well 😀 by all" in s["lines"])
        await two.do("mark", line=1, at=0, length=4, marks={"bold": {}})
        await two.do("mark", line=1, at=0, length=4, marks={"link": {"href": "https://e.org"}})
        await two.do("element", name="heading", attributes={"level": 3})
        await one.until(lambda s: len(s["lines"]) == 3)
        await one.do("set", line=2, name="level", value=2)
        three.paragraph().insert(0, "from ours")
        await three.settled()
        state = await one.until(lambda s: "from ours" in s["lines"])
        assert state["lines"] == (await two.until(lambda s: len(s["lines"]) == 4))["lines"]
        assert not state["closes"]
    tree = await stage.sync.read_tree(stage.document)
    assert [node.type for node in tree.content] == [
        "paragraph",
        "paragraph",
        "heading",
        "paragraph",
    ]


async def test_offline_words_arrive_when_it_returns(stage: Stage) -> None:
    ben = await stage.join("writer", "Ben")
    async with peer(stage, stage.fay) as one, peer(stage, ben) as two:
        await one.until(lambda s: s["synced"])
        await two.until(lambda s: s["synced"])
        await one.do("offline")
        await one.until(lambda s: not s["connected"])
        await one.do("paragraph", words="written on the train")
        await two.do("paragraph", words="written in the room")
        await one.do("online")
        state = await one.until(lambda s: len(s["lines"]) == 3)
        other = await two.until(lambda s: len(s["lines"]) == 3)
        assert state["lines"] == other["lines"]
        assert not state["pending"]
        assert not other["pending"]


async def test_carets_show_who_the_server_knows_and_nothing_else(stage: Stage) -> None:
    ben = await stage.join("writer", "Ben")
    async with peer(stage, stage.fay) as one, peer(stage, ben) as two:
        await one.until(lambda s: s["synced"])
        await two.until(lambda s: s["synced"])
        await two.do("field", name="user", value={"name": "Fay", "color": "red;x:url(y)"})
        await two.do("cursor", cursor={"anchor": {"type": None}, "head": {"type": None}})
        client = str((await two.state())["client"])
        seen = await one.until(lambda s: s["states"].get(client, {}).get("cursor") is not None)
        assert seen["states"][client]["user"]["name"] == "Ben"
        assert seen["states"][client]["user"]["id"] == ben.id
        assert seen["states"][client]["user"]["color"].startswith("#")
        async with peer(stage, stage.fay) as late:
            await late.until(lambda s: client in s["states"], within=5)
        await two.do("drop")
        await two.do("offline")
        await one.until(lambda s: client not in s["states"], within=6)
        # Back again under the same clock: still visible (y-websocket #122).
        await two.do("online")
        await one.until(lambda s: client in s["states"], within=6)
