"""The wire: what is read back is what was written, and nothing else is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sync import protocol
from app.sync.protocol import Malformed

clocks = st.dictionaries(st.integers(0, protocol.MAX_CLIENT), st.integers(1, protocol.MAX_CLOCK))


@given(st.integers(0, protocol.MAX_CLIENT))
def test_numbers(value: int) -> None:
    data = protocol.uint(value)
    assert protocol.read_uint(data, 0, protocol.MAX_CLIENT) == (value, len(data))


@given(clocks)
def test_state_vectors(vector: dict[int, int]) -> None:
    assert protocol.read_vector(protocol.vector(vector)) == vector


@given(st.binary(max_size=300), clocks)
def test_messages(body: bytes, vector: dict[int, int]) -> None:
    for frame, kind, sub in (
        (protocol.update(body), protocol.SYNC, protocol.UPDATE),
        (protocol.step_2(body), protocol.SYNC, protocol.STEP_2),
        (protocol.awareness([(1, 2, body)]), protocol.AWARENESS, -1),
    ):
        message = protocol.read(frame)
        assert (message.kind, message.sub) == (kind, sub)
        assert message.body.endswith(body)
        for cut in (frame[:-1], frame + b"\0"):
            with pytest.raises(Malformed):
                protocol.read(cut)
    beat = protocol.read(protocol.beat(7, vector))
    assert beat.number == 7
    assert protocol.read_vector(beat.body) == vector


@given(st.binary(max_size=100))
def test_any_bytes(data: bytes) -> None:
    for reader in (protocol.read, protocol.read_vector):
        try:
            reader(data)
        except Malformed:
            continue


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x63\x00",  # an unknown type
        b"\x64\x00\x00",  # an ACK is ours to send
        b"\x00\x09\x00",  # an unknown sync message
        b"\x00\x02\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",  # a number of ten bytes
        b"\x02\x00\x00",  # nobody denies us anything
    ],
)
def test_what_is_no_message(frame: bytes) -> None:
    with pytest.raises(Malformed):
        protocol.read(frame)


def test_a_vector_that_claims_a_billion_clients_costs_nothing() -> None:
    with pytest.raises(Malformed):
        protocol.read_vector(b"\x80\x80\x80\x80\x04")
