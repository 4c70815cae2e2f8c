"""The typst worker: compiles one document in a process of its own, inside the box.

Run as a script. Reads a job as JSON on standard input, writes the file, answers in JSON on
standard output. typst has no time or memory limits of its own and aborts the process when memory
runs out, so it never runs inside the server.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import typst


def main() -> int:
    """Do the job on standard input."""
    job: dict[str, Any] = json.load(sys.stdin)
    compiler = typst.Compiler(
        job["main"],
        root=job["root"],
        font_paths=job["fonts"],
        ignore_system_fonts=True,
        # No packages: whatever asks for one fails at once instead of asking the network.
        package_path=job["root"],
        package_cache_path=job["root"],
    )
    answer: dict[str, Any] = {"ok": True, "errors": [], "warnings": []}
    try:
        _, warnings = compiler.compile_with_warnings(
            output=job["output"],
            format=job["format"],
            ppi=job.get("ppi"),
            pdf_standards=job.get("standards") or [],
            timestamp=job["timestamp"],
        )
        answer["warnings"] = sorted({warning.message for warning in warnings})
        if job.get("count"):
            counted = compiler.query("<pages>", field="value", one=True)
            answer["pages"] = int(json.loads(counted))
        if job.get("ask"):
            told = compiler.query(job["ask"], field="value", one=True)
            answer["answer"] = json.loads(told)
    except typst.TypstError as error:
        answer |= {"ok": False, "errors": [error.message, *error.hints], "where": error.diagnostic}
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
