"""`chapterhouse history`: when chapters were written in, and what one was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.cli.asking import ask
from app.cli.shared import AsJson, GuideSlug, cli, count, fail


@cli.command()
def history(
    guide: GuideSlug,
    chapter: Annotated[
        int | None, typer.Option(metavar="N", help="Only this chapter, by its number.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="As 2026-12-01T14:30, in the sprint's time zone."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Markdown file to write the chapter to.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say when chapters were written in; with --chapter, --at and --to, bring back what one was."""
    if at is None and to is None:
        see_history(guide, chapter, as_json)
        return
    if chapter is None or at is None or to is None:
        fail("To bring back what a chapter was, give --chapter, --at and --to.")
    if to.exists():
        fail(f"There is a file {to} already. Choose another name.")
    moment = ask("POST", f"/guides/{guide}/history/{chapter}", {"at": at})
    to.write_text(moment.pop("markdown"), encoding="utf-8")
    if as_json:
        print(json.dumps(moment | {"path": str(to)}, ensure_ascii=False))
    else:
        words = count(moment["words"], "word")
        print(f"{to}: “{moment['title']}” as of {clock_time(moment['at'])}, {words}.")


def see_history(guide: str, chapter: int | None, as_json: bool) -> None:
    """Print when chapters were written in."""
    report = ask("GET", f"/guides/{guide}/history" + (f"?chapter={chapter}" if chapter else ""))
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    for one in report["chapters"]:
        print(f"{one['number']}. {one['title']}{' (in the bin)' * one['in_the_bin']}")
        for stretch in one["stretches"]:
            until = clock_time(stretch["until"])[11:]
            said = [count(stretch["updates"], "change"), ", ".join(stretch["people"])]
            if stretch["words"] is not None:
                said.append(f"then {count(stretch['words'], 'word')}")
            print(f"   {clock_time(stretch['since'])} – {until}  {'; '.join(filter(None, said))}")


def clock_time(moment: str) -> str:
    """A time as people read it and `--at` takes it: `2026-12-01T14:30:05`."""
    return moment[:19]
