"""The repository: nothing of the machine it was made on, locks that hold, one direction of imports."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Built from pieces, so that this file does not find itself.
HOMES = "|".join(["ro" + "ot", "ho" + "me", "wo" + "rk", "Us" + "ers"])
MACHINE_PATH = re.compile(rf"(?<![\w.:/$}}-])/(?:{HOMES})/[\w.-]+")
INDEX = re.compile(
    r"(?:(?<!emit-)index-url|extra-index|find-links|registry\s*=|_auth" + r"Token|trusted-host)"
    r"|https?://[^\s\"'<>)]*/(?:simple|npm|api/(?:pypi|npm)|repository)/",
    re.IGNORECASE,
)
OUR_CODE = ("app/", "scripts/", "tests/", "migrations/", "bench/")


@cache
def committed() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(name: str) -> str:
    data = (ROOT / name).read_bytes()
    return "" if b"\0" in data[:8000] else data.decode("utf-8", "replace")


def found(pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern occurs in what is committed."""
    me = Path(__file__).relative_to(ROOT).as_posix()
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name in committed()
        if name != me
        for number, line in enumerate(text_of(name).splitlines(), 1)
        if pattern.search(line) and "/funding/" not in line
    ]


def test_nothing_committed_names_a_folder_of_the_machine_it_was_made_on() -> None:
    assert found(MACHINE_PATH) == []


def test_nothing_committed_says_where_packages_are_fetched_from() -> None:
    assert found(INDEX) == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_python_packages_are_locked_by_hash_and_by_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    packages = [block for block in blocks if not block.startswith("#")]
    assert len(packages) > 30
    for block in packages:
        assert re.match(r"[\w.\[\]-]+==\S+", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


def test_node_packages_are_locked_by_hash_and_by_no_address() -> None:
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 30
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_every_module_says_what_it_is_in_its_first_line() -> None:
    silent = []
    for name in committed():
        if not name.endswith(".py") or not name.startswith(OUR_CODE):
            continue
        text = (ROOT / name).read_text()
        if not text.strip() and name.startswith("tests/"):
            continue  # a folder of tests needs no words
        said = ast.get_docstring(ast.parse(text))
        lines = text.splitlines()
        first = lines[1] if lines[0].startswith("#!") else lines[0]
        if not said or not first.startswith('"""') or not first.strip('"').strip():
            silent.append(name)
    assert silent == []


def test_imports_only_go_down() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_noun_is_in_the_order_of_imports() -> None:
    order = (ROOT / "pyproject.toml").read_text().partition("[tool.importlinter]")[2]
    nouns = {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")}
    assert {noun for noun in nouns if f"app.{noun}" not in order} == set()


def test_nobody_waits_for_the_network_in_app_code_by_accident() -> None:
    """No address of another machine in the server or in the interface it serves."""
    calls = re.compile(
        r"""["'`]https?://(?!127\.0\.0\.1|localhost|operator\b|\{|\$)[\w-]+\.[\w.-]+"""
    )
    allowed = re.compile(
        r"example\.(?:org|com)|\.example|w3\.org|idpf\.org|purl\.org|github\.com|creativecommons\.org|daisy\.org|schema\.org|editeur\.org|color\.org|schemas\.openxmlformats\.org|schemas\.microsoft\.com"
    )
    hits = [
        f"{name}: {match.group()}"
        for name in committed()
        if name.startswith(("app/", "frontend/src/")) and ".test." not in name
        for match in calls.finditer(text_of(name))
        if not allowed.search(text_of(name)[match.start() : match.end() + 60])
    ]
    assert hits == []
