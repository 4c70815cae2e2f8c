"""What the commands share: the program itself, options that come again, and how trouble is said."""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer

from app.kit import serving
from app.kit.config import Settings

cli = typer.Typer(
    help="Chapterhouse: write a guide together, leave with a book.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
GuideSlug = Annotated[str, typer.Argument(metavar="GUIDE", help="The guide's short name (slug).")]


def fail(message: str) -> NoReturn:
    """End with one sentence."""
    print(message, file=sys.stderr)
    raise SystemExit(2)


def count(number: int, thing: str) -> str:
    """A number of things: “1 word”, “2 words”."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def effective(settings: Settings) -> Settings:
    """The settings with the address people really open."""
    if settings.lan and settings.base_url is None:
        address = serving.lan_address()
        if address is None:
            fail("This machine is in no local network at the moment. Join the Wi-Fi and try again.")
        settings.base_url = f"http://{address}:{settings.port}"
    return settings
