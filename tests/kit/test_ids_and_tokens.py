"""Ids sort by the time they were made; tokens are kept only as their hash."""

from __future__ import annotations

from datetime import timedelta

from app.kit.ids import ID_LENGTH, is_id, new_id
from app.kit.tokens import hash_token, new_token
from tests.conftest import HeldClock


def test_ids_sort_by_the_time_they_were_made(held_clock: HeldClock) -> None:
    made: list[str] = []
    for _ in range(50):
        made.append(new_id())
        held_clock.forward(timedelta(milliseconds=1))
    assert made == sorted(made)
    assert all(len(one) == ID_LENGTH and is_id(one) for one in made)


def test_no_two_ids_of_one_moment_are_equal(held_clock: HeldClock) -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_what_is_no_id_is_known_by_its_shape() -> None:
    assert not any(is_id(text) for text in ["", "x", "0" * 25, "0" * 27, "U" * 26, new_id() + "\n"])


def test_a_token_has_256_bits_and_fits_a_link() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(one) == 43 and one.replace("-", "").replace("_", "").isalnum() for one in tokens)
    assert len(hash_token(tokens.pop())) == 64
