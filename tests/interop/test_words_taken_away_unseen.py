"""Words of standard clients that somebody takes away unseen are kept by the server."""

from __future__ import annotations

from tests.interop.peers import peer
from tests.sync.stage import Stage


async def test_either_way_round_they_are_kept_for_the_one_who_wrote_them(stage: Stage) -> None:
    ben = await stage.join("writer", "Ben")
    async with peer(stage, stage.fay) as one, peer(stage, ben) as two:
        await one.until(lambda s: s["synced"])
        await two.until(lambda s: s["synced"])
        await one.do("paragraph", words="One.")
        await one.do("paragraph", words="Two.")
        await two.until(lambda s: len(s["lines"]) == 3)
        await two.do("offline")
        await two.until(lambda s: not s["connected"])
        # Ben writes into what Fay deletes, and deletes what Fay writes into.
        await two.do("type", line=1, at=4, words=" By Ben.")
        await two.do("remove", line=2)
        await one.do("type", line=2, at=4, words=" By Fay.")
        await one.do("remove", line=1)
        await one.until(lambda s: s["lines"] == ["", "Two. By Fay."])
        await two.do("online")
        await one.until(lambda s: s["lines"] == [""])
        await two.until(lambda s: s["lines"] == [""])
    for person, words in ((stage.fay, " By Fay."), (ben, " By Ben.")):
        kept = (await person.yes("GET", "rescued-words"))["items"]
        assert [one["text"] for one in kept] == [words]
