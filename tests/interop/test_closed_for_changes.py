"""A chapter is closed for changes while a standard client writes in it, and opened again."""

from __future__ import annotations

import pytest

from tests.interop.peers import node
from tests.sync.stage import Stage, cookie


@pytest.mark.parametrize("kind", ["plain", "tiptap"])
async def test_its_words_wait_with_it_and_go_in_by_themselves_once(stage: Stage, kind: str) -> None:
    ben = await stage.join("writer", "Ben")
    base = stage.settings.base.replace("http", "ws", 1)
    async with (
        node(base, stage.document, cookie(ben), kind) as two,
        stage.client(stage.fay) as one,
    ):
        await two.until(lambda s: s["synced"])
        await two.do("paragraph", words="before")
        await one.until(lambda: "before" in one.text())
        await stage.fay.yes("PUT", f"chapters/{stage.chapter}/freeze")
        await two.do("type", line=1, at=6, words=" and too late")
        await two.until(lambda s: 1013 in s["closes"])
        # It comes back by itself to read, and stays.
        closes = (await two.until(lambda s: s["connected"] and s["synced"]))["closes"]
        assert "too late" not in one.text()
        await stage.fay.yes("DELETE", f"chapters/{stage.chapter}/freeze")
        await one.until(lambda: one.text().count("before and too late") == 1)
        await two.do("type", line=1, at=0, words="As ")
        await one.until(lambda: "As before and too late" in one.text())
        state = await two.until(lambda s: s["lines"] == ["", "As before and too late"])
        assert state["closes"] == closes
        assert not state["pending"]
