"""Books: `export`, `preflight`, `publish` and `withdraw`."""

from __future__ import annotations

import json
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.asking import ask, job
from app.cli.shared import AsJson, GuideSlug, cli, count, fail


class Format(StrEnum):
    """What a guide can leave as."""

    EPUB = "epub"
    PDF = "pdf"
    WEB = "web"
    DOCX = "docx"
    ODT = "odt"
    ICML = "icml"
    MARKDOWN = "markdown"
    PRINT = "print"
    BOOKLET = "booklet"


class Printer(StrEnum):
    """For whom a book is printed."""

    LULU = "lulu"
    KDP = "kdp"
    INGRAMSPARK = "ingramspark"
    COPYSHOP = "copyshop"


class Sheet(StrEnum):
    """What a booklet is laid on."""

    A4 = "a4"
    LETTER = "letter"


@cli.command("export")
def make_book(
    guide: GuideSlug,
    formats: Annotated[
        list[Format] | None,
        typer.Option(
            "--format",
            help="epub, pdf (for screens), web, docx, odt, icml, markdown, print or booklet; can be "
            "given again. Without it: epub and pdf.",
        ),
    ] = None,
    printer: Annotated[
        Printer,
        typer.Option(help="With --format print: lulu, kdp, ingramspark or copyshop."),
    ] = Printer.COPYSHOP,
    sheet: Annotated[Sheet, typer.Option(help="With --format booklet: a4 or letter.")] = Sheet.A4,
    proof: Annotated[
        bool,
        typer.Option(
            "--proof", help="Say on every page that it is not published (epub, pdf, booklet)."
        ),
    ] = False,
    directory: Annotated[Path, typer.Option("-o", "--output", help="Folder to write to.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Make the book."""
    wish = {
        "formats": [str(one) for one in formats or [Format.EPUB, Format.PDF]],
        "printer": str(printer),
        "sheet": str(sheet),
        "proof": proof,
    }
    done, folder = job(f"/guides/{guide}/exports", wish, quiet=as_json)
    if done["status"] != "done":
        fail(done["error"] or "The export did not come to an end.")
    directory.mkdir(parents=True, exist_ok=True)
    files: list[dict[str, Any]] = []
    for file in done["files"]:
        target = directory / file["name"]
        shutil.copyfile(Path(folder["folder"]) / file["name"], target)
        about = {"format": file["format"], "path": str(target), "bytes": file["bytes"]}
        files.append(about | ({"pages": file["pages"]} if file.get("pages") else {}))
    if as_json:
        print(json.dumps({"files": files}, ensure_ascii=False))
        return
    for finding in done["findings"]:
        print(f"{finding['place']}: {finding['message']}", file=sys.stderr)
    for file in files:
        pages = f", {count(file['pages'], 'page')}" if "pages" in file else ""
        print(f"{file['path']}: {file['bytes']:,} bytes{pages}")


@cli.command()
def preflight(
    guide: GuideSlug,
    files: Annotated[
        bool,
        typer.Option(
            "--files/--no-files", help="Make the EPUB and the PDF and have them looked at, too."
        ),
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Check the book: print what is to fix; exit code 1 when something keeps it from publication."""
    done, _ = job(f"/guides/{guide}/checks", {"files": files}, quiet=as_json)
    if done["status"] != "done":
        fail(done["error"] or "The check did not come to an end.")
    listed = ask("GET", f"/guides/{guide}/findings")
    blocking = listed["counts"]["must"]
    if as_json:
        fields = ("code", "severity", "place", "message")
        found = [{name: one[name] for name in fields} for one in listed["items"]]
        found += [
            {"code": "not_checked", "severity": "unchecked", "place": guide, "message": said}
            for said in done["not_checked"]
        ]
        print(json.dumps({"blocking": blocking, "findings": found}, ensure_ascii=False))
    else:
        names = {"must": "Must fix", "should": "Should fix", "waved": "Waved through"}
        for one in listed["items"]:
            print(
                f"{names[one['severity']]}: {one['place']}: {one['message']} {one['how']}".strip()
            )
        for said in done["not_checked"]:
            print(f"Not checked: {said}")
        counts = [f"{listed['counts'][name]} {said.lower()}" for name, said in names.items()]
        print(", ".join(counts) + ".")
    raise SystemExit(1 if blocking else 0)


@cli.command()
def publish(
    guide: GuideSlug,
    formats: Annotated[
        list[Format] | None,
        typer.Option(
            "--format",
            help="A file that readers are offered, can be given again. Without it: epub and pdf.",
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="What the edition is called, as Spring 2027.")] = "",
    note: Annotated[str, typer.Option(help="What changed; readers see it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make an edition of the guide as it is now and show it to the public."""
    wish = {
        "formats": [str(one) for one in formats or [Format.EPUB, Format.PDF]],
        "name": name,
        "note": note,
    }
    done, _ = job(f"/guides/{guide}/editions", wish, quiet=as_json)
    if done["status"] != "done":
        fail(done["error"] or "The edition was not made.")
    report = ask("POST", f"/guides/{guide}/editions/{done['id']}/publish")
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        print(f"Edition {report['edition']} is public: {report['address']}")


@cli.command()
def withdraw(guide: GuideSlug, as_json: AsJson = False) -> None:
    """Take back the edition that the public sees; the one before it is shown again."""
    report = ask("POST", f"/guides/{guide}/withdraw")
    if as_json:
        print(json.dumps(report))
        return
    print(f"Edition {report['withdrawn']} is withdrawn.")
    if report["shown"]:
        print(f"Readers get edition {report['shown']} now: {report['address']}")
    else:
        print("Nothing of this guide is public now.")
