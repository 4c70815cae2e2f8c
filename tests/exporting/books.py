"""Books for tests: a folder of files, read as an import reads them, without a database."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from app.assets import pictures
from app.exporting.book import Book, ChapterText, Contributor, Picture
from app.importing import drafts, files, readers
from app.kit.errors import AppError


async def read_folder(folder: Path, keep: Path, **about: object) -> tuple[Book, list[drafts.Ready]]:
    """The book of all the texts under `folder`; its pictures are written to `keep`."""
    bundle = files.gather([folder])
    read: list[readers.Draft] = []
    for given in bundle.texts:
        with tempfile.TemporaryDirectory(dir=keep) as box:
            read.append(await readers.read(given, Path(box)))
    read = drafts.in_order(read)
    ids = {draft.given.name: f"chapter{at:02}" for at, draft in enumerate(read, 1)}
    kept: dict[str, Picture] = {}
    ready: list[drafts.Ready] = []
    for draft in read:
        assets: dict[str, str] = {}
        for source in drafts.pictures(draft):
            path = drafts.picture_path(bundle, draft, source.address)
            if path is None or drafts.is_remote(source.address):
                continue
            try:
                clean = pictures.clean_now(path.read_bytes(), path.name)
            except AppError:
                continue
            asset = clean.sha256[:26]
            target = keep / f"{asset}.{pictures.EXTENSIONS[clean.media_type]}"
            target.write_bytes(clean.data)
            kept[asset] = Picture(target, clean.media_type, clean.width, clean.height, clean.sha256)
            assets[source.address] = asset
        ready.append(drafts.make_ready(draft, assets, ids))
    ready = drafts.link_up(ready)
    known: dict[str, object] = {
        "title": "A Guide",
        "language": "en",
        "licence": "CC BY 4.0",
        "identifier": "01testguide",
        "made": date(2026, 11, 22),
        "contributors": (
            Contributor("Ana Ruiz", "facilitator"),
            Contributor("Maria Chen", "writer"),
        ),
    } | about
    book = Book(
        chapters=[ChapterText(r.chapter_id, r.draft.title, r.tree) for r in ready],
        pictures=kept,
        **known,  # type: ignore[arg-type]
    )
    return book, ready
