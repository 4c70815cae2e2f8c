"""Colours: a guide's accent, dark enough to be read on paper and under white."""

from __future__ import annotations

import re

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT = "#1f5a4c"


def readable(accent: str, contrast: float = 5) -> str:
    """The accent as #rrggbb, darkened until it has that contrast with white (WCAG 2.2 asks for 4.5:1)."""
    if not _HEX.fullmatch(accent):
        accent = DEFAULT
    parts = [int(accent[at : at + 2], 16) for at in (1, 3, 5)]
    while _contrast_with_white(parts) < contrast:
        parts = [round(part * 0.94) for part in parts]
    return "#" + "".join(f"{part:02x}" for part in parts)


def on_dark(accent: str) -> str:
    """The accent as #rrggbb, lightened until it has 7:1 against a page of #1e1b18."""
    if not _HEX.fullmatch(accent):
        accent = DEFAULT
    parts = [int(accent[at : at + 2], 16) for at in (1, 3, 5)]
    while _contrast_with_white(parts) > 2.4:
        parts = [part + max(1, round((255 - part) * 0.06)) for part in parts]
    return "#" + "".join(f"{min(part, 255):02x}" for part in parts)


def _contrast_with_white(parts: list[int]) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
