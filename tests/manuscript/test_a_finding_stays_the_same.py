"""A finding has the same key as long as it is the same fault, wherever it has moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.manuscript import findings
from app.manuscript.findings import Finding

HERE = Finding("dead_link", "must", "Rights", "A link leads nowhere.", "c1", 3, "See", about="#x")


def test_it_may_move_and_be_said_in_other_words() -> None:
    moved = replace(HERE, block=9, excerpt="And see", place="Our rights", message="Another word.")
    assert moved.key == HERE.key


@pytest.mark.parametrize("other", [{"code": "x"}, {"chapter_id": "c2"}, {"about": "#y"}])
def test_another_fault_has_another_key(other: dict[str, str]) -> None:
    assert replace(HERE, **other).key != HERE.key


def test_two_rules_cannot_have_one_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "RULES", {})
    findings.declare("once", "must", "Once", "Do it.")
    with pytest.raises(ValueError, match="once"):
        findings.declare("once", "should", "Twice", "Do it again.")
