"""Pictures: what is uploaded is read, turned upright, stripped of its metadata and written anew.

Nothing of the uploaded bytes is kept but the picture itself: no location, no script, no second
file hidden behind it. Photographs become JPEG, drawings and what has transparency become PNG, both
in sRGB, which every e-reader and every printing path takes.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from PIL import Image, ImageCms, ImageOps

from app.kit.errors import BadInput, TooLarge

MAX_PIXELS = 40_000_000
MAX_SIDE = 4000
READABLE = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png"}

_NOT_A_PICTURE = (
    "“{name}” is not a picture that can be read. Please use a JPEG, PNG, GIF, WebP or TIFF file."
)
# Decoding holds the whole picture in memory: two at a time are enough for a room.
_decoders = asyncio.Semaphore(2)


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture, ready to be stored; sizes in pixels."""

    name: str
    media_type: str
    width: int
    height: int
    data: bytes
    sha256: str


async def clean(data: bytes, name: str) -> Picture:
    """Read a picture from `data` and write it anew, in a thread.

    Raises:
        BadInput: it is no picture. TooLarge: it has more than 40 million pixels.
    """
    async with _decoders:
        return await asyncio.to_thread(clean_now, data, name)


def clean_now(data: bytes, name: str) -> Picture:
    """The same, here and now; for the command line and for workers."""
    name = base_name(name)
    try:
        with warnings.catch_warnings():
            # Pillow only warns between its limit and twice its limit; ours is checked below.
            warnings.simplefilter("ignore")
            opened = Image.open(io.BytesIO(data), formats=READABLE)
            if opened.width * opened.height > MAX_PIXELS:
                raise TooLarge(
                    f"“{name}” has {opened.width} × {opened.height} pixels, more than a page can "
                    "show. Please make it smaller than 40 million pixels and try again.",
                    code="picture_too_large",
                )
            opened.load()
            media_type, image = _normalise(opened)
    except TooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise TooLarge(
            f"“{name}” is far larger than a page can show.", code="picture_too_large"
        ) from error
    except Exception as error:
        raise BadInput(_NOT_A_PICTURE.format(name=name), code="not_a_picture") from error
    out = io.BytesIO()
    if media_type == "image/jpeg":
        image.save(out, "JPEG", quality=88, optimize=True, progressive=True)
    else:
        image.save(out, "PNG", optimize=True)
    clean_bytes = out.getvalue()
    return Picture(
        name=name,
        media_type=media_type,
        width=image.width,
        height=image.height,
        data=clean_bytes,
        sha256=hashlib.sha256(clean_bytes).hexdigest(),
    )


def base_name(name: str) -> str:
    """The last part of a file name, without folders, controls or an endless tail."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    printable = "".join(char for char in last if char.isprintable())
    return printable[-120:].strip(". ") or "picture"


def _normalise(opened: Image.Image) -> tuple[str, Image.Image]:
    photograph = opened.format in {"JPEG", "WEBP", "AVIF", "TIFF"}
    upright = ImageOps.exif_transpose(opened)
    transparent = "transparency" in upright.info or upright.mode in {"RGBA", "LA", "PA"}
    image = _to_srgb(upright, transparent=transparent)
    if transparent and image.getextrema()[-1] == (255, 255):
        image, transparent = image.convert("RGB"), False
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    clean_image = Image.new(image.mode, image.size)
    clean_image.paste(image)  # leaves profiles, comments and EXIF behind
    return ("image/jpeg" if photograph and not transparent else "image/png"), clean_image


def _to_srgb(image: Image.Image, *, transparent: bool) -> Image.Image:
    # What a profile describes is colours; what is see-through stays beside it.
    alpha = image.convert("RGBA").getchannel("A") if transparent else None
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        # 16 bits a pixel: Pillow's own conversion cuts everything bright off to white.
        image = image.convert("F").point(lambda value: value * (1 / 257)).convert("L")  # pyright: ignore[reportUnknownMemberType]
    colours = _by_profile(image) or image.convert("RGB")
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def _by_profile(image: Image.Image) -> Image.Image | None:
    """The colours of a picture as its profile means them; None when it has none that works."""
    profile = image.info.get("icc_profile")
    if not profile:
        return None
    source = image if image.mode in {"RGB", "CMYK", "L"} else image.convert("RGB")
    try:
        return ImageCms.profileToProfile(
            source,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return None
