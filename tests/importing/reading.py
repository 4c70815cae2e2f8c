"""Reading texts without a server: what a file becomes."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from app.importing import drafts, files, readers
from app.importing.drafts import Ready
from app.kit.converters import pandoc_path
from app.manuscript.tree import Node, Text, walk


async def read(folder: Path, name: str, text: str | bytes, **assets: str) -> Ready:
    """The chapter that a file with this text becomes."""
    return (await read_all(folder, {name: text}, **assets))[0]


async def read_all(folder: Path, texts: dict[str, str | bytes], **assets: str) -> list[Ready]:
    """The chapters of several files; their ids are their names without an extension."""
    found: list[readers.Draft] = []
    for name, text in texts.items():
        path = folder / f"{len(found)}.file"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        work = Path(tempfile.mkdtemp(dir=folder))
        found.append(await readers.read(files.Given(name, path), work))
    found = drafts.in_order(found)
    ids = {draft.given.name: Path(draft.given.name).stem for draft in found}
    return drafts.link_up([drafts.make_ready(draft, assets, ids) for draft in found])


def convert(text: str, to: str, folder: Path) -> bytes:
    """A document in another format, made by pandoc from Markdown."""
    target = folder / f"made.{to}"
    subprocess.run(
        [pandoc_path(), "-f", "markdown", "-t", to, "-o", str(target)],
        input=text.encode(),
        check=True,
        cwd=folder,
        timeout=60,
    )
    return target.read_bytes()


def kinds(tree: Node) -> list[str]:
    """The top-level blocks."""
    return [child.type for child in tree.content if isinstance(child, Node)]


def links(tree: Node) -> list[str]:
    """The addresses of all links."""
    return [
        str(mark.attrs["href"])
        for child in walk(tree)
        if isinstance(child, Text)
        for mark in child.marks
        if mark.type == "link"
    ]


def why(ready: Ready) -> dict[str, str]:
    """What was lost and why."""
    return {lost.what: lost.why for lost in ready.lost}
