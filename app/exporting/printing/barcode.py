"""Barcode: the bars of an EAN-13, as a bookseller's scanner reads an ISBN (ISO/IEC 15420)."""

from __future__ import annotations

from typing import Final

MODULES: Final = 95
"""The width of the bars without the quiet zones: 11 modules on the left, 7 on the right."""
_LEFT = ("0001101", "0011001", "0010011", "0111101", "0100011",
         "0110001", "0101111", "0111011", "0110111", "0001011")  # fmt: skip
# Which of the six digits on the left are of even parity; they say the first digit.
_PARITY = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG",
           "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL")  # fmt: skip


def modules(digits: str) -> str:
    """Thirteen digits as 95 modules: 1 is a bar, 0 a space."""
    first, left, right = int(digits[0]), digits[1:7], digits[7:]
    out = ["101"]
    for digit, parity in zip(left, _PARITY[first], strict=True):
        code = _LEFT[int(digit)]
        out.append(code if parity == "L" else _inverted(code)[::-1])
    out.append("01010")
    out += [_inverted(_LEFT[int(digit)]) for digit in right]
    out.append("101")
    return "".join(out)


def bars(digits: str) -> list[tuple[int, int, bool]]:
    """The bars as (from which module, how many modules, whether it is one of the long ones)."""
    pattern = modules(digits)
    found: list[tuple[int, int, bool]] = []
    at = 0
    while at < MODULES:
        wide = 1
        while at + wide < MODULES and pattern[at + wide] == pattern[at]:
            wide += 1
        if pattern[at] == "1":
            found.append((at, wide, at < 3 or 45 <= at < 50 or at >= 92))
        at += wide
    return found


def _inverted(code: str) -> str:
    return code.translate(str.maketrans("01", "10"))
