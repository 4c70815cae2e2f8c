"""The PDF worker: finishes, checks, folds and inspects PDFs in a process of its own, inside the box.

Run as a script. Reads a job as JSON on standard input and answers in JSON on standard output. What
somebody uploaded is opened here and nowhere else.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Run by its path and without the environment: our own package is found from here.
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from app.exporting.printing import checking, covers, finishing, sealing, sheets
from app.exporting.printing.plan import Plan


def main() -> int:
    """Do the job on standard input."""
    job: dict[str, Any] = json.load(sys.stdin)
    json.dump(_JOBS[job.pop("job")](job), sys.stdout)
    return 0


def _finish(job: dict[str, Any]) -> dict[str, Any]:
    source, target, plan = Path(job["source"]), Path(job["target"]), Plan(**job["plan"])
    starts = finishing.starts(source)
    pages = finishing.finish(source, target, plan)
    return {"pages": pages, "starts": starts, "faults": checking.check(target, plan)}


def _check(job: dict[str, Any]) -> dict[str, Any]:
    return {"faults": checking.check(Path(job["source"]), Plan(**job["plan"]))}


def _impose(job: dict[str, Any]) -> dict[str, Any]:
    return {
        "sheets": sheets.impose(
            Path(job["source"]), Path(job["target"]), job["paper"], right_to_left=job["rtl"]
        )
    }


def _cover(job: dict[str, Any]) -> dict[str, Any]:
    return covers.finish(Path(job["source"]), Path(job["target"]), bleed_mm=job["bleed_mm"],
                         metadata=job["metadata"])  # fmt: skip


def _take(job: dict[str, Any]) -> dict[str, Any]:
    return covers.take(Path(job["source"]), Path(job["target"]))


def _picture(job: dict[str, Any]) -> dict[str, Any]:
    covers.from_picture(Path(job["source"]), Path(job["target"]), width_mm=job["width_mm"],
                        height_mm=job["height_mm"], bleed_mm=job["bleed_mm"])  # fmt: skip
    return {}


def _seal(job: dict[str, Any]) -> dict[str, Any]:
    target = Path(job["target"])
    sealing.seal(Path(job["source"]), target)
    answer: dict[str, Any] = {"cmyk": sealing.in_cmyk(target), "faults": []}
    if job["plan"] is not None:
        answer["faults"] = checking.check(target, Plan(**job["plan"]))
    return answer


_JOBS = {
    "seal": _seal,
    "finish": _finish,
    "check": _check,
    "impose": _impose,
    "cover": _cover,
    "take": _take,
    "picture": _picture,
}


if __name__ == "__main__":
    raise SystemExit(main())
