"""Pictures of the web book: each in a few widths, so that a phone does not fetch a poster.

Decoding pictures takes memory and time: it is done in a thread, one picture after the other, and
kept in the cache by content and width.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from app.exporting import cache as caching
from app.exporting.book import Picture

WIDTHS: Final = (480, 960, 1600)
"""Pixels. Nothing is shown wider than 42rem; the widest serves dense screens."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as pages name it; width and height in pixels of the one in `src`."""

    src: str
    srcset: str
    width: int
    height: int
    files: dict[str, bytes]


def shown(picture: Picture, cache: Path | None) -> Shown:
    """The sizes of a picture. Its own size is used where it is smaller than all of them."""
    stem, _, ending = picture.name.rpartition(".")
    widths = [width for width in WIDTHS if width < picture.width]
    if picture.width <= WIDTHS[-1]:
        widths.append(picture.width)
    files = {
        f"pictures/{stem}-{width}.{ending}": _at(picture, width, stem, ending, cache)
        for width in widths
    }
    middle = min(widths, key=lambda width: abs(width - 960))
    names = dict(zip(widths, files, strict=True))
    srcset = ", ".join(f"{name} {width}w" for width, name in names.items())
    return Shown(
        src=names[middle],
        srcset=srcset if len(names) > 1 else "",
        width=middle,
        height=max(1, round(picture.height * middle / picture.width)),
        files=files,
    )


def _at(picture: Picture, width: int, stem: str, ending: str, cache: Path | None) -> bytes:
    if width == picture.width:
        return picture.path.read_bytes()
    name = f"{stem}-{width}.{ending}"
    kept = caching.read(cache, name)
    if kept is not None:
        return kept
    data = scaled(picture.path.read_bytes(), width, ending)
    caching.write(cache, name, data)
    return data


def scaled(data: bytes, width: int, ending: str) -> bytes:
    """A picture of that width in pixels, as JPEG or PNG by its file's ending, without metadata."""
    with Image.open(io.BytesIO(data)) as image:
        height = max(1, round(image.height * width / image.width))
        if image.format == "JPEG":
            # The decoder itself leaves out what is not needed.
            image.draft(image.mode, (width, height))
        smaller = image.convert("RGB" if ending == "jpg" else _png_mode(image.mode)).resize(  # pyright: ignore[reportUnknownMemberType]
            (width, height), Image.Resampling.LANCZOS
        )
    out = io.BytesIO()
    if ending == "jpg":
        smaller.save(out, format="JPEG", quality=82, optimize=True, progressive=True)
    else:
        smaller.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _png_mode(mode: str) -> str:
    return mode if mode in ("L", "LA", "RGB", "RGBA") else "RGBA"
