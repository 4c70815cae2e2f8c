"""The generated guide: each format, all of them, larger ones, and the same one twice."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bench.export.peers import Peers
from bench.export.work import export, pages_after_a_change
from bench.outcome import Limit, Outcome, Row

ALL: Final = ("pdf", "epub", "docx", "odt", "icml", "web", "markdown")
_TIMES: Final = (1, 2, 4)


def formats(folder: Path) -> Outcome:
    """Seconds and memory for each format from nothing, and for all of them together."""
    outcome = Outcome("formats", "30 chapters, 70,000 words, 40 pictures, 30 tables, 500 entries")
    took: dict[str, float] = {}
    worker = web = 0.0
    for name in ALL:
        done = export(folder, [name])
        took[name] = done.seconds
        outcome.rows.append(
            {
                "server": name,
                "seconds": done.seconds,
                "worker_mb": done.worker_mb,
                "web_mb": done.web_mb,
                "pages": done.pages,
                "mb": round(sum(done.bytes.values()) / 1e6, 1),
            }
        )
        web = max(web, done.web_mb)
        if name == "pdf":
            worker = done.worker_mb
    together = export(folder, ALL)
    outcome.rows.append({"server": "all", "seconds": together.seconds, "web_mb": together.web_mb})
    peers = Peers(folder)
    weasyprint, xelatex = peers.weasyprint(), peers.xelatex()
    for name, seconds in (("WeasyPrint", weasyprint), ("XeLaTeX", xelatex)):
        if seconds is not None:
            outcome.rows.append({"server": name, "seconds": seconds})
    outcome.limits += [
        Limit("screen PDF from a cold start", took["pdf"], 4, "s"),
        Limit("… / WeasyPrint", _part(took["pdf"], weasyprint), 0.2, why="not installed"),
        Limit("… / XeLaTeX", _part(took["pdf"], xelatex), 0.5, why="not installed"),
        Limit("EPUB", took["epub"], 4, "s"),
        Limit("all formats together", together.seconds, 20, "s"),
        Limit("a sentence more, to pictures of pages", pages_after_a_change(folder), 0.8, "s"),
        Limit("worker at its peak, PDF", worker, 900, "MB"),
        Limit("the web process grows by", max(web, together.web_mb), 100, "MB"),
    ]
    return outcome


def _part(own: float, other: float | None) -> float | None:
    return round(own / other, 3) if other else None


def growth(folder: Path) -> Outcome:
    """Seconds and memory per page up to a thousand pages."""
    outcome = Outcome("growth", "The same, two and four times as long")
    rows: list[Row] = []
    for times in _TIMES:
        done = export(folder, ["pdf"], times=times)
        pages = done.pages or 1
        rows.append(
            {
                "server": f"{pages} pages",
                "seconds": done.seconds,
                "ms_per_page": round(done.seconds / pages * 1000, 2),
                "worker_mb": done.worker_mb,
            }
        )
    outcome.rows += rows
    times = round(rows[-1]["ms_per_page"] / rows[0]["ms_per_page"], 2)
    outcome.limits.append(Limit("a page of the longest / of the shortest", times, 1.2))
    return outcome


def twice(folder: Path) -> Outcome:
    """The same input gives the same bytes."""
    outcome = Outcome("twice", "The same guide made twice")
    first, second = export(folder, ALL).hashes, export(folder, ALL).hashes
    differ = sorted(name for name in first if first[name] != second.get(name))
    outcome.limits.append(Limit("files that differ", len(differ), 0))
    outcome.notes += [f"differs: {name}" for name in differ]
    return outcome
