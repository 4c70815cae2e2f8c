#!/usr/bin/env python3
"""Looks for the programs that pip and npm cannot install, and installs what is missing.

As root on Debian or Ubuntu it installs the distribution's package and says so; elsewhere it says
what to install. Chromium for another user comes from Playwright. Needs nothing but Python.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# What is asked for: programs of which one must be there, Debian's package, what it is for.
PROGRAMS = {
    "chromium": (
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        "chromium",
        "the tests in a real browser",
    ),
    "poppler": (("pdftotext",), "poppler-utils", "reading the exported PDF in tests"),
    "java": (
        ("java",),
        "default-jre-headless",
        "EPUBCheck, which checks the exported EPUB in tests",
    ),
    "postgresql": (("initdb",), "postgresql", "the tests on PostgreSQL"),
    "redis": (("redis-server",), "redis-server", "the tests with several servers"),
}


def main(wanted: list[str]) -> int:
    """Look for each of `wanted`; 1 when something is missing that cannot be installed here."""
    ok = True
    for name in wanted:
        if name == "python":
            ok &= _check(sys.version_info >= (3, 11), "Python 3.11 or newer is needed.")
        elif name == "node":
            ok &= _check(_node() >= (20, 19), "Node.js 20.19 or newer with npm is needed.")
        else:
            ok &= _program(name)
    return 0 if ok else 1


def _check(fine: bool, sentence: str) -> bool:
    if not fine:
        print(sentence, file=sys.stderr)
    return fine


def _node() -> tuple[int, ...]:
    if shutil.which("node") is None or shutil.which("npm") is None:
        return (0,)
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2] if part.isdigit())


def find(name: str) -> str | None:
    """The path of a program, also where PostgreSQL hides its own."""
    for program in PROGRAMS[name][0]:
        if path := shutil.which(program):
            return path
        for candidate in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True):
            return str(candidate)
    return None


def _program(name: str) -> bool:
    _, package, purpose = PROGRAMS[name]
    if find(name) is not None:
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing the distribution's package {package}, for {purpose}…", flush=True)
        quiet = {
            "stdout": subprocess.DEVNULL,
            "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        }
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", package], check=False, **quiet)
        return _check(find(name) is not None, f"Installing {package} did not work.")
    if name == "chromium":
        print("Installing Playwright's Chromium, for the tests in a real browser…", flush=True)
        playwright = ROOT / ".venv" / "bin" / "playwright"
        done = subprocess.run([str(playwright), "install", "chromium"], check=False)
        return _check(done.returncode == 0, "Please install Chromium.")
    return _check(False, f"Please install {package}: it is needed for {purpose}.")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
