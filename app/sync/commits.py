"""Commits: what the rooms hand to the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


class Gone(Exception):
    """The document is not there, or is of another epoch now."""


class Taken(Exception):
    """A client id belongs to somebody else."""


class Stale(Exception):
    """Another process has stored structs of the same client ids meanwhile: judge again."""


@dataclass(slots=True)
class Lineage:
    """One load of a room. When it is broken, what was built on it is not stored any more; it is
    stale when that is because of what another process has stored."""

    broken: bool = False
    is_stale: bool = False


@dataclass(slots=True)
class Row:
    """One update to be stored."""

    data: bytes
    person_id: str | None
    client_ids: Sequence[int]
    unseen: Sequence[tuple[str, str]] = ()
    """Words that it brought or took away unseen, with the persons who wrote them."""


@dataclass(slots=True)
class Commit:
    """Rows of one document; exactly one of `done(first seq)` and `failed(why)` is called."""

    document_id: str
    epoch: str
    rows: list[Row]
    claims: dict[int, str | None]
    lineage: Lineage
    done: Callable[[int], None]
    failed: Callable[[BaseException], None]
    seen: int
    """The row of the log up to which the engine had everything when it judged these rows."""
    first: int = field(default=0, init=False)
