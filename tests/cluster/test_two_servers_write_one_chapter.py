"""Two servers have the same chapter open: everybody sees everything, and all of it is stored once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from app.sync import protocol, rooms, stored
from tests.cluster.pair import Pair
from tests.sync.clients import Client
from tests.sync.stage import cookie
from tests.waiting import until


@pytest.mark.parametrize("durable", [True, False])
async def test_what_is_typed_at_one_server_is_seen_at_the_other(pair: Pair, durable: bool) -> None:
    async with pair.couple(durable=durable) as (a, b, _, _):
        a.paragraph().insert(0, "from the first")
        await b.until(lambda: "from the first" in b.text())
        b.paragraph().insert(0, "from the second")
        await a.until(lambda: "from the second" in a.text())


async def test_many_type_and_delete_at_both_and_end_with_the_same_words(pair: Pair) -> None:
    ana, ben = await pair.one.join("writer", "Ana"), await pair.one.join("writer", "Ben")
    dice = random.Random(4)
    clients = [
        Client(stage.address(query="?durable=1"), cookie(who))
        for stage in pair.both
        for who in (ana, ben)
    ]
    for client in clients:
        await client.open()
        await client.until(lambda c=client: c.synced)

    async def work(number: int, client: Client) -> None:
        own = client.paragraph()
        for turn in range(60):
            length = len(str(own))
            if length > 5 and dice.random() < 0.3:
                at = dice.randrange(length - 2)
                del own[at : at + 2]
            else:
                own.insert(dice.randrange(length + 1), f"{number}.{turn} ")
            if turn % 10 == 9:
                # In somebody else's paragraph.
                others = [text for text in _texts(client) if str(text) != str(own)]
                if others:
                    dice.choice(others).insert(0, f"x{number}.{turn} ")
            await asyncio.sleep(dice.random() * 0.01)

    await asyncio.gather(*(work(*one) for one in enumerate(clients)))
    for client in clients:
        await client.settled()
        assert client.refused == []
    await until(lambda: len({client.text() for client in clients}) == 1)
    assert await pair.reread() == clients[0].text()
    for client in clients:
        await client.close()


async def test_who_moves_to_the_other_server_and_sends_everything_again_doubles_nothing(
    pair: Pair,
) -> None:
    async with pair.couple() as (a, b, ana, _):
        words = a.paragraph()
        words.insert(0, "said once")
        await a.settled()
        # Ana's line breaks before she hears of it, and the other server is the next she finds.
        async with pair.two.client(ana, doc=a.doc) as again:
            await again.raw(protocol.update(a.doc.get_update()))
            words.insert(4, " and only")
            await again.settled()
            assert again.refused == []
        await b.until(lambda: "said and only once" in b.text())
    assert (await pair.reread()).count("once") == 1


async def test_who_sends_everything_does_not_come_to_own_the_others_words(pair: Pair) -> None:
    async with pair.couple() as (a, b, _, _):
        mine = a.paragraph()
        mine.insert(0, "Ana's")
        await a.settled()
        await b.until(lambda: "Ana's" in b.text())
        b.auto = False
        b.paragraph().insert(0, "Ben's")
        # Ana's words stand in this row of the log as well.
        await b.update(b.doc.get_update())
        await a.until(lambda: "Ben's" in a.text())
        mine.insert(5, " own")
        await a.settled()
        assert a.refused == []


async def test_a_message_that_leans_on_what_the_server_has_not_heard_of_is_not_refused(
    pair: Pair,
) -> None:
    pair.redis.kill()
    await pair.apart()
    async with pair.couple() as (a, _, ana, _):
        words = a.paragraph()
        words.insert(0, "first")
        await a.settled()
        async with pair.two.client(ana, doc=a.doc) as again:
            # Within the second in which the log is not looked at.
            words.insert(5, " second")
            await again.settled()
            assert again.refused == []
    assert "first second" in (await pair.reread())


async def test_one_client_id_never_comes_to_mean_two_things(pair: Pair) -> None:
    """A browser that says one thing here and another there, under the same numbers."""
    async with pair.couple() as (a, b, ana, _):
        await a.until(lambda: a.synced)
        for turn in range(20):
            forks = [_fork(a, turn, word) for word in ("here", "over there")]
            async with pair.one.client(ana) as here, pair.two.client(ana) as there:
                await asyncio.gather(
                    here.raw(protocol.update(forks[0])), there.raw(protocol.update(forks[1]))
                )
                await asyncio.gather(
                    here.until(lambda c=here: c.acked >= 1 or c.refused),
                    there.until(lambda c=there: c.acked >= 1 or c.refused),
                )
        # Whatever became of it: the chapter loads, and both servers have the same.
        await pair.reread()
        await asyncio.gather(*(stage.sync.read_tree(stage.document) for stage in pair.both))
        trees = [await stage.sync.read_tree(stage.document) for stage in pair.both]
        assert trees[0] == trees[1]
        a.paragraph().insert(0, "and on")
        await b.until(lambda: "and on" in b.text())


async def test_a_snapshot_at_one_server_is_whole_while_the_other_types(pair: Pair) -> None:
    async with pair.couple() as (a, b, _, _):
        mine, theirs = a.paragraph(), b.paragraph()

        async def type_on(words: XmlText, client: Client) -> None:
            for turn in range(150):
                words.insert(0, f"{turn} ")
                await asyncio.sleep(0.002)
            await client.settled()

        async def snapshots() -> None:
            for _ in range(12):
                for stage in pair.both:
                    [room] = stage.sync.rooms.open_rooms()
                    await stage.sync.rooms._snapshot(room)
                await asyncio.sleep(0.02)

        await asyncio.gather(type_on(mine, a), type_on(theirs, b), snapshots())
        await until(lambda: a.text() == b.text())
        read = await stored.read(pair.one.sync._database, pair.one.document)
        assert read is not None
        assert read.snapshot is not None
        again = Client("")
        for data in read.updates:
            again.doc.apply_update(data)
        assert again.text() == a.text()


async def test_what_is_noted_for_judging_goes_with_the_room(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = [stage.sync._log._written for stage in pair.both]
    async with pair.couple() as (a, b, _, _):
        for client in (a, b):
            client.paragraph().insert(0, "words")
            await client.settled()
        assert [list(log._ranges) for log in logs if log] == [[pair.one.document]] * 2
    monkeypatch.setattr(rooms, "IDLE", 0.0)
    await until(lambda: not any(stage.sync.rooms._entries for stage in pair.both))
    assert not any(log._ranges for log in logs if log)
    async with pair.one.client(pair.one.fay) as again:
        await again.until(lambda: again.synced)
        again.paragraph().insert(0, "and on")
        await again.settled()
        assert again.refused == []


def _fork(client: Client, turn: int, word: str) -> bytes:
    """An update under a client id of its own turn that says `word`."""
    doc: Doc[Any] = Doc(client_id=77_000_000 + turn)
    doc.apply_update(client.doc.get_update())
    before = doc.get_state()
    element = XmlElement("paragraph")
    doc.get("content", type=XmlFragment).children.append(element)
    element.children.append(XmlText(word))
    return doc.get_update(before)


def _texts(client: Client) -> Iterator[XmlText]:
    for child in client.fragment.children:
        yield from (inner for inner in child.children if isinstance(inner, XmlText))
