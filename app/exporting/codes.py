"""Codes to scan: an address as the rows of a QR code (ISO/IEC 18004)."""

from __future__ import annotations

import segno

LONGEST = 300
"""Characters of an address; a longer one makes a code that no telephone reads from paper."""


def rows(address: str) -> list[str] | None:
    """The modules row by row, "1" for a dark one, without the quiet zone; None when it is too long."""
    if len(address) > LONGEST:
        return None
    code = segno.make_qr(address, error="m")
    return ["".join("1" if module else "0" for module in row) for row in code.matrix]
