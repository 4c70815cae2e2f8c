"""A new lineage: every document of a backup gets a new id and a new epoch when it is restored.

Browsers and other Yjs clients still hold what was written after the backup. Under the old ids they
would merge it in as if nothing had happened, word by word and each for itself; so the old ids
lead nowhere any more, and what people have is given back to them to look at (docs/decisions/0011).
"""

from __future__ import annotations

from typing import Any

from app.kit.ids import new_id


class NewLineage:
    """Rows of a backup with new document ids and epochs, in whatever table they are named."""

    def __init__(self) -> None:
        self._new: dict[str, str] = {}

    def __call__(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        """A row of a table as it is to be restored."""
        return {
            column: self._renamed(value) if _names_one(table, column) else value
            for column, value in row.items()
        }

    def _renamed(self, old: str | None) -> str | None:
        if old is None:
            return None
        if old not in self._new:
            self._new[old] = new_id()
        return self._new[old]


def _names_one(table: str, column: str) -> bool:
    """Whether a column holds a document's id or epoch. Told by its name, because a backup may
    have the tables of another version."""
    return column in {"document_id", "epoch"} or (table, column) == ("documents", "id")
