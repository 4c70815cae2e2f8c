"""Fragments: each chapter as HTML from pandoc, in the box; an unchanged one is not converted twice."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Final

from app.exporting import cache as caching
from app.exporting.assemble import Assembled, Chapter
from app.kit import box
from app.kit.converters import ConversionFailed, pandoc
from app.manuscript.findings import Finding
from app.manuscript.pandoc import document

_ARGUMENTS: Final = (
    "-f", "json", "-t", "html5", "--wrap=none", "--syntax-highlighting=none",
)  # fmt: skip
_CHAPTER: Final = box.Limits(seconds=300, cpu_seconds=30, output_mb=64)


async def fragment(
    whole: Assembled, chapter: Chapter, folder: Path, cache: Path | None
) -> str | None:
    """A chapter's text as HTML; None where it cannot be made, which is then a finding of `whole`."""
    given = json.dumps(document(chapter.blocks)).encode()
    key = hashlib.sha256(" ".join(_ARGUMENTS).encode() + given).hexdigest()
    kept = await asyncio.to_thread(caching.read, cache, f"{key}.html")
    if kept is not None:
        return kept.decode()
    try:
        made = await pandoc(list(_ARGUMENTS), folder=folder, given=given, limits=_CHAPTER)
    except ConversionFailed as error:
        failed(whole, chapter, str(error))
        return None
    await asyncio.to_thread(caching.write, cache, f"{key}.html", made)
    return made.decode()


def failed(whole: Assembled, chapter: Chapter, why: str) -> None:
    """Note that a chapter's page only says that it could not be set."""
    whole.findings.append(
        Finding(
            "chapter_failed",
            "must",
            chapter.title,
            "This chapter could not be set in the web book; its page says so. "
            f"What stopped it: {why.strip().rstrip('.')}.",
            chapter.id,
        )
    )
