"""Presence messages that lie, flood or break are dropped; nobody else's caret changes."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from app.sync import protocol
from app.sync.presence import Presence
from tests.sync.bare import Bare

DROPPED = [
    "60_spoof_victim",
    "61_silence_victim",
    "62_flood_100k",
    "64_json_depth",
    "65_not_object",
    "69_nan",
]


def client_of(data: bytes) -> int:
    return protocol.read_uint(data, 1, protocol.MAX_CLIENT)[0]


@pytest.mark.parametrize("name", DROPPED)
async def test_it_is_dropped_and_the_others_are_as_before(
    bare: Bare, hostile: Path, name: str
) -> None:
    data = (hostile / f"awareness/{name}.bin").read_bytes()
    victim = client_of(data) if name.startswith(("60", "61")) else 77
    document = await bare.document()
    state = protocol.awareness([(victim, 1, b'{"cursor":{"anchor":1}}')])
    async with bare.client(document, "ben") as ben, bare.client(document, "ana") as ana:
        await ben.raw(state)
        await ana.until(lambda: victim in ana.states)
        before = dict(ana.states)
        await ana.raw(b"\x01" + protocol.block(data))
        await asyncio.sleep(0.15)
        assert ben.states == before
        assert ana.states == before
        # The victim can still move.
        await ben.raw(protocol.awareness([(victim, 2, b'{"cursor":{"anchor":2}}')]))
        await ana.until(lambda: ana.states[victim][0] == 2)


@pytest.mark.parametrize("name", ["66_name_html", "67_color_css"])
async def test_names_and_colours_come_from_the_session(
    bare: Bare, hostile: Path, name: str
) -> None:
    data = (hostile / f"awareness/{name}.bin").read_bytes()
    client = client_of(data)
    document = await bare.document()
    async with bare.client(document, "ben") as ben, bare.client(document, "ana") as ana:
        await ana.raw(b"\x01" + protocol.block(data))
        await ben.until(lambda: client in ben.states)
        user = json.loads(ben.states[client][1])["user"]
        assert user["name"] == "ana"
        assert user["color"] == user["colour"] == "#b3261e"


@pytest.mark.parametrize("name", DROPPED)
async def test_dropping_it_takes_no_time(hostile: Path, name: str) -> None:
    data = (hostile / f"awareness/{name}.bin").read_bytes()

    class Ben:
        person_id = "ben"

        def identity(self) -> dict[str, str]:
            return {}

    class Ana(Ben):
        person_id = "ana"

    presence = Presence(lambda _: None, lambda _: None)
    victim = client_of(data) if name.startswith(("60", "61")) else 77
    presence.receive(Ben(), protocol.awareness([(victim, 1, b"{}")])[2:])
    before = presence.frame()
    started = time.thread_time()
    presence.receive(Ana(), data)
    assert time.thread_time() - started < 0.005
    assert presence.frame() == before
    assert len(before) > 3
    presence.close()
