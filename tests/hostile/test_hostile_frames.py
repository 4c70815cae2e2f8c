"""Frames that are no messages end their socket with a code, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.bare import Bare

FRAMES = {
    "70_empty_frame": 1007,
    "71_text_frame": 1003,
    "72_unknown_type": 1007,
    "73_sync_type_9": 1007,
    "74_sv_bomb": 1007,
    "75_len_lies": 1007,
}


@pytest.mark.parametrize("durable", [True, False], ids=["durable", "standard"])
@pytest.mark.parametrize("name", FRAMES)
async def test_the_socket_is_closed_and_the_others_stay(
    bare: Bare, hostile: Path, name: str, durable: bool
) -> None:
    data = (hostile / f"frames/{name}.bin").read_bytes()
    document = await bare.document()
    engine = bare.sync.engine.pid
    async with (
        bare.client(document, "ana", durable=durable) as ana,
        bare.client(document, "ben") as ben,
    ):
        await ben.until(lambda: ben.synced)
        await ana.raw(data.decode() if name == "71_text_frame" else data)
        await ana.until(lambda: ana.closed_with is not None)
        assert ana.closed_with == FRAMES[name]
        ben.paragraph().insert(0, "still here")
        await ben.settled()
        assert ben.closed_with is None
    assert bare.sync.engine.pid == engine


async def test_a_frame_above_a_mebibyte_closes_its_socket(bare: Bare) -> None:
    async with bare.client(await bare.document()) as ana:
        await ana.raw(b"\x00\x02" + bytes(1 << 20))
        await ana.until(lambda: ana.closed_with is not None)
        assert ana.closed_with == 1009
