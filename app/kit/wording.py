"""Wording: what is wrong with a request, as a sentence a person can do something about.

The validator's own words are for programmers ("input should be a valid date or datetime").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Details = Mapping[str, Any]

_WORDS: dict[str, Callable[[Details], str]] = {
    "missing": lambda _: "is missing",
    "string_too_short": lambda it: (
        "must not be empty"
        if it["min_length"] == 1
        else f"must have at least {it['min_length']} characters"
    ),
    "string_too_long": lambda it: f"is too long: at most {it['max_length']} characters",
    "too_short": lambda it: f"needs at least {it['min_length']}",
    "too_long": lambda it: f"has too many: at most {it['max_length']}",
    "greater_than_equal": lambda it: f"must be at least {it['ge']}",
    "greater_than": lambda it: f"must be more than {it['gt']}",
    "less_than_equal": lambda it: f"must be at most {it['le']}",
    "less_than": lambda it: f"must be less than {it['lt']}",
    "literal_error": lambda it: f"must be {it['expected']}",
    "enum": lambda it: f"must be {it['expected']}",
    "value_error": lambda it: str(it["error"]),
}
_STARTS = {
    "string": "must be text",
    "int": "must be a whole number",
    "float": "must be a number",
    "bool": "must be true or false",
    "datetime": "must be a time like 2026-11-22T12:30:00Z",
    "date": "must be a day like 2026-11-22",
    "timezone": "must be a time with its time zone, like 2026-11-22T12:30:00Z",
    "list": "must be a list",
    "dict": "must be an object",
    "model": "must be an object",
}


def sentence(errors: Sequence[Details]) -> str:
    """What is wrong, for at most three fields: “Title must not be empty.”"""
    return " ".join(f"{clause(error)}." for error in errors[:3])


def clause(error: Details) -> str:
    """What is wrong with one field, without the full stop."""
    place = [str(part) for part in error["loc"][1:] if not isinstance(part, int)]
    name = place[-1].replace("_", " ") if place else "what was sent"
    words = _words(error["type"], error.get("ctx") or {})
    if words is None:
        message = str(error["msg"])
        words = f"cannot be used: {message[:1].lower()}{message[1:]}"
    return f"{name[:1].upper()}{name[1:]} {words}"


def _words(kind: str, details: Details) -> str | None:
    if (say := _WORDS.get(kind)) is not None:
        return say(details)
    # “date_from_datetime_parsing”, “int_type”, “string_type”: the longest beginning that is known.
    starts = [start for start in _STARTS if kind == start or kind.startswith(f"{start}_")]
    return _STARTS[max(starts, key=len)] if starts else None
