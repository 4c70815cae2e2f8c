"""Four writers' random edits end as in Yjs: live, from the log, from a snapshot, and read by Yjs.

`make fuzz` plays a thousand sequences; these are the first of them.
"""

from __future__ import annotations

import pytest

from tests.differential.__main__ import EDITS
from tests.differential.comparing import compare
from tests.differential.through_the_server import compare_on
from tests.differential.writers import Writers
from tests.sync.bare import Bare


@pytest.mark.parametrize("tens", range(3))
def test_the_engine_ends_with_the_same_document(writers: Writers, tens: int) -> None:
    updates = sum(compare(writers, seed, EDITS) for seed in range(10 * tens, 10 * tens + 10))
    assert updates > 200


@pytest.mark.parametrize("seed", range(2))
async def test_the_server_ends_with_the_same_document(
    bare: Bare, writers: Writers, seed: int
) -> None:
    await compare_on(bare, writers, seed, 250)
