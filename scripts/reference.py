"""Writes docs/reference/settings.md, commands.md and findings.md from the code: `python -m scripts.reference`.

A test compares them, so that a setting or a command without a description cannot be committed.
"""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from app.kit.config import PREFIX, Settings

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"

SETTINGS_HEAD = """\
# Settings

Everything an operator can set, as variables of the environment. A `CHAPTERHOUSE_*` variable that is
not in this list keeps the server from starting: a misspelt setting must not be without effect.

Written by `python -m scripts.reference` from `app/kit/config.py`; change it there.

| variable | default | what it is |
|---|---|---|
"""

COMMANDS_HEAD = """\
# Commands

Commands work on the configured database. While a server runs they go through its socket in the data
folder; while none runs they do it themselves. With `--json` they print one JSON document on standard
output and nothing else. When something is wrong they print one sentence (or, for
a wrong option, how the command is used) and end with exit code 2; an import from which nothing came in ends with 1.

Written by `python -m scripts.reference` from `app/cli/`; change it there.
"""

FINDINGS_HEAD = """\
# What checking the book finds

Every kind of fault by its code, as `chapterhouse preflight --json` prints it. “Must” keeps a guide from being published;
the facilitator may wave through, with a reason, all but those marked “never”. How the list is used:
[Check the book](../how-to/check-the-book.md).

Written by `python -m scripts.reference` from the rules that each part of the program declares; change them there.

| code | degree | what | how to fix it | waved through |
|---|---|---|---|---|
"""


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "settings.md").write_text(settings())
    (FOLDER / "commands.md").write_text(commands())
    (FOLDER / "findings.md").write_text(findings())


def settings() -> str:
    """The table of settings."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_default(field)} | {_description(field)} |"
        for name, field in Settings.model_fields.items()
    ]
    return SETTINGS_HEAD + "\n".join(rows) + "\n"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    return (
        ""
        if value in (None, [])
        else f"`{str(value).lower() if isinstance(value, bool) else value}`"
    )


def _description(field: FieldInfo) -> str:
    choices = [value for one in _members(field.annotation) for value in _literals(one)]
    said = " ".join((field.description or "").split())
    return said + (f" One of {', '.join(f'`{one}`' for one in choices)}." if choices else "")


def _members(annotation: Any) -> tuple[Any, ...]:
    union = get_origin(annotation) in (Union, types.UnionType)
    return get_args(annotation) if union else (annotation,)


def _literals(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def findings() -> str:
    """The table of rules, by their codes."""
    import app.main  # noqa: F401  every noun declares its rules when it is loaded
    from app.manuscript.findings import RULES

    rows = [
        f"| `{rule.code}` | {rule.degree} | {rule.title} | {rule.how} "
        f"| {'yes' if rule.waivable else 'never'} |"
        for rule in sorted(RULES.values(), key=lambda rule: rule.code)
    ]
    return FINDINGS_HEAD + "\n".join(rows) + "\n"


def commands() -> str:
    """Every command with its arguments and options."""
    from typer.main import get_command

    from app.cli import cli

    parts = [COMMANDS_HEAD]
    for path, command in _walk("chapterhouse", get_command(cli)):
        arguments = [one for one in command.params if one.param_type_name == "argument"]
        options = [one for one in command.params if one.param_type_name == "option"]
        usage = " ".join(
            [path, *(_shape(one) for one in arguments), *(["[OPTIONS]"] * bool(options))]
        )
        parts.append(f"\n## {path}\n\n{_text(command.help)}\n\n```\n{usage}\n```\n")
        rows = [f"| `{_shape(one)}` | {_text(one.help)} |" for one in arguments]
        rows += [f"| `{', '.join(one.opts)}` | {_option(one)} |" for one in options]
        if rows:
            parts.append("\n| | |\n|---|---|\n" + "\n".join(rows) + "\n")
    return "".join(parts)


def _walk(path: str, command: Any) -> list[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        return [(path, command)]
    return [found for name, one in inner.items() for found in _walk(f"{path} {name}", one)]


def _shape(argument: Any) -> str:
    name = str(argument.metavar or argument.name.upper())
    return name + ("…" if argument.nargs == -1 and not name.endswith("…") else "")


def _option(option: Any) -> str:
    said = _text(option.help)
    if option.required:
        said += " Required."
    elif option.default not in (None, False, "", [], ()) and not callable(option.default):
        said += f" Default: `{option.default}`."
    return said.strip()


def _text(text: str | None) -> str:
    return " ".join((text or "").split())


if __name__ == "__main__":
    main()
