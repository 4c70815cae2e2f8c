"""Ghostscript: an inside or a cover in the four inks of a press, where the operator offers it.

A program of its own (AGPL), not part of Chapterhouse and off unless CHAPTERHOUSE_GHOSTSCRIPT names
it. It runs in the box and sees nothing but the one file.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from app.exporting.printing import workshop
from app.exporting.printing.plan import Plan
from app.kit import box
from app.kit.converters import ConversionFailed

log = logging.getLogger(__name__)

_LIMITS = box.Limits(seconds=900, cpu_seconds=300, memory_mb=2000, output_mb=2000)
_OPTIONS = (
    "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-dPDFX",
    "-dCompatibilityLevel=1.3", "-sColorConversionStrategy=CMYK", "-sProcessColorModel=DeviceCMYK",
    "-dEmbedAllFonts=true", "-dSubsetFonts=true", "-dAutoRotatePages=/None",
    # Pictures as sharp as they are.
    "-dDownsampleColorImages=false", "-dDownsampleGrayImages=false", "-dDownsampleMonoImages=false",
)  # fmt: skip


async def to_cmyk(program: str, path: Path, folder: Path, plan: Plan | None) -> dict[str, Any]:
    """Convert the file at `path` in place; gives `cmyk` and, with a plan, the `faults` it has now.

    Raises:
        ConversionFailed: Ghostscript did not come to its end.
    """
    raw = folder / f"{path.stem}-cmyk.pdf"
    command = [program, *_OPTIONS, f"-sOutputFile={raw}", str(path)]
    try:
        result = await box.run(command, folder=folder, limits=_LIMITS)
    except (box.BoxError, OSError) as error:
        raise ConversionFailed(
            f"The colours could not be converted for the press. {error}"
        ) from error
    if result.code != 0 or b"Error" in result.output:
        log.warning("Ghostscript ended with %s: %s", result.code, result.output[-2000:])
        raise ConversionFailed("The colours could not be converted for the press.", result.errors)
    return await workshop.do(
        "seal", folder, source=str(raw), target=str(path),
        plan=plan.as_json() if plan is not None else None,
    )  # fmt: skip
