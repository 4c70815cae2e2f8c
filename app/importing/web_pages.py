"""Web pages: HTML is measured, cleaned, and only then read.

The measuring comes first: cleaning 200,000 nested elements takes minutes.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import nh3

from app.kit.errors import BadInput, TooLarge

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 200


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_VOID = _names(
    "area base br col embed hr img input link meta param source track wbr "
    "p li dt dd tr td th option"  # these close themselves
)
_TAGS = _names(
    "a abbr article aside b blockquote br caption cite code col colgroup dd del dfn div dl dt em "
    "figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q s "
    "samp section small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var"
)
_ATTRIBUTES = {
    "*": {"id", "class", "dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_LANG = re.compile(r"<html[^>]*\slang\s*=\s*[\"']?([A-Za-z-]{2,20})", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", re.IGNORECASE)
_UNWANTED = ("script", "style", "iframe", "object", "embed", "form", "svg", "video", "audio")


class _Depth(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.depth = 0
        self.found: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNWANTED:
            self.found[tag] = self.found.get(tag, 0) + 1
        if tag in _VOID:
            return
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise BadInput(
                f"Its elements are nested more than {MAX_DEPTH} deep, which no page needs."
            )

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self.depth:
            self.depth -= 1


def decode(data: bytes) -> str:
    """The text of a page in whatever encoding it names; UTF-8 otherwise."""
    if len(data) > MAX_BYTES:
        raise TooLarge("A page of more than 10 MB is not read.")
    named = _CHARSET.search(data[:2048])
    for encoding in (named.group(1).decode("ascii") if named else "utf-8", "utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def clean(page: str) -> tuple[str, dict[str, int]]:
    """The page with nothing in it but text, structure and pictures, and which elements it lost.

    BadInput when it is nested too deep.
    """
    measure = _Depth()
    measure.feed(page)
    cleaned = nh3.clean(
        page,
        tags=set(_TAGS),
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        strip_comments=True,
    )
    return cleaned, measure.found


def title(page: str) -> str | None:
    """The page's title element, if it has one."""
    found = _TITLE.search(page[:100_000])
    return " ".join(html.unescape(found.group(1)).split()) or None if found else None


def language(page: str) -> str | None:
    """The page's language, if it says one."""
    found = _LANG.search(page[:10_000])
    return found.group(1).lower() if found else None
