"""Flattening: pictures as paper has them: nothing to see through, and grey where there is one ink.

Runs in the worker.
"""

from __future__ import annotations

import io
from typing import Any

from pikepdf import Array, Name, Pdf, Stream
from PIL import Image


def flatten(pdf: Pdf, *, grey: bool) -> None:
    """No picture is see-through (on white, as paper is), and in a black book none has colours."""
    done: set[tuple[int, int]] = set()
    for thing in list(pdf.objects):
        if not isinstance(thing, Stream) or thing.get("/Subtype") != "/Image":
            continue
        mask: Any = thing.get("/SMask")
        if mask is not None:
            done.add(mask.objgen)
    for thing in list(pdf.objects):
        if (
            not isinstance(thing, Stream)
            or thing.get("/Subtype") != "/Image"
            or thing.objgen in done
            or thing.get("/ImageMask")
        ):
            continue
        if "/SMask" in thing or (grey and not _is_grey(thing)):
            _rewrite(thing, grey=grey)


def _is_grey(image: Stream) -> bool:
    space: Any = image.get("/ColorSpace")
    return space == "/DeviceGray" or components(space) == 1


def _rewrite(image: Stream, *, grey: bool) -> None:
    photograph = image.get("/Filter") == "/DCTDecode" and "/SMask" not in image
    pixels = _pixels(image)
    mode = "L" if grey or pixels.mode == "L" else "RGB"
    if "/SMask" in image:
        alpha = _pixels(image.SMask).convert("L")
        if alpha.size != pixels.size:
            alpha = alpha.resize(pixels.size)  # pyright: ignore[reportUnknownMemberType]
        white = Image.new("RGB", pixels.size, (255, 255, 255))
        white.paste(pixels.convert("RGB"), mask=alpha)
        pixels = white
        del image["/SMask"]
    pixels = pixels.convert(mode)
    space = Name.DeviceGray if mode == "L" else Name.DeviceRGB
    if photograph:
        out = io.BytesIO()
        pixels.save(out, "JPEG", quality=90, optimize=True)
        image.write(out.getvalue(), filter=Name.DCTDecode)
    else:
        image.write(pixels.tobytes())
    image.ColorSpace = space
    image.BitsPerComponent = 8
    for key in ("/Decode", "/Mask", "/DecodeParms"):
        if key in image and not (key == "/DecodeParms" and photograph):
            del image[key]


def _pixels(image: Any) -> Image.Image:
    """The picture as Pillow has it, by what typst writes: JPEG, or bytes in rows."""
    if image.get("/Filter") == "/DCTDecode":
        return Image.open(io.BytesIO(image.read_raw_bytes())).convert("RGB")
    size = (int(image.Width), int(image.Height))
    data = image.read_bytes()
    bits = int(image.get("/BitsPerComponent", 8))
    if bits == 16:
        data = data[::2]
    mode = {1: "L", 3: "RGB", 4: "CMYK"}[len(data) // (size[0] * size[1])]
    return Image.frombytes(mode, size, data)


def components(space: Any) -> int:
    """How many numbers a colour has in an ICC space; 0 for any other space."""
    if isinstance(space, Array) and len(space) == 2 and space[0] == "/ICCBased":
        return int(space[1].get("/N", 0))
    return 0
