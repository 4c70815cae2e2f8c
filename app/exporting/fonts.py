"""Fonts: the faces a book is set in, and where they are on this machine.

All are under the SIL Open Font License. They come as TTF from npm packages (typst reads no WOFF2);
`scripts/fonts.py` copies the weights that are needed to build/fonts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

PACKAGES = {
    "source-serif-4": (
        "300Light",
        "300Light_Italic",
        "400Regular",
        "400Regular_Italic",
        "600SemiBold",
        "600SemiBold_Italic",
    ),
    "source-sans-3": ("400Regular", "400Regular_Italic", "600SemiBold", "600SemiBold_Italic"),
    "eb-garamond": ("400Regular", "400Regular_Italic", "600SemiBold", "600SemiBold_Italic"),
    "libre-franklin": (
        "400Regular",
        "400Regular_Italic",
        "600SemiBold",
        "600SemiBold_Italic",
        "800ExtraBold",
    ),
    "source-code-pro": ("400Regular", "600SemiBold"),
    "amiri": ("400Regular", "700Bold"),
    "noto-serif-devanagari": ("400Regular", "600SemiBold"),
    "noto-serif-hebrew": ("400Regular", "600SemiBold"),
    "noto-serif-bengali": ("400Regular", "600SemiBold"),
    "noto-sans-ethiopic": ("400Regular", "600SemiBold"),
    "noto-serif-sc": ("400Regular", "600SemiBold"),
    "noto-serif-kr": ("400Regular", "600SemiBold"),
    "noto-emoji": ("400Regular",),
}

_EVERYWHERE = (
    "Amiri",
    "Noto Serif Devanagari",
    "Noto Serif Hebrew",
    "Noto Serif Bengali",
    "Noto Sans Ethiopic",
    "Noto Serif SC",
    "Noto Serif KR",
    "Noto Emoji",
)


@dataclass(frozen=True, slots=True)
class Typeface:
    """A choice of type: its name, the families of text and of signs and heads. What these lack comes
    from faces that every book has."""

    name: str
    text: str
    heads: str

    @property
    def serif(self) -> tuple[str, ...]:
        """The families of the text, in the order in which a letter is looked for."""
        return tuple(dict.fromkeys((self.text, "Source Serif 4", *_EVERYWHERE)))

    @property
    def sans(self) -> tuple[str, ...]:
        """The families of heads and labels."""
        return tuple(dict.fromkeys((self.heads, "Source Sans 3", *_EVERYWHERE)))


TYPEFACES: Final[Mapping[str, Typeface]] = MappingProxyType(
    {
        "source": Typeface("Source Serif & Sans", "Source Serif 4", "Source Sans 3"),
        "garamond": Typeface("EB Garamond", "EB Garamond", "Source Sans 3"),
        "franklin": Typeface("Libre Franklin", "Libre Franklin", "Libre Franklin"),
    }
)
OF_DESIGN: Final[Mapping[str, str]] = MappingProxyType(
    {"manual": "source", "reader": "garamond", "workbook": "franklin"}
)
"""The typeface that a design has when nobody chose another."""

MONO = (
    "Source Code Pro",
    "DejaVu Sans Mono",
    "Amiri",
    "Noto Serif SC",
    "Noto Serif KR",
    "Noto Emoji",
)

ROOT = Path(__file__).resolve().parents[2]


@cache
def folders() -> list[Path]:
    """The folders with the book's fonts, best first; empty when none are installed."""
    built = ROOT / "build" / "fonts"
    if any(built.glob("*.ttf")):
        return [built]
    packages = ROOT / "frontend" / "node_modules" / "@expo-google-fonts"
    return [
        packages / package / weight
        for package, weights in PACKAGES.items()
        for weight in weights
        if any((packages / package / weight).glob("*.ttf"))
    ]


def missing() -> list[str]:
    """The families that no installed file has; books fall back to typst's own faces for them."""
    files = {file.name for folder in folders() for file in folder.glob("*.ttf")}
    return [
        package
        for package in PACKAGES
        if not any(file.lower().startswith(package.replace("-", "")) for file in files)
    ]
