"""Pandoc, always in the box."""

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
    sandbox: bool = True,
    heap_mb: int = 512,
    limits: box.Limits | None = None,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Run pandoc and return its output; ConversionFailed when it cannot.

    `arguments` are ours alone, never a stranger's words. `sandbox=False` lets it read the files in
    `folder` (writers need that for pictures) and is honoured only where the box has no network.
    """
    # One thread: the binary is not linked against the threaded runtime, and -M ends it cleanly
    # (exit 251) before the machine runs out of memory.
    command = [pandoc_path(), "+RTS", f"-M{heap_mb}m", "-RTS"]
    if sandbox:
        command.append("--sandbox")
    try:
        result = await box.run(
            [*command, *arguments],
            folder=folder,
            given=given,
            limits=limits or box.Limits(),
            environment=environment,
        )
    except box.TookTooLong as error:
        raise ConversionFailed(f"Converting was stopped. {error}") from error
    except box.SaidTooMuch as error:
        raise ConversionFailed(f"Converting was stopped. {error}") from error
    if result.code == 251:
        raise ConversionFailed(
            "Converting it would take more memory than is allowed.", result.errors
        )
    if result.code != 0:
        raise ConversionFailed("The converter could not make sense of it.", result.errors)
    return result.output
