"""Links: which addresses a guide may point to, and their one way of being written.

Closed list of schemes: anything else would be a script, a local file or a path that means nothing
in a book. What passes is legal in EPUB (RFC 3986/3987) without a second look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LENGTH = 2048

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_ILLEGAL = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f-\xa0]|%(?![0-9A-Fa-f]{2})")
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_HOST = re.compile(r"(?:[^\s/?#@:\[\]%<>\"\\^`{|}]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_TEL = re.compile(r"\+?[0-9][0-9*#().-]{1,30}(?:;[a-z-]+=[A-Za-z0-9+.-]{1,30})*")
_CHAPTER = re.compile(r"([A-Za-z0-9_-]{1,64})(?:#(.*))?", re.DOTALL)
_ANCHOR = re.compile(r"[^\s\"<>\\^`{|}\x00-\x20\x7f-\xa0#%]+")


@dataclass(frozen=True, slots=True)
class Inside:
    """A link inside the guide: to a chapter (None: the one it stands in) and maybe a heading."""

    chapter_id: str | None
    anchor: str | None


def clean(href: object) -> str | None:
    """The address as it may be kept, or None when it is nothing one may link to."""
    if not isinstance(href, str) or len(href) > MAX_LENGTH:
        return None
    href = _UNWANTED.sub("", href).strip()
    if href.startswith("#"):
        return href if _ANCHOR.fullmatch(href[1:]) else None
    scheme = _SCHEME.match(href)
    if scheme is None:
        return None
    name, rest = scheme.group(1).lower(), href[scheme.end() :]
    if name == "chapter":
        found = _CHAPTER.fullmatch(rest)
        ok = found and (not found.group(2) or _ANCHOR.fullmatch(found.group(2)))
        return f"chapter:{rest.removesuffix('#')}" if ok else None
    if name in ("http", "https"):
        return _web(name, rest)
    if name == "mailto":
        return f"mailto:{_escape(rest)}" if "@" in rest else None
    if name == "tel":
        number = rest.replace(" ", "")
        return f"tel:{number}" if _TEL.fullmatch(number) else None
    return None


def inside(href: str) -> Inside | None:
    """Where a link inside the guide leads, or None when it leads outside."""
    if href.startswith("#"):
        return Inside(None, href[1:] or None)
    if href.startswith("chapter:"):
        chapter_id, _, anchor = href.removeprefix("chapter:").partition("#")
        return Inside(chapter_id, anchor or None)
    return None


def _web(scheme: str, rest: str) -> str | None:
    if not rest.startswith("//"):
        return None
    authority, path = _split(rest[2:])
    host = authority.rpartition("@")[2]
    if not _HOST.fullmatch(host):
        return None
    port = host.rpartition(":")[2]
    if not host.endswith("]") and ":" in host and int(port) > 65535:
        return None
    # A name and password in an address only ever serve to deceive.
    path, sharp, fragment = path.partition("#")
    tail = _escape(path) + sharp + _escape(fragment).replace("#", "%23")
    tail = tail.replace("[", "%5B").replace("]", "%5D")
    return f"{scheme}://{host}{tail}"


def _split(text: str) -> tuple[str, str]:
    for at, character in enumerate(text):
        if character in "/?#":
            return text[:at], text[at:]
    return text, ""


def _escape(text: str) -> str:
    return _ILLEGAL.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), text
    )
