"""What another server has stored is shown without asking the engine, which gets it in time."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

from pycrdt import Doc, XmlFragment

from app.sync.supervisor import Supervisor
from tests.cluster.pair import Pair, until


async def test_it_is_shown_while_the_engine_does_nothing(pair: Pair) -> None:
    async with pair.couple() as (a, b, _, _):
        words = a.paragraph()
        words.insert(0, "First.")
        await b.until(lambda: "First." in b.text())
        engine = pair.two.sync.engine.pid
        assert engine is not None
        os.kill(engine, signal.SIGSTOP)
        try:
            words.insert(6, " Second.")
            await b.until(lambda: "First. Second." in b.text())
        finally:
            os.kill(engine, signal.SIGCONT)
        # Whoever comes now gets it from the engine.
        async with pair.two.client(pair.one.fay) as c:
            await c.until(lambda: "First. Second." in c.text())


async def test_an_update_that_goes_on_from_it_is_taken_at_the_first_try(
    pair: Pair, monkeypatch: Any
) -> None:
    async with pair.couple() as (a, b, _, _):
        words = a.paragraph()
        words.insert(0, "Mine")
        await b.until(lambda: "Mine" in b.text())
        asked: list[str] = []
        ask = Supervisor.ask

        async def noted(engine: Supervisor, verb: str, *rest: Any) -> Any:
            if engine is pair.two.sync.engine:
                asked.append(verb)
            return await ask(engine, verb, *rest)

        monkeypatch.setattr(Supervisor, "ask", noted)
        b.fragment.children[1].children[0].insert(4, " and yours")
        await a.until(lambda: "Mine and yours" in a.text())
        assert [verb for verb in asked if verb in ("learn", "apply")] == ["learn", "apply"]
        assert b.refused == []


async def test_words_that_are_taken_away_unseen_by_somebody_elsewhere_are_kept(pair: Pair) -> None:
    async with pair.couple() as (a, b, _, ben):
        a.paragraph().insert(0, "Together.")
        await b.until(lambda: "Together." in b.text())
        before = a.doc.get_update()
        b.fragment.children[1].children[0].insert(9, " By Ben.")
        await b.settled()
        await a.until(lambda: "Together. By Ben." in a.text())
        # Somebody at the first server deletes the paragraph without having seen what Ben wrote.
        await a.update(_deleting(before))
        await b.until(lambda: "Together." not in b.text())
        kept = (await ben.yes("GET", "rescued-words"))["items"]
        assert [one["text"] for one in kept] == [" By Ben."]


async def test_a_chapter_is_the_same_at_both_after_much_that_nobody_asked_for(pair: Pair) -> None:
    async with pair.couple() as (a, b, _, _):
        words = a.paragraph()
        for turn in range(300):
            words.insert(0, f"{turn} ")
            if turn % 50 == 49:
                await asyncio.sleep(0.02)
        await a.settled()
        await until(lambda: a.text() == b.text())
        trees = [await stage.sync.read_tree(pair.one.document) for stage in pair.both]
        assert trees[0] == trees[1]
        b.paragraph().insert(0, "and on")
        await a.until(lambda: "and on" in a.text())


def _deleting(state: bytes) -> bytes:
    """An update that deletes the second block of a document."""
    doc: Doc[Any] = Doc()
    doc.apply_update(state)
    before = doc.get_state()
    del doc.get("content", type=XmlFragment).children[1]
    return doc.get_update(before)
