"""Any values: the self-describing values inside Yjs updates, read without recursion.

The format is lib0's (https://github.com/dmonad/lib0, encoding.writeAny). Nested 26,000 deep, such
a value ends a process that reads it with a recursive native reader; here depth, size and number
of values are bounded before anything is built.
"""

from __future__ import annotations

import json
import struct
from typing import Any, Final

MAX_DEPTH: Final = 32
MAX_VALUES: Final = 1000
MAX_STRING: Final = 8192
MAX_JSON: Final = 16384

_UNSET: Final = object()
_COMMON: Final[dict[bytes, Any]] = {b"null": None, b"true": True, b"{}": {}}
_PLAIN: Final[dict[int, Any]] = {127: None, 126: None, 121: False, 120: True}


class BadValue(Exception):
    """Not a value, or one beyond the bounds."""


def read_any(data: bytes, at: int) -> tuple[Any, int]:
    """A value and where it ends. `undefined` reads as None.

    Raises:
        BadValue: unknown tag, too deep, too many, too long.
        IndexError: the bytes end inside it.
    """
    # Open containers, innermost last: [container, values still to come].
    open_: list[tuple[list[Any] | dict[str, Any], int]] = []
    values = 0
    while True:
        key = ""
        if open_ and isinstance(open_[-1][0], dict):
            key, at = _string(data, at)
        values += 1
        if values > MAX_VALUES:
            raise BadValue("too many values")
        tag = data[at]
        at += 1
        value: Any = _PLAIN.get(tag, _UNSET)
        if value is _UNSET:
            if tag in (117, 118):
                count, at = _count(data, at)
                if len(open_) >= MAX_DEPTH:
                    raise BadValue("values nested too deep")
                fresh: list[Any] | dict[str, Any] = [] if tag == 117 else {}
                if open_:
                    _put(open_[-1][0], key, fresh)
                if count:
                    open_.append((fresh, count))
                    continue
                value = fresh
                if not open_:
                    return value, at
            else:
                value, at = _scalar(data, at, tag)
                if not open_:
                    return value, at
                _put(open_[-1][0], key, value)
        elif not open_:
            return value, at
        else:
            _put(open_[-1][0], key, value)
        # One value is done; close every container it was the last of.
        while open_:
            container, left = open_.pop()
            if left > 1:
                open_.append((container, left - 1))
                break
            if not open_:
                return container, at


def _put(container: list[Any] | dict[str, Any], key: str, value: Any) -> None:
    if isinstance(container, dict):
        container[key] = value
    else:
        container.append(value)


def _scalar(data: bytes, at: int, tag: int) -> tuple[Any, int]:
    if tag == 119:
        return _string(data, at)
    if tag == 125:
        return _signed(data, at)
    for known, layout, size in ((124, ">f", 4), (123, ">d", 8), (122, ">q", 8)):
        if tag == known:
            if at + size > len(data):
                raise IndexError
            return struct.unpack_from(layout, data, at)[0], at + size
    if tag == 116:
        raise BadValue("binary value")
    raise BadValue("unknown value tag")


def _count(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            break
        shift += 7
        if shift > 28:
            raise BadValue("count too long")
    # Each value takes a byte at least: a claimed count allocates nothing.
    if value > len(data) - at:
        raise BadValue("count beyond the update")
    return value, at


def _string(data: bytes, at: int) -> tuple[str, int]:
    length, at = _count(data, at)
    if length > MAX_STRING:
        raise BadValue("value too long")
    return data[at : at + length].decode(), at + length


def _signed(data: bytes, at: int) -> tuple[int, int]:
    byte = data[at]
    at += 1
    negative = byte & 64
    value = byte & 63
    shift = 6
    while byte > 127:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if shift > 62:
            raise BadValue("number too long")
    return (-value if negative else value), at


def read_json(data: bytes) -> Any:
    """Strict JSON of bounded size and depth.

    Raises:
        BadValue: too long, nested too deep, not JSON, or a number that JSON does not have.
    """
    if data in _COMMON:
        return _COMMON[data]
    # Nesting first: it is told apart from a mere length, whatever the size.
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH and not _shallow(data):
        raise BadValue("JSON nested too deep")
    if len(data) > MAX_JSON:
        raise BadValue("JSON too long")
    try:
        return json.loads(data.decode(), parse_constant=_no_constant)
    except ValueError:
        raise BadValue("not JSON") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _shallow(data: bytes) -> bool:
    depth = 0
    inside = escaped = False
    for byte in data:
        if inside:
            if escaped:
                escaped = False
            elif byte == 92:
                escaped = True
            elif byte == 34:
                inside = False
        elif byte == 34:
            inside = True
        elif byte in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                return False
        elif byte in b"]}":
            depth -= 1
    return True
