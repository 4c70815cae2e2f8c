"""The four writers in Node, started once for many sequences, and Yjs as the judge."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.node import Node

Seen = dict[str, Any]
"""What somebody has: content, xml, vector, deletions, pending."""


@dataclass
class Sequence:
    """What a server would receive, in order, and what the four have at the end."""

    seed: bytes
    updates: list[bytes]
    ends: list[Seen]
    middle: bytes
    """What one of them had in the middle."""
    middle_vector: bytes


class Writers(Node):
    """The process in Node; `with Writers() as writers`."""

    def __init__(self) -> None:
        super().__init__(Path(__file__).with_name("writers.mjs"))

    def play(self, seed: int, edits: int) -> Sequence:
        """The sequence of a seed: the same one each time."""
        made = self.ask(do="play", seed=seed, edits=edits)
        return Sequence(
            base64.b64decode(made["seed"]),
            [base64.b64decode(update) for update in made["updates"]],
            made["ends"],
            base64.b64decode(made["middle"]),
            base64.b64decode(made["middleVector"]),
        )

    def read(self, updates: Iterable[bytes]) -> Seen:
        """What Yjs makes of these updates, applied in order."""
        coded = [base64.b64encode(update).decode() for update in updates]
        found: Seen = self.ask(do="read", updates=coded)
        return found
