"""The command line: serve, and everything an operator does to guides without a browser.

Every command but `serve`, `backup --offline` and `restore` is a request to the operator's routes:
of the running server through the socket in the data folder, or, when none runs, of the
application started for just that request. One implementation serves both.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import shutil
import sys
from collections.abc import AsyncGenerator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from app.kit import backup as archive
from app.kit import config, qr, serving
from app.kit.config import Settings
from app.kit.errors import AppError

if TYPE_CHECKING:
    # Loaded where it is used: the server has no need of it, and it takes megabytes.
    import httpx

cli = typer.Typer(
    help="Chapterhouse: write a guide together, leave with a book.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
BASE = "http://operator"
AN_HOUR = 3600
LAN_NOTICE = (
    "Phones and laptops on the same Wi-Fi can open this address. It is plain HTTP: others on this\n"
    "network could read along. docs/how-to/a-room-without-internet.md says how to change that."
)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
GuideSlug = Annotated[str, typer.Argument(metavar="GUIDE", help="The guide's short name (slug).")]


def main() -> None:
    """Run a command; expected trouble is one sentence and exit code 2."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        cli()
    except (AppError, ValueError) as error:
        fail(str(error))


def fail(message: str) -> NoReturn:
    """End with one sentence."""
    print(message, file=sys.stderr)
    raise SystemExit(2)


@cli.command()
def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Make a demo guide and print a link that opens it.")
    ] = False,
) -> None:
    """Run the server."""
    import uvloop

    from app.demo import open_demo
    from app.main import create_app
    from app.operator import create_operator_app

    settings = effective(config.load())
    listening = serving.bind(settings)
    if settings.port == 0:
        settings.port = listening.getsockname()[1]
    app = create_app(settings)

    async def ready() -> None:
        print(f"Chapterhouse is running on {settings.base}", flush=True)
        if settings.lan:
            print(LAN_NOTICE)
            print(qr.terminal(settings.base), flush=True)
        if demo:
            print("The demo guide, as its facilitator:", await open_demo(app), sep="\n", flush=True)

    uvloop.run(serving.serve(app, create_operator_app(app), settings, listening, ready))


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


def job(path: str, wish: Any, *, quiet: bool) -> tuple[Any, Any]:
    """Begin a job, follow it to its end, and return its report (and its folder, for exports)."""

    async def follow() -> tuple[Any, Any]:
        async with operator() as client:
            begun = answer(await client.post(path, json=wish))
            said = ""
            while True:
                report = answer(await client.get(f"{path}/{begun['id']}"))
                line = f"{report['percent']:3} %  {report['step']}"
                if not quiet and line != said and sys.stderr.isatty():
                    print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
                    said = line
                if report["status"] not in {"waiting", "running"}:
                    break
                await asyncio.sleep(0.2)
            if said:
                print("\r\033[K", end="", file=sys.stderr, flush=True)
            folder = await client.get(f"{path}/{begun['id']}/folder")
            return report, folder.json() if folder.is_success else None

    return asyncio.run(follow())


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


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The zip file to write.")], as_json: AsJson = False
) -> None:
    """Write everything into one file, also while people write."""
    manifest = archive.write(config.load(), file)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    report = {"file": str(file), "bytes": file.stat().st_size, "rows": rows}
    report["files"] = len(manifest["files"])
    if as_json:
        print(json.dumps(report))
    else:
        stored = f"{count(rows, 'row')} and {count(report['files'], 'file')}"
        print(f"{file}: {stored}, {report['bytes']:,} bytes.")


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `chapterhouse backup` wrote.")],
) -> None:
    """Bring a backup back into an empty data folder or database; no server may run."""
    from app.sync.lineage import NewLineage

    settings = config.load()
    manifest = archive.restore(settings, file, NewLineage())
    guides = manifest["tables"]["guides"]["rows"]
    print(f"Restored {count(guides, 'guide')} of {manifest['made_at'][:16]}.")


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


def ask(method: str, path: str, body: Any = None) -> Any:
    """Ask the operator's routes: of the running server, or of the application in this process.

    Raises:
        SystemExit: with the sentence of the answer, when it is not a yes.
    """

    async def once() -> httpx.Response:
        async with operator() as client:
            return await client.request(method, path, json=body)

    return answer(asyncio.run(once()))


def answer(response: httpx.Response) -> Any:
    """The body of a yes; anything else ends the command with its sentence."""
    if response.is_success:
        return response.json()
    try:
        fail(response.json()["detail"])
    except (ValueError, KeyError):
        fail(f"The server answered {response.status_code}.")


@contextlib.asynccontextmanager
async def operator() -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the operator's routes."""
    import httpx

    settings = effective(config.load())
    for path in serving.sockets(settings):
        if await answers(path):
            transport = httpx.AsyncHTTPTransport(uds=str(path))
            async with httpx.AsyncClient(
                transport=transport, base_url=BASE, timeout=AN_HOUR
            ) as client:
                yield client
            return
    from app.main import create_app
    from app.operator import create_operator_app

    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(create_operator_app(app))
        async with httpx.AsyncClient(transport=transport, base_url=BASE, timeout=AN_HOUR) as client:
            yield client


async def answers(path: Path) -> bool:
    """Whether a server listens on the socket."""
    import httpx

    transport = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(transport=transport, base_url=BASE, timeout=5) as client:
        try:
            return (await client.get("/ping")).is_success
        except httpx.TransportError:
            return False


if __name__ == "__main__":
    main()
