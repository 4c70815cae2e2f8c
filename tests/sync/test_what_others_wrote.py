"""Which rows are somebody else's: what a process has forgotten of its own is never taken for seen."""

from __future__ import annotations

from app.sync.commits import Commit, Lineage, Row
from app.sync.conflicts import Written, stale


def commit(first: int, rows: int = 1, *, document: str = "d", seen: int = 0) -> Commit:
    """Rows under client id 7 that were stored from `first` on."""
    stored = [Row(b"", None, [7])] * rows
    made = Commit(document, "e", stored, {}, Lineage(), print, print, seen)
    made.first = first
    return made


def test_only_the_rows_between_ones_own_are_foreign() -> None:
    written = Written()
    written.note([commit(2, 3), commit(5), commit(9, 2)])
    assert written.foreign("d", 1, 10) == [(6, 8)]
    assert written.foreign("d", 0, 12) == [(1, 1), (6, 8), (11, 12)]
    assert written.foreign("d", 3, 4) == []


def test_of_a_closed_document_nothing_is_kept_and_its_rows_count_as_foreign() -> None:
    written = Written()
    written.note([commit(1, 5), commit(1, 5, document="other")])
    written.forget("d")
    written.forget("never opened")
    assert list(written._ranges) == ["other"]
    assert written.foreign("d", 2, 5) == [(3, 5)]
    # Too early it costs a second judgement; whoever has read all five is not judged again.
    newer = [("d", seq, "7") for seq in range(3, 6)]
    late, informed = commit(0, seen=2), commit(0, seen=5)
    assert stale(written, [late, informed], {"d": 5}, newer) == {id(late)}
