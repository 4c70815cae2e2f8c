"""Pandoc, always in the box and always in its own sandbox.

What it may read is its input and the files named among its arguments. Pictures therefore never
pass through it: writers that must know of them get a stand-in of one pixel as a data: address,
and the real file takes its place afterwards (`app.exporting.standins`). So it needs neither the
network nor a folder, also on systems where the box cannot take the network away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pypandoc

from app.kit import box


class ConversionFailed(Exception):
    """A converter gave up; the message is a sentence for people, `log` what the converter said."""

    def __init__(self, message: str, log: str = "") -> None:
        super().__init__(message)
        self.log = log


@cache
def pandoc_path() -> str:
    """The pandoc that came with the wheel, whatever else the machine has."""
    bundled = Path(pypandoc.__file__).parent / "files" / "pandoc"
    return str(bundled) if bundled.exists() else str(pypandoc.get_pandoc_path())


async def pandoc(
    arguments: Sequence[str],
    *,
    folder: Path,
    given: bytes = b"",
    heap_mb: int = 512,
    limits: box.Limits | None = None,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Run pandoc and return its output; ConversionFailed when it cannot.

    `arguments` are ours alone, never a stranger's words.
    """
    # One thread: the binary is not linked against the threaded runtime, and -M ends it cleanly
    # (exit 251) before the machine runs out of memory.
    command = [pandoc_path(), "+RTS", f"-M{heap_mb}m", "-RTS", "--sandbox"]
    try:
        result = await box.run(
            [*command, *arguments],
            folder=folder,
            given=given,
            limits=limits or box.Limits(),
            environment=environment,
        )
    except box.BoxError as error:
        raise ConversionFailed(f"Converting was stopped. {error}") from error
    if result.code == 251:
        raise ConversionFailed(
            "Converting it would take more memory than is allowed.", result.errors
        )
    if result.code != 0:
        raise ConversionFailed("The converter could not make sense of it.", result.errors)
    return result.output
