#!/usr/bin/env python3
"""Copies the book's fonts from the installed npm packages to build/fonts and build/webfonts.

The packages hold every weight of a family; a book needs two or three. Run by `make` after
`npm ci`; quick when nothing has changed.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Copy; 1 when a font is not installed."""
    from app.exporting.fonts import PACKAGES

    source = ROOT / "frontend" / "node_modules" / "@expo-google-fonts"
    target = ROOT / "build" / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    missing: list[str] = []
    wanted: set[str] = set()
    for package, weights in PACKAGES.items():
        for weight in weights:
            found = sorted((source / package / weight).glob("*.ttf"))
            if not found:
                missing.append(f"@expo-google-fonts/{package}/{weight}")
            for file in found:
                wanted.add(file.name)
                copy = target / file.name
                if not copy.exists() or copy.stat().st_size != file.stat().st_size:
                    shutil.copyfile(file, copy)
        licence = source / package / "LICENSE_FONT"
        if licence.exists():
            wanted.add(f"{package}.txt")
            shutil.copyfile(licence, target / f"{package}.txt")
    for old in target.iterdir():
        if old.name not in wanted:
            old.unlink()
    missing += [f"@fontsource-variable/{name}" for name in _for_the_web()]
    for name in missing:
        print(f"Font not installed: {name}. Run npm ci in frontend/.")
    return 1 if missing else 0


def _for_the_web() -> list[str]:
    """Copy the faces of the web book with their style sheets; returns what is not installed."""
    from app.exporting.web.faces import WEB_PACKAGES

    source = ROOT / "frontend" / "node_modules" / "@fontsource-variable"
    missing: list[str] = []
    for package, sheets in WEB_PACKAGES.items():
        target = ROOT / "build" / "webfonts" / package
        (target / "files").mkdir(parents=True, exist_ok=True)
        names = [name for name in sheets if (source / package / name).is_file()]
        if len(names) < len(sheets):
            missing.append(package)
        if (source / package / "LICENSE").is_file():
            names.append("LICENSE")
        for sheet in sheets:
            if sheet in names:
                text = (source / package / sheet).read_text("utf-8")
                names += re.findall(r"files/[a-z0-9-]+\.woff2", text)
        for name in names:
            shutil.copyfile(source / package / name, target / name)
    return missing


if __name__ == "__main__":
    raise SystemExit(main())
