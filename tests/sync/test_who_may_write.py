"""Roles and the ownership of client ids are asked for every message."""

from __future__ import annotations

import asyncio

import pytest
from pycrdt import Doc

from app.sync import protocol
from tests.sync.bare import Bare
from tests.sync.stage import Stage


@pytest.mark.parametrize("role", ["designer", "reviewer", "reader"])
async def test_a_reader_reads_and_shows_a_caret_and_does_not_write(bare: Bare, role: str) -> None:
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "rea", role) as rea:
        await rea.until(lambda: rea.synced)
        ana.paragraph().insert(0, "to be read")
        await rea.until(lambda: "to be read" in rea.text())
        await rea.raw(protocol.awareness([(9, 1, b"{}")]))
        await ana.until(lambda: 9 in ana.states)
        assert not rea.sent, "a reader is not even asked for what it has"
        rea.paragraph().insert(0, "scribble")
        await rea.until(lambda: rea.refused)
        assert {code for _, code in rea.refused} == {"read_only"}
        # As a step 2 neither.
        rea.auto = False
        await rea.raw(protocol.step_2(rea.doc.get_update()))
        await rea.until(lambda: rea.acked == rea.sent)
        assert len(rea.refused) == rea.sent
        # What holds nothing new is no writing.
        refused = len(rea.refused)
        await rea.raw(protocol.step_2(ana.doc.get_update()))
        await rea.until(lambda: rea.acked == rea.sent)
        assert len(rea.refused) == refused
        assert "scribble" not in ana.text()
        assert rea.closed_with is None


async def test_a_standard_reader_is_told_and_closed(bare: Bare) -> None:
    async with bare.client(await bare.document(), "rea", "reader", durable=False) as rea:
        await rea.until(lambda: rea.synced)
        rea.paragraph().insert(0, "scribble")
        await rea.until(lambda: rea.closed_with is not None)
        assert rea.denied
        assert rea.closed_with == 4403


async def test_a_role_taken_away_counts_from_the_next_message_on(bare: Bare) -> None:
    async with bare.client(await bare.document()) as ana:
        await ana.until(lambda: ana.synced)
        text = ana.paragraph()
        await ana.settled()
        bare.accesses[0].role = "reader"
        text.insert(0, "too late")
        await ana.until(lambda: ana.refused)
        assert ana.refused[0][1] == "read_only"
        bare.accesses[0].role = "writer"
        await ana.update(ana.doc.get_update())
        await ana.settled()


async def test_nobody_writes_under_the_client_id_of_another(bare: Bare) -> None:
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "eve") as eve:
        await ana.until(lambda: ana.synced)
        text = ana.paragraph()
        text.insert(0, "mine")
        await ana.settled()
        await eve.until(lambda: "mine" in eve.text())
        state = protocol.read_vector(ana.doc.get_state())
        client = ana.doc.client_id
        # Eight bytes would swallow the next thousand characters of the victim.
        hijack = (
            b"\x01\x01" + protocol.uint(client) + protocol.uint(state[client]) + b"\x00\xe8\x07\x00"
        )
        await eve.update(hijack)
        await eve.until(lambda: eve.refused)
        assert eve.refused[0][1] == "not_owner"
        text.insert(4, " still")
        await ana.settled()
        assert not ana.refused
        await eve.until(lambda: "mine still" in eve.text())
        # Sending back what is stored already is no crime.
        eve.auto = False
        await eve.update(ana.doc.get_update())
        await eve.until(lambda: eve.acked == eve.sent)
        assert len(eve.refused) == 1


async def test_a_client_id_shown_by_a_caret_is_not_taken_before_its_first_word(bare: Bare) -> None:
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "eve") as eve:
        await eve.until(lambda: eve.synced)
        await ana.raw(protocol.awareness([(ana.doc.client_id, 1, b"{}")]))
        await eve.until(lambda: ana.doc.client_id in eve.states)
        stolen: Doc[object] = Doc(client_id=ana.doc.client_id)
        stolen.apply_update(eve.doc.get_update())
        thief_address = bare.address(document, "eve", "writer", durable=True)
        from tests.sync.clients import Client

        thief = Client(thief_address, doc=stolen)
        await thief.open()
        thief.paragraph()
        await thief.until(lambda: thief.refused)
        assert thief.refused[0][1] == "not_owner"
        await thief.close()
        ana.paragraph()
        await ana.settled()
        assert not ana.refused


async def test_removing_a_person_closes_their_sockets_within_a_second(stage: Stage) -> None:
    ben = await stage.join("writer", "Ben")
    async with stage.client(ben) as socket:
        await socket.until(lambda: socket.synced)
        await stage.fay.yes("DELETE", f"people/{ben.id}")
        await socket.until(lambda: socket.closed_with is not None, within=1)
        assert socket.closed_with == 4401


async def test_a_changed_role_is_known_within_a_second(stage: Stage) -> None:
    ben = await stage.join("writer", "Ben")
    async with stage.client(ben) as socket:
        await socket.until(lambda: socket.synced)
        socket.paragraph()
        await socket.settled()
        await stage.fay.yes("PATCH", f"people/{ben.id}", json={"role": "reader"})
        await asyncio.sleep(0.2)
        socket.paragraph()
        await socket.until(lambda: socket.refused)
        assert socket.refused[0][1] == "read_only"


async def test_strangers_do_not_get_in(stage: Stage) -> None:
    from websockets.exceptions import InvalidStatus

    from tests.sync.clients import Client
    from tests.sync.stage import cookie

    other = await stage.people.browser()
    origin = {"Origin": "https://evil.example"}
    own = {"Origin": stage.settings.base}
    ours = cookie(stage.fay)
    for made, status in (
        (Client(stage.address(), cookie(other)), 401),
        (Client(stage.address("0" * 26), ours), 404),
        (Client(stage.address("nonsense"), ours), 404),
        (Client(stage.address(), ours, headers=origin), 403),
        (Client(stage.address(), ours, headers={"Sec-Fetch-Site": "cross-site"}), 403),
    ):
        with pytest.raises(InvalidStatus) as refused:
            await made.open()
        assert refused.value.response.status_code == status
    welcome = Client(stage.address(), ours, headers=own)
    await welcome.open()
    await welcome.until(lambda: welcome.synced)
    await welcome.close()
