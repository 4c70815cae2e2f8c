"""HTTP for imports: files up, report down, cancel."""

from __future__ import annotations

import asyncio
import posixpath
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, UploadFile

from app.guides.access import Place, needs, needs_briefly
from app.importing import queries, service
from app.importing.files import Bundle, Given, bundle
from app.importing.schemas import ImportOut, ImportsOut, Started
from app.kit.errors import TooLarge
from app.kit.web import MAX_FILES, Config, Session, too_many_files

router = APIRouter(prefix="/api/guides/{slug}/imports", tags=["imports"])

Reader = Annotated[Place, needs("read")]
# Checked without holding a transaction: the files are still on their way up.
Importer = Annotated[Place, needs_briefly("import")]


def get_imports(request: Request) -> service.Imports:
    """The imports of this process."""
    return request.app.state.imports


Jobs = Annotated[service.Imports, Depends(get_imports)]


@router.post("", status_code=202)
async def begin(config: Config, jobs: Jobs, here: Importer, files: list[UploadFile]) -> Started:
    """Take files in and begin to read them; texts become chapters, pictures come along."""
    if len(files) > MAX_FILES:
        raise too_many_files()
    folder = await jobs.folder()
    left = config.max_import_mb * 1_000_000
    kept: list[Given] = []
    for number, file in enumerate(files):
        # The name is only ever looked at, never used as a path on this machine.
        given = Given(safe_name(file.filename or f"file {number + 1}"), folder / f"{number:04}")
        left -= await _store(file, given.path, left, config.max_import_mb)
        kept.append(given)
    row = await jobs.request(here.guide, here.person.id, folder, lambda: _bundle(kept))
    return Started(id=row.id)


@router.get("")
async def all_of_guide(session: Session, here: Reader) -> ImportsOut:
    """The imports of the guide with their reports, newest first."""
    rows = await queries.of_guide(session, here.guide.id)
    return ImportsOut(items=[ImportOut.model_validate(row) for row in rows])


@router.get("/{import_id}")
async def one(session: Session, here: Reader, import_id: str) -> ImportOut:
    """How far an import is, and its report."""
    return ImportOut.model_validate(await service.get(session, here.guide, import_id))


@router.delete("/{import_id}", status_code=204)
async def cancel(jobs: Jobs, here: Importer, import_id: str) -> None:
    """Cancel a running import; the chapters that have come in stay."""
    await jobs.cancel(here.guide, import_id)


def safe_name(name: str) -> str:
    """A file's name with the folders it was uploaded from, in one shape and going nowhere."""
    parts = [
        "".join(character for character in part if character.isprintable())[:120]
        for part in name.replace("\\", "/").split("/")
        if part not in ("", ".", "..")
    ]
    return posixpath.join(*parts[-8:]) if parts else "file"


async def _store(file: UploadFile, path: Path, left: int, limit_mb: int) -> int:
    size = 0
    with await asyncio.to_thread(path.open, "wb") as target:
        while chunk := await file.read(1 << 20):
            size += len(chunk)
            if size > left:
                raise TooLarge(
                    f"These files are larger than {limit_mb} MB together. Please import in parts."
                )
            await asyncio.to_thread(target.write, chunk)
    return size


def _bundle(kept: list[Given]) -> Bundle:
    return bundle(kept)
