"""docs/explanation/durability.md points at tests; each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "durability.md"


def test_every_test_that_the_promise_points_at_exists() -> None:
    last = ""
    found = 0
    for path, name in re.findall(r"`([\w/…]+(?:\.py)?)(?:::(\w+))?`", PAGE.read_text()):
        if path.endswith(".py"):
            last = path
        elif path != "…":
            continue
        file = ROOT / "tests" / last
        assert file.is_file(), last
        assert not name or f"def {name}(" in file.read_text(), f"{last} has no {name}"
        found += 1
    assert found > 25
