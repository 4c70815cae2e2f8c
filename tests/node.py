"""A script in Node that answers in JSON lines: what Yjs makes of something, started once for many."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[1]


class Node:
    """A running script; `with Node(path) as node`. It is given the folder of the interface, whose
    libraries it uses, and answers each line with `{"ok": …}` or `{"error": "…"}`."""

    def __init__(self, script: Path) -> None:
        self._script = script

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["node", str(self._script), str(ROOT / "frontend")],
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

    def ask(self, **request: Any) -> Any:
        """What it answers."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["ok"]
