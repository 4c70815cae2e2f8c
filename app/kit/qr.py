"""QR codes as SVG, for screens and projectors."""

from __future__ import annotations

import io

import segno


def svg(text: str) -> str:
    """The QR code of `text`: black on white with its quiet zone, scaling to any size."""
    code = segno.make(text, error="m", micro=False)
    return code.svg_inline(scale=8, border=4, dark="#000", light="#fff", omitsize=True)


def terminal(text: str) -> str:
    """The QR code of `text` in block characters, for a terminal of 80 columns."""
    out = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(out, compact=True)
    return out.getvalue()
