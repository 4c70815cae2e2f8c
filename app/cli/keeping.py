"""Keeping: `backup` and `restore`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.cli.shared import AsJson, cli, count
from app.kit import backup as archive
from app.kit import config


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
