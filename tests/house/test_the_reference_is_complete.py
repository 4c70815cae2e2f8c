"""The reference: every setting, every command and every option is described, as the code has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from app.cli import cli
from app.kit.config import Settings
from scripts import reference

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_says_what_it_is(name: str) -> None:
    described = Settings.model_fields[name].description
    assert described
    assert described.endswith((".", "'"))
    assert f"`CHAPTERHOUSE_{name.upper()}`" in written("settings.md")


def test_the_settings_are_written_down_as_they_are() -> None:
    assert written("settings.md") == reference.settings()


def test_every_command_and_option_says_what_it_does() -> None:
    silent = [
        f"{path} {one.name}"
        for path, command in reference._walk("chapterhouse", get_command(cli))
        for one in [command, *command.params]
        if not one.help
    ]
    assert silent == []


def test_the_commands_are_written_down_as_they_are() -> None:
    assert written("commands.md") == reference.commands()


def test_the_findings_are_written_down_as_they_are() -> None:
    assert written("findings.md") == reference.findings()


def test_every_finding_is_made_by_a_declared_rule() -> None:
    app_code = "\n".join(path.read_text() for path in (ROOT / "app").rglob("*.py"))
    literal = set(re.findall(r"\bFinding\(\s*\"(\w+)\"", app_code))
    literal |= set(re.findall(r"object_to\(\s*\"(\w+)\"", app_code))
    assert {code for code in literal if f"| `{code}` |" not in reference.findings()} == set()


def written(name: str) -> str:
    file = Path(reference.FOLDER) / name
    assert file.is_file(), "run `python -m scripts.reference`"
    return file.read_text()
