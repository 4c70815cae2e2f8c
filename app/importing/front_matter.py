"""Front matter: the YAML block at the top of a Markdown file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

import yaml

from app.manuscript.markdown import OWN

_BLOCK = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a file says about itself; None for what it does not say."""

    title: str | None = None
    order: float | None = None
    language: str | None = None
    part: str | None = None
    is_ours: bool = False
    """Whether an export of ours wrote it: it is read as it was written."""


class _Loader(yaml.SafeLoader):
    """Plain values only: aliases could unfold into gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def split(text: str) -> tuple[FrontMatter, str, bool]:
    """A file's front matter, the text below it, and whether the block could be read."""
    found = _BLOCK.match(text)
    if found is None:
        return FrontMatter(), text.removeprefix("\ufeff"), True
    rest = text[found.end() :]
    if len(found.group(1)) > _LIMIT:
        return FrontMatter(), rest, False
    try:
        loaded: Any = yaml.load(found.group(1), _Loader)  # noqa: S506  a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError):
        return FrontMatter(), rest, False
    if loaded is None:
        return FrontMatter(), rest, True
    if not isinstance(loaded, dict):
        return FrontMatter(), text, True
    return _read(cast("dict[object, object]", loaded)), rest, True


def _read(values: dict[object, object]) -> FrontMatter:
    title = values.get("title")
    order = next(
        (values[key] for key in ("order", "weight", "nav_order", "position") if key in values), None
    )
    language = values.get("lang") or values.get("language")
    part = values.get("part")
    is_ours = all(values.get(key) == value for key, value in OWN.items())
    return FrontMatter(
        title=" ".join(str(title).split()) if title is not None else None,
        order=float(order)
        if isinstance(order, int | float) and not isinstance(order, bool)
        else None,
        language=str(language).strip().lower() if language else None,
        part=" ".join(str(part).split()) or None if is_ours and part is not None else None,
        is_ours=is_ours,
    )
