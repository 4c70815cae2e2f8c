"""The scan: a strict, bounded reading of a Yjs V1 update before any other code sees a byte.

Pure Python, no recursion, and no allocation that a claimed count could drive. It checks what can
be told from the update alone (structure, names, values, depth); `shape` checks what depends on
the document. The format is described in Yjs' `src/utils/encoding.js` and `src/structs/`.
"""

from __future__ import annotations

from typing import Any, Final

from app.sync import grammar
from app.sync.anyvalue import BadValue, read_any, read_json
from app.sync.protocol import MAX_CLIENT, MAX_CLOCK
from app.sync.structs import (
    ANY,
    CLIENT,
    DELETED,
    FORMAT,
    GC,
    STRING,
    TYPE,
    XML_ELEMENT,
    XML_TEXT,
    Id,
    Limits,
    Refused,
    Scan,
    Section,
    Struct,
)
from app.sync.typed import typed

_LEANS: Final = "a struct that leans on itself or on a later one"
_BARRED: Final = {2: "ContentJSON", 3: "ContentBinary", 9: "ContentDoc (a subdocument)"}


def scan(data: bytes, limits: Limits = CLIENT) -> Scan:
    """Read an update.

    Raises:
        Refused: with code "invalid" or "too_big" and the reason.
    """
    if len(data) > limits.bytes:
        raise Refused("update too big", "too_big")
    if (found := typed(data)) is not None:
        return found
    try:
        sections, at = _sections(data, limits)
        deletes, at = _deletes(data, at, limits)
    except IndexError:
        raise Refused("cut short") from None
    except UnicodeDecodeError:
        raise Refused("text is not UTF-8") from None
    except BadValue as error:
        raise Refused(str(error)) from None
    if at != len(data):
        raise Refused("bytes after the update")
    return Scan(data, sections, deletes)


def _uint(data: bytes, at: int, most: int = MAX_CLOCK) -> tuple[int, int]:
    byte = data[at]
    if byte < 128:
        return byte, at + 1
    value = byte & 127
    shift = 7
    while True:
        at += 1
        byte = data[at]
        value |= (byte & 127) << shift
        if byte < 128:
            break
        shift += 7
        if shift > 49:
            raise Refused("number too long")
    # A last byte of 0 is another spelling of a shorter number; no client writes it.
    if value > most or not byte:
        raise Refused("number out of range")
    return value, at + 1


def _string(data: bytes, at: int, most: int) -> tuple[str, int]:
    length, at = _uint(data, at)
    end = at + length
    if end > len(data):
        raise Refused("cut short")
    if length > most:
        raise Refused("name too long")
    return data[at:end].decode(), end


def _sections(data: bytes, limits: Limits) -> tuple[list[Section], int]:
    count, at = _uint(data, 0)
    if count > limits.clients:
        raise Refused("too many clients")
    sections: list[Section] = []
    seen: set[int] = set()
    # Depth of the elements this update itself creates: a tower is refused while it is read.
    levels: dict[Id, int] = {}
    total = 0
    for _ in range(count):
        structs, at = _uint(data, at)
        mark = at
        client, at = _uint(data, at, MAX_CLIENT)
        own = data[mark:at]
        clock, at = _uint(data, at)
        total += structs
        if not structs or structs > len(data) - at or total > limits.structs:
            raise Refused("number of structs out of range")
        if client in seen:
            raise Refused("a client named twice")
        seen.add(client)
        section = Section(client, clock, at)
        add = section.structs.append
        for _ in range(structs):
            struct, at = _struct(data, at, client, clock, own, limits, levels)
            add(struct)
            clock += struct[1]
            if clock > MAX_CLOCK:
                raise Refused("clock out of range")
        section.end = clock
        section.stop = at
        sections.append(section)
    return sections, at


def _struct(
    data: bytes,
    at: int,
    client: int,
    clock: int,
    own: bytes,
    limits: Limits,
    levels: dict[Id, int],
) -> tuple[Struct, int]:
    info = data[at]
    at += 1
    kind = info & 31
    if kind == GC:
        length, at = _uint(data, at)
        if info or not length:
            raise Refused("an empty or odd collected struct")
        return (clock, length, GC, None, None, None, None, None), at
    if kind > ANY or kind in _BARRED:
        raise Refused(
            "a Skip struct" if kind == 10 else _BARRED.get(kind, f"unknown content {kind}")
        )
    origin: Id | None = None
    right: Id | None = None
    parent: Id | str | None = None
    sub: str | None = None
    if info & 0x80:
        # Mostly the section's own client: comparing its bytes beats reading them again.
        if data.startswith(own, at):
            other = client
            at += len(own)
        else:
            other, at = _uint(data, at, MAX_CLIENT)
        number, at = _uint(data, at)
        if other == client and number >= clock:
            raise Refused(_LEANS)
        origin = (other, number)
    if info & 0x40:
        other, at = _uint(data, at, MAX_CLIENT)
        number, at = _uint(data, at)
        if other == client and number >= clock:
            raise Refused(_LEANS)
        right = (other, number)
    if not info & 0xC0:
        is_root, at = _uint(data, at, 1)
        if is_root:
            parent, at = _string(data, at, 64)
            if parent not in limits.roots:
                raise Refused("unknown root name")
        else:
            other, at = _uint(data, at, MAX_CLIENT)
            number, at = _uint(data, at)
            if other == client and number >= clock:
                raise Refused(_LEANS)
            parent = (other, number)
        if info & 0x20:
            sub, at = _string(data, at, 64)
    if kind == STRING:
        size, at = _uint(data, at)
        end = at + size
        if end > len(data) or sub is not None:
            raise Refused("cut short" if sub is None else "an attribute that is no value")
        text = data[at:end].decode()
        length = len(text)
        if length != size:
            # Yjs counts UTF-16 code units.
            length = len(text.encode("utf-16-le")) >> 1
        if not length:
            raise Refused("an empty text")
        return (clock, length, STRING, origin, right, parent, sub, text), end
    if kind == DELETED:
        length, at = _uint(data, at)
        if not length:
            raise Refused("an empty struct")
        return (clock, length, DELETED, origin, right, parent, sub, None), at
    if sub is not None and kind != ANY:
        raise Refused("an attribute that is no value")
    if kind == TYPE:
        value, at = _type(data, at, limits)
        level = 1 + max(levels.get(_id(parent), 0), (levels.get(origin or right or _NONE, 1) - 1))
        if level > grammar.MAX_DEPTH:
            raise Refused("elements nested too deep")
        levels[client, clock] = level
        return (clock, 1, TYPE, origin, right, parent, sub, value), at
    if kind == FORMAT:
        value, at = _format(data, at)
        return (clock, 1, FORMAT, origin, right, parent, sub, value), at
    if kind == ANY:
        values, at = _values(data, at)
        if sub is not None:
            check_attribute(sub, values)
        return (clock, len(values), ANY, origin, right, parent, sub, values), at
    # ContentEmbed: read so far as to say what is wrong with it.
    size, at = _uint(data, at)
    read_json(data[at : at + size])
    raise Refused("ContentEmbed")


_NONE: Final[Id] = (-1, -1)


def _id(parent: Id | str | None) -> Id:
    return parent if isinstance(parent, tuple) else _NONE


def _type(data: bytes, at: int, limits: Limits) -> tuple[str | None, int]:
    kind, at = _uint(data, at)
    if kind == XML_TEXT:
        return None, at
    if kind != XML_ELEMENT:
        raise Refused(f"unknown type {kind}")
    name, at = _string(data, at, 64)
    if name not in limits.elements:
        raise Refused(f"unknown element {name!r}")
    return name, at


def _format(data: bytes, at: int) -> tuple[tuple[str, Any], int]:
    key, at = _string(data, at, 64)
    name = grammar.mark_name(key)
    if name not in grammar.MARKS:
        raise Refused(f"unknown mark {name!r}")
    size, at = _uint(data, at)
    if at + size > len(data):
        raise Refused("cut short")
    value = read_json(data[at : at + size])
    if not grammar.mark_value_ok(name, value):
        raise Refused(f"mark {name!r} with a value that is not allowed")
    return (name, value), at + size


def _values(data: bytes, at: int) -> tuple[list[Any], int]:
    count, at = _uint(data, at)
    if not count or count > len(data) - at:
        raise Refused("number of values out of range")
    values: list[Any] = []
    for _ in range(count):
        value, at = read_any(data, at)
        values.append(value)
    return values, at


def check_attribute(name: str, values: list[Any]) -> None:
    """Refuse what an attribute may not be set to."""
    check = grammar.ATTRIBUTES.get(name)
    if check is None:
        raise Refused(f"unknown attribute {name!r}")
    # More than one: values set one after the other, of which only the last one counts.
    if not all(map(check, values)):
        raise Refused(f"attribute {name!r} with a value that is not allowed")


def _deletes(data: bytes, at: int, limits: Limits) -> tuple[list[tuple[int, int, int]], int]:
    count, at = _uint(data, at)
    if not count:
        return [], at
    if count > (len(data) - at) // 2 or count > limits.ranges:
        raise Refused("too many deleting clients")
    deletes: list[tuple[int, int, int]] = []
    seen: set[int] = set()
    total = 0
    for _ in range(count):
        client, at = _uint(data, at, MAX_CLIENT)
        ranges, at = _uint(data, at)
        total += ranges
        if client in seen or ranges > (len(data) - at) // 2 or total > limits.ranges:
            raise Refused("deleted ranges out of bounds")
        seen.add(client)
        for _ in range(ranges):
            clock, at = _uint(data, at)
            length, at = _uint(data, at)
            if not length or clock + length > MAX_CLOCK:
                raise Refused("a deleted range out of bounds")
            deletes.append((client, clock, length))
    return deletes, at
