"""ISBN: read one as people write it, check it, and print it with hyphens where they belong.

The ranges are those of the International ISBN Agency's range message: group by group, where the
publisher's number ends (ISBN Users' Manual, 7th edition, §5).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


def parse(text: str) -> str:
    """The thirteen digits of an ISBN; "" for nothing. One of ten digits becomes its longer form.

    Raises:
        ValueError: it is none; the message goes on after “The ISBN of … ”.
    """
    plain = re.sub(r"(?i)^\s*isbn(?:-1[03])?\s*:?", "", text)
    plain = re.sub(r"[\s\u00ad\u2010-\u2015\u2212-]", "", plain).upper()
    if not plain:
        return ""
    # Only the digits that the digits' arithmetic below means: “٣” is one as well.
    if not re.fullmatch(r"[0-9]+X?", plain):
        raise ValueError("has other signs than digits and hyphens in it")
    if len(plain) == 10:
        if _check_of_ten(plain[:9]) != plain[9]:
            raise ValueError("is not right: its last digit does not fit the others")
        return with_check(f"978{plain[:9]}")
    if len(plain) != 13 or "X" in plain:
        raise ValueError(f"has {len(plain)} digits, and an ISBN has 13")
    if not plain.startswith(("978", "979")) or plain.startswith("9790"):
        raise ValueError("must begin with 978 or 979; this is the number of something else")
    if with_check(plain[:12]) != plain:
        raise ValueError("is not right: its last digit does not fit the others")
    return plain


def with_check(twelve: str) -> str:
    """Twelve digits and the check digit of EAN-13 (ISBN Users' Manual §5.5)."""
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"


def hyphenated(isbn: str) -> str:
    """Thirteen digits as they are printed: 978-1-86197-876-9. Of a group or a publisher's range
    that was given out after our table was made only prefix and check digit are set apart."""
    for length in range(4, 9):
        group = f"{isbn[:3]}-{isbn[3:length]}"
        if group not in _groups():
            continue
        rest = isbn[length:12]
        for low, high in _groups()[group]:
            if low <= rest[: len(low)] <= high:
                return f"{group}-{rest[: len(low)]}-{rest[len(low) :]}-{isbn[12]}"
    return f"{isbn[:3]}-{isbn[3:12]}-{isbn[12]}"


def _check_of_ten(nine: str) -> str:
    total = sum(int(digit) * (10 - at) for at, digit in enumerate(nine))
    return "0123456789X"[-total % 11]


@cache
def _groups() -> dict[str, list[tuple[str, str]]]:
    """Group → the ranges of its publishers' numbers, low and high of the same length."""
    groups: dict[str, list[tuple[str, str]]] = {}
    text = files("app.exporting.details").joinpath("isbn_ranges.txt").read_text("ascii")
    for line in text.splitlines():
        group, *ranges = line.split()
        parts = [span.partition("-") for span in ranges]
        groups[group] = [(low, high or low) for low, _, high in parts]
    return groups
