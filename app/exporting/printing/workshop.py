"""The workshop: jobs for the PDF worker, each in a process of its own with limits."""

from __future__ import annotations

import json
import logging
import sys
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from app.kit import box
from app.kit.converters import ConversionFailed

log = logging.getLogger(__name__)

_LIMITS = box.Limits(seconds=600, cpu_seconds=120, memory_mb=2000, output_mb=1200)


async def do(job: str, folder: Path, **given: Any) -> dict[str, Any]:
    """The worker's answer. ConversionFailed when it could not come to its end."""
    with as_file(files("app.exporting.printing").joinpath("worker.py")) as worker:
        try:
            result = await box.run(
                [sys.executable, "-I", str(worker)],
                folder=folder,
                given=json.dumps({"job": job, **given}).encode(),
                limits=_LIMITS,
            )
        except box.BoxError as error:
            raise ConversionFailed(
                f"The pages could not be made ready for print. {error}"
            ) from error
    if result.code != 0:
        log.warning("The PDF worker ended with %s: %s", result.code, result.errors[-2000:])
        raise ConversionFailed("The pages could not be made ready for print.", result.errors)
    answer: dict[str, Any] = json.loads(result.output)
    return answer
