"""The four writers in Node, started once for many sequences, and Yjs as the judge."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]

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


class Writers:
    """The process in Node; `with Writers() as writers`."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["node", str(Path(__file__).with_name("writers.mjs")), str(ROOT / "frontend")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def play(self, seed: int, edits: int) -> Sequence:
        """The sequence of a seed: the same one each time."""
        made = self._ask(do="play", seed=seed, edits=edits)
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
        found: Seen = self._ask(do="read", updates=coded)
        return found

    def _ask(self, **request: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["ok"]
