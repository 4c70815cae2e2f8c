"""Two people once typed into one text at the same time; replayed through the server, both clients
and everybody after them have that text, also when the server is killed in the middle.

Its beginning is played each time; the whole trace (26,078 edits, 45 s) with `FAULTS=long`, as in
`make faults`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.long import LONG
from tests.servers import Server
from tests.traces.replaying import edits_of, end_of, replay


@pytest.fixture
def trace(shared: Path) -> Path:
    found = shared / "data" / "traces" / "friendsforever.json.gz"
    if not found.is_file():
        pytest.skip(f"no recorded trace at {found} (CHAPTERHOUSE_SHARED_DATA)")
    return found


async def test_its_beginning_with_a_kill_in_the_middle(
    server: Server, trace: Path, tmp_path: Path
) -> None:
    found = await replay(server, trace, tmp_path, edits=3000, kill_at=1500)
    assert len(found.expected) > 1000
    assert set(found.texts) == {found.expected}
    assert found.read == found.expected
    assert found.read_after_a_kill == found.expected


@pytest.mark.slow
@pytest.mark.skipif(not LONG, reason="the whole trace takes 45 s: FAULTS=long, or make faults")
@pytest.mark.parametrize("killed", [False, True], ids=["undisturbed", "killed in the middle"])
async def test_all_of_it(server: Server, trace: Path, tmp_path: Path, killed: bool) -> None:
    edits = edits_of(trace)
    kill_at = edits // 2 if killed else None
    found = await replay(server, trace, tmp_path, edits=edits, kill_at=kill_at, within=400)
    assert found.expected == end_of(trace)
    assert found.texts == [end_of(trace)] * 2
    assert found.read == end_of(trace)
    assert found.read_after_a_kill == end_of(trace)
