"""Guides: `new`, `link` into one, `import` text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.asking import ask, job
from app.cli.shared import AsJson, GuideSlug, cli, count


@cli.command()
def new(
    title: Annotated[str, typer.Argument(help="The guide's title.")],
    subtitle: Annotated[str, typer.Option(help="The line under the title.")] = "",
    days: Annotated[int, typer.Option(help="Days of the first sprint.")] = 5,
    start: Annotated[str | None, typer.Option(help="First day, as 2026-12-01.")] = None,
    language: Annotated[str, typer.Option(help="Language code, as en or zh-Hans.")] = "en",
    region: Annotated[str, typer.Option(help="Whom it is for, as New York City.")] = "",
    licence: Annotated[str, typer.Option(help="What readers may do with it.")] = "CC BY-SA 4.0",
    time_zone: Annotated[str, typer.Option(help="As America/New_York.")] = "UTC",
    as_json: AsJson = False,
) -> None:
    """Make a guide and its first sprint; print the facilitator's link."""
    wish = {
        "title": title,
        "subtitle": subtitle,
        "days": days,
        "start": start,
        "language": language,
        "region": region,
        "licence": licence,
        "time_zone": time_zone,
    }
    report = ask("POST", "/guides", wish)
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    print(f"“{report['title']}” is ready ({report['slug']}).")
    print("The facilitator's link; keep it, it is shown only now:")
    print(report["facilitator_link"])


@cli.command()
def link(
    guide: GuideSlug,
    role: Annotated[str, typer.Option(help="facilitator, writer, designer, reviewer or reader.")],
    as_json: AsJson = False,
) -> None:
    """Make a link into a guide."""
    report = ask("POST", f"/guides/{guide}/links", {"role": role})
    print(json.dumps(report) if as_json else report["link"])


@cli.command("import")
def bring_in(
    guide: GuideSlug,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files or folders.")],
    as_json: AsJson = False,
) -> None:
    """Make chapters of Markdown, HTML, Word and OpenDocument files, with their pictures."""
    missing = [path for path in paths if not path.exists()]
    there = [str(path.resolve()) for path in paths if path.exists()]
    lost = [
        {"file": str(path), "what": "The file", "why": "It does not exist."} for path in missing
    ]
    report: dict[str, Any] = {"chapters": [], "lost": []}
    if there:
        report = job(f"/guides/{guide}/imports", {"paths": there}, quiet=as_json)[0]
    lost += report["lost"]
    if as_json:
        print(json.dumps({"chapters": report["chapters"], "lost": lost}, ensure_ascii=False))
    else:
        for chapter in report["chapters"]:
            print(f"{chapter['title']}: {count(chapter['words'], 'word')}")
        for one in lost:
            print(f"{one['file']}: {one['what']}. {one['why']}")
        print(f"{count(len(report['chapters']), 'chapter')} came in.")
        if lost:
            # Much of it has only changed on the way.
            were = "it was" if len(lost) == 1 else "they were"
            print(f"{count(len(lost), 'thing')} did not come along as {were}.")
    raise SystemExit(0 if report["chapters"] else 1)
