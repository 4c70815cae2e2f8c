"""Licences: where the text of a known one can be read."""

from __future__ import annotations

import re

_CREATIVE = re.compile(r"CC[ -](BY(?:-(?:NC|ND|SA|NC-SA|NC-ND))?)[ -]?(\d\.\d)?", re.IGNORECASE)


def licence_url(licence: str) -> str | None:
    """The address of a Creative Commons licence by its short name, None for any other."""
    name = licence.strip()
    if re.fullmatch(r"CC0(?:[ -]1\.0)?", name, re.IGNORECASE):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    found = _CREATIVE.fullmatch(name.replace("BY SA", "BY-SA").replace("BY NC", "BY-NC"))
    if found is None:
        return None
    return (
        f"https://creativecommons.org/licenses/{found.group(1).lower()}/{found.group(2) or '4.0'}/"
    )
