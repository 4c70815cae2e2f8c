"""People write in one chapter at once and all have the same words."""

from __future__ import annotations

from tests.sync.stage import Stage


async def test_what_one_writes_the_other_reads(stage: Stage) -> None:
    ben = await stage.join("writer", "Ben")
    async with stage.client(stage.fay) as one, stage.client(ben) as two:
        await one.until(lambda: one.synced)
        await two.until(lambda: two.synced)
        assert one.hello is not None
        assert one.hello[2] == "facilitator"
        text = one.paragraph()
        text.insert(0, "Good morning")
        await one.settled()
        await two.until(lambda: "Good morning" in two.text())
        assert one.acked == one.sent
        two.paragraph().insert(0, "and good night")
        await one.until(lambda: "good night" in one.text())
    async with stage.client(ben, durable=False) as three:
        await three.until(lambda: "good night" in three.text())
        assert three.text() == one.text()
