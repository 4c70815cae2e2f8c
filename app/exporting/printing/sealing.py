"""Sealing: what Ghostscript made of a file becomes one that a press takes. Runs in the worker."""

from __future__ import annotations

from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from app.exporting.printing import looking
from app.exporting.printing.finishing import forget


def seal(source: Path, target: Path) -> None:
    """What Ghostscript wrote, with the marks of PDF/X-3 (ISO 15930-3) and without its clock.

    The marks say what the file is meant to be; a validator has not seen it.
    """
    with Pdf.open(source) as pdf:
        title = str(pdf.docinfo.get("/Title", "")) or "Book"
        for key in list(pdf.Root.keys()):
            if key not in ("/Type", "/Pages"):
                del pdf.Root[key]
        forget(pdf)
        made = "D:20000101000000Z"
        for key, value in (("/Title", title), ("/Creator", "Chapterhouse"), ("/Producer", "Ghostscript"),
                           ("/CreationDate", made), ("/ModDate", made),
                           ("/GTS_PDFXVersion", "PDF/X-3:2002")):  # fmt: skip
            pdf.docinfo[key] = value
        pdf.docinfo["/Trapped"] = Name("/False")
        intent = Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFX,
            OutputConditionIdentifier="CGATS TR 001",
            OutputCondition="SWOP (coated), as printed in North America",
            RegistryName="http://www.color.org",
            Info="CGATS TR 001",
        )
        pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
        for page in pdf.pages:
            for key in ("/ArtBox", "/Annots"):
                if key in page.obj:
                    del page.obj[key]
        # Its first half is of Ghostscript's clock.
        if "/ID" in pdf.trailer:
            del pdf.trailer["/ID"]
        pdf.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            force_version="1.3",
        )


def in_cmyk(path: Path) -> bool:
    """Whether every colour and picture of a PDF is in CMYK or grey."""
    with Pdf.open(path) as pdf:
        if any(looking.look(page).rgb for page in pdf.pages):
            return False
        return not any(
            isinstance(thing, Stream)
            and thing.get("/Subtype") == "/Image"
            and looking.components(thing.get("/ColorSpace")) == 3
            for thing in pdf.objects
        )
