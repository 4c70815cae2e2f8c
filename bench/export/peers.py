"""Peers: other ways from the same words to pages. WeasyPrint is installed into a folder of its own
for the run; XeLaTeX is used where the machine has it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import Final

import pypandoc

from app.exporting.assemble import assemble
from app.manuscript.pandoc import document
from bench.export import material

WEASYPRINT: Final = "weasyprint==70.0"
_WITHIN: Final = 900
_PRINT: Final = """
import sys, weasyprint
weasyprint.HTML(sys.argv[1], base_url=".").write_pdf(sys.argv[2], stylesheets=[weasyprint.CSS(string=
    "@page { size: 6in 9in; margin: 22mm } body { font-size: 10.4pt; text-align: justify; "
    "hyphens: auto } img { max-width: 62% } h1 { break-before: page }")])
"""


class Peers:
    """The manuscript as a file for pandoc, and what makes pages of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "peers"
        self._folder.mkdir()
        whole = assemble(material.book(folder))
        blocks = [
            block
            for chapter in whole.chapters
            for block in (
                {
                    "t": "Header",
                    "c": [1, [chapter.anchor, [], []], [{"t": "Str", "c": chapter.title}]],
                },
                *chapter.blocks,
            )
        ]
        self._folder.joinpath("guide.json").write_text(json.dumps(document(blocks)))
        for name, picture in whole.pictures.items():
            shutil.copy(picture.path, self._folder / name)

    def weasyprint(self) -> float | None:
        """Seconds to a PDF with WeasyPrint; None where it cannot be installed."""
        where = self._folder / "environment"
        venv.create(where, with_pip=True)
        python = where / "bin" / "python"
        install = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            WEASYPRINT,
        ]
        if subprocess.run(install, check=False, capture_output=True).returncode:
            return None
        began = time.monotonic()
        self._pandoc("html5", "guide.html", "-s")
        command = [python, "-c", _PRINT, "guide.html", "weasyprint.pdf"]
        return self._timed(command, began)

    def xelatex(self) -> float | None:
        """Seconds to a PDF with XeLaTeX, in as many passes as its contents need; None without it."""
        if shutil.which("xelatex") is None:
            return None
        began = time.monotonic()
        self._pandoc("latex", "guide.tex", "-s", "--toc")
        for _ in range(3):
            command = ["xelatex", "-interaction=batchmode", "guide.tex"]
            subprocess.run(
                command, cwd=self._folder, check=False, capture_output=True, timeout=_WITHIN
            )
        made = self._folder / "guide.pdf"
        return round(time.monotonic() - began, 2) if made.exists() else None

    def _pandoc(self, form: str, target: str, *more: str) -> None:
        command = [
            pypandoc.get_pandoc_path(),
            "-f",
            "json",
            "-t",
            form,
            *more,
            "-o",
            target,
            "guide.json",
        ]
        subprocess.run(command, cwd=self._folder, check=True, timeout=_WITHIN, capture_output=True)

    def _timed(self, command: list[str | Path], began: float) -> float | None:
        done = subprocess.run(
            command, cwd=self._folder, check=False, capture_output=True, text=True, timeout=_WITHIN
        )
        if done.returncode:
            print(f"A peer failed: {done.stderr[-500:]}", file=sys.stderr)
            return None
        return round(time.monotonic() - began, 2)
