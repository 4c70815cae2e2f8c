"""Carets: one per client id, the server says whose, no storm, no ghosts."""

from __future__ import annotations

import asyncio
import json

import pytest

from app.sync import presence as presence_module
from app.sync import protocol
from app.sync.presence import MAX_OWN, Presence, read
from app.sync.protocol import Malformed
from tests.sync.bare import Bare


class Who:
    def __init__(self, person_id: str) -> None:
        self.person_id = person_id

    def identity(self) -> dict[str, str]:
        return {"id": self.person_id}


def message(*states: tuple[int, int, str]) -> bytes:
    """The body of an awareness message."""
    frame = protocol.awareness([(c, k, s.encode()) for c, k, s in states])
    return protocol.read(frame).body


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    monkeypatch.setattr(presence_module, "TICK", 0.01)
    monkeypatch.setattr(presence_module, "GRACE", 0.05)
    return []


async def wait() -> None:
    await asyncio.sleep(0.03)


def states(frame: bytes) -> dict[int, tuple[int, object]]:
    return {c: (k, json.loads(s)) for c, k, s in read(protocol.read(frame).body)}


async def test_many_moves_are_one_frame_and_only_a_higher_clock_goes_on(told: list[bytes]) -> None:
    here = Presence(told.append, lambda _: None)
    ana, ben = Who("ana"), Who("ben")
    for clock in range(1, 30):
        here.receive(ana, message((7, clock, f'{{"cursor":{{"anchor":{clock}}}}}')))
        here.receive(ben, message((8, clock, "{}")))
    await wait()
    assert len(told) == 1
    assert states(told[0]) == {
        7: (29, {"user": {"id": "ana"}, "cursor": {"anchor": 29}}),
        8: (29, {"user": {"id": "ben"}}),
    }
    # Browsers send back every state they receive; none of it goes on.
    here.receive(ben, message((7, 29, '{"cursor":{"anchor":29}}'), (8, 29, "{}")))
    here.receive(ben, message((7, 99, "null")))
    here.receive(ana, message((7, 12, "{}")))
    await wait()
    assert len(told) == 1


async def test_thirty_browsers_that_echo_everything_cost_thirty_frames_a_change(
    bare: Bare,
) -> None:
    document = await bare.document()
    async with bare.client(document, "ana") as ana:
        others = []
        for number in range(29):
            other = bare.client(document, f"p{number}")
            others.append((other, await other.__aenter__()))
        await ana.raw(protocol.awareness([(7, 1, b"{}")]))
        for _, other in others:
            await other.until(lambda other=other: 7 in other.states)
        before = sum(f[0] == protocol.AWARENESS for _, other in others for f in other.frames)
        await ana.raw(protocol.awareness([(7, 2, b'{"cursor":{}}')]))
        for _, other in others:
            await other.until(lambda other=other: other.states[7][0] == 2)
            # What y-websocket does with a state it has received.
            await other.raw(protocol.awareness([(7, *other.states[7])]))
        await asyncio.sleep(0.2)
        after = sum(f[0] == protocol.AWARENESS for _, other in others for f in other.frames)
        assert after - before == 29
        for context, _ in others:
            await context.__aexit__(None, None, None)


async def test_a_caret_goes_after_a_grace_and_a_blink_does_not_show(told: list[bytes]) -> None:
    here = Presence(told.append, lambda _: None)
    ana = Who("ana")
    here.receive(ana, message((7, 5, "{}")))
    await wait()
    here.leave(ana)
    again = Who("ana")
    here.receive(again, message((7, 5, '{"cursor":{}}')))
    await asyncio.sleep(0.1)
    assert [states(frame)[7][1] for frame in told] == [
        {"user": {"id": "ana"}},
        {"user": {"id": "ana"}, "cursor": {}},
    ]
    here.leave(again)
    await asyncio.sleep(0.1)
    clock, gone = states(told[-1])[7]
    assert gone is None
    assert here.frame() == protocol.awareness([])
    # A ghost that somebody else still holds is not believed, also not at a higher clock.
    here.receive(Who("ben"), message((7, 50, "{}")))
    await wait()
    assert states(told[-1])[7][1] is None
    # Its owner is, and gets a clock that the others believe.
    here.receive(Who("ana"), message((7, 5, "{}")))
    await wait()
    assert states(told[-1])[7][0] > clock
    here.close()


async def test_a_connection_shows_few_carets_and_none_of_others(told: list[bytes]) -> None:
    here = Presence(told.append, {70: "ben"}.get)
    ana = Who("ana")
    here.receive(ana, message((70, 1, "{}")))
    here.receive(ana, message(*((client, 1, "{}") for client in range(1, 20))))
    await wait()
    assert len(states(told[0])) == MAX_OWN
    assert 70 not in states(told[0])


@pytest.mark.parametrize(
    "state",
    ['"text"', "[1]", "7", "NaN", '{"a":Infinity}', "{", "[" * 3000, '{"a":"' + "x" * 20000 + '"}'],
)
async def test_what_is_no_small_json_object_is_dropped(told: list[bytes], state: str) -> None:
    here = Presence(told.append, lambda _: None)
    here.receive(Who("ana"), message((7, 1, state)))
    await wait()
    assert not told


@pytest.mark.parametrize("body", [b"", b"\xff\xff\xff\x7f", b"\x01\x07\x01\x7f{}", b"\x00\x00"])
def test_what_is_no_list_of_states_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read(body)


async def test_a_new_name_is_seen_without_moving(told: list[bytes]) -> None:
    here = Presence(told.append, lambda _: None)
    ana = Who("ana")
    here.receive(ana, message((7, 5, "{}")))
    await wait()
    ana.person_id = "anna"
    here.refresh(ana)
    await wait()
    assert states(told[-1])[7] == (6, {"user": {"id": "anna"}})


async def test_a_sender_hears_itself(bare: Bare) -> None:
    """y-websocket closes after 30 s without a message; its own renewed state has to come back."""
    async with bare.client(await bare.document(), durable=False) as ana:
        await ana.raw(protocol.awareness([(7, 1, b"{}")]))
        await ana.until(lambda: 7 in ana.states)
        await ana.raw(protocol.awareness([(7, 2, b"{}")]))
        await ana.until(lambda: ana.states[7][0] == 2)
