"""Covers as PDFs: boxes for the one we draw, and a look at one that somebody uploaded.

Runs in the worker: an uploaded PDF is opened here and nowhere else, and only what its first page
shows goes on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, PdfError, Stream
from PIL import Image

from app.exporting.printing import finishing, looking

POINTS = 72 / 25.4
_ON_PAPER: Final = ("/Contents", "/Resources", "/Rotate", "/UserUnit")
# What a page draws with; anything else that hangs on it stays behind.
_DRAWN_WITH: Final = ("/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading")
# What makes a stream something else than what is drawn: a file elsewhere, a page of another PDF.
_NEVER: Final = ("/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI", "/Metadata", "/PieceInfo")


def finish(source: Path, target: Path, *, bleed_mm: float, metadata: bool) -> dict[str, Any]:
    """The cover we drew, as the printer takes it: one page, trim and bleed, nothing to click."""
    with Pdf.open(source) as pdf:
        page = pdf.pages[0]
        title = str(pdf.docinfo.get("/Title", ""))
        for key in list(pdf.Root.keys()):
            if key not in ("/Type", "/Pages", "/Lang"):
                del pdf.Root[key]
        for key in ("/Annots", "/StructParents", "/Tabs"):
            if key in page.obj:
                del page.obj[key]
        finishing.forget(pdf)
        if metadata and title:
            pdf.docinfo["/Title"] = title
        media = [float(value) for value in page.mediabox]
        inside = bleed_mm * POINTS
        trim = [media[0] + inside, media[1] + inside, media[2] - inside, media[3] - inside]
        page.obj.CropBox = page.obj.BleedBox = page.obj.MediaBox
        page.obj.TrimBox = Array([round(value, 4) for value in trim])
        pdf.save(target, deterministic_id=True)
    return {}


def take(source: Path, target: Path) -> dict[str, Any]:
    """What somebody uploaded as a cover, made harmless: its one page and what it is drawn with.

    `trouble` says why it cannot be used; else `width_mm` and `height_mm` of what is printed.
    """
    try:
        with Pdf.open(source) as given:
            if given.is_encrypted:
                return {"trouble": "This PDF is locked. Save it without a password and try again."}
            if len(given.pages) != 1:
                return {
                    "trouble": f"A cover is one page with back, spine and front; this PDF has {len(given.pages)}."
                }
            with Pdf.new() as kept:
                page = Dictionary(Type=Name.Page)
                for key in _ON_PAPER:
                    if key in given.pages[0].obj:
                        page[key] = kept.copy_foreign(_indirect(given, given.pages[0].obj[key]))
                page.MediaBox = Array([float(value) for value in given.pages[0].mediabox])
                _clean(page.get("/Resources"))
                kept.pages.append(pikepdf.Page(kept.make_indirect(page)))
                _clean_streams(kept)
                seen = looking.look(kept.pages[0])
                missing = sorted(name for name, has in looking.fonts(kept).items() if not has)
                kept.remove_unreferenced_resources()
                kept.save(target, deterministic_id=True)
                box = [float(value) for value in kept.pages[0].mediabox]
                unit = float(page.get("/UserUnit", 1))
    except pikepdf.PasswordError:
        return {"trouble": "This PDF is locked. Save it without a password and try again."}
    except (PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {"trouble": "This file is no PDF that can be read."}
    if missing:
        return {
            "trouble": "Not all fonts are inside this PDF "
            f"({missing[0].lstrip('/')}). Export it again with fonts embedded, or as outlines."
        }
    wide, high = ((box[2] - box[0]) * unit, (box[3] - box[1]) * unit)
    if int(page.get("/Rotate", 0)) % 180:
        wide, high = high, wide
    return {
        "width_mm": round(wide / POINTS, 2),
        "height_mm": round(high / POINTS, 2),
        "ppi": round(min((picture.ppi for picture in seen.pictures), default=0)),
    }


def _indirect(pdf: Pdf, thing: Any) -> Any:
    """Only what lies on its own in a file can be copied into another."""
    return thing if getattr(thing, "is_indirect", False) else pdf.make_indirect(thing)


def _clean(resources: Any) -> None:
    if resources is None:
        return
    for key in list(resources.keys()):
        if key not in _DRAWN_WITH:
            del resources[key]


def _clean_streams(pdf: Pdf) -> None:
    """No stream points out of the file."""
    for thing in pdf.objects:
        if isinstance(thing, Stream):
            for key in _NEVER:
                if key in thing:
                    del thing[key]


def from_picture(
    source: Path, target: Path, *, width_mm: float, height_mm: float, bleed_mm: float
) -> None:
    """A picture as a PDF of one page that it fills to the edge."""
    with Image.open(source) as opened, Pdf.new() as pdf:
        pixels = opened.convert("RGB")
        image = Stream(pdf, pixels.tobytes())
        filter_ = None
        if opened.format == "JPEG" and opened.mode == "RGB":
            image, filter_ = Stream(pdf, source.read_bytes()), Name.DCTDecode
        image.Type, image.Subtype = Name.XObject, Name.Image
        image.Width, image.Height = pixels.size
        image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
        if filter_ is not None:
            image.Filter = filter_
        wide, high, cut = (value * POINTS for value in (width_mm, height_mm, bleed_mm))
        page = pdf.add_blank_page(page_size=(wide, high))
        page.obj.Resources = Dictionary(XObject=Dictionary(Cover=image))
        page.obj.Contents = Stream(pdf, f"q {wide:.4f} 0 0 {high:.4f} 0 0 cm /Cover Do Q".encode())
        page.obj.TrimBox = Array([round(value, 4) for value in (cut, cut, wide - cut, high - cut)])
        page.obj.BleedBox = page.obj.MediaBox
        pdf.save(target, deterministic_id=True)
