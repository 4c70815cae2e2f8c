"""Links: they lead somewhere, and say where."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.manuscript import links
from app.manuscript.anchors import anchors, loose
from app.manuscript.checks.around import Block, short
from app.manuscript.checks.headings import heading_of
from app.manuscript.findings import Finding, declare
from app.manuscript.tree import Text, doc, walk

DEAD = declare(
    "dead_link",
    "must",
    "A link to a heading that is not there",
    "Choose the heading anew, or take the link away.",
)
BROKEN = declare(
    "broken_address",
    "should",
    "An address that nobody can open",
    "Write the whole address, as https://example.org/page. Only its form is checked, not whether "
    "somebody answers there.",
)
UNCLEAR = declare(
    "unclear_link",
    "should",
    "A link that does not say where it leads",
    "Link the words that name the page, as in “the union’s hours”, not “here” or a long address: "
    "links are read aloud one by one, and a printed page cannot be clicked.",
)
LONG = 40
"""Characters from which an address as a link's text is long."""

# What says nothing by itself, in the languages that guides are offered in.
_EMPTY_WORDS = frozenset(
    """here|click here|this|this link|this page|link|read more|more|see here|click|web site|website|
    aquí|haga clic aquí|clic aquí|enlace|este enlace|más|leer más|ici|cliquez ici|ce lien|lien|lire la suite|
    plus|aqui|clique aqui|este link|saiba mais|mais|hier|hier klicken|klicken sie hier|dieser link|mehr|
    weiterlesen|qui|clicca qui|questo link|leggi di più|klik hier|deze link|lees meer|tutaj|kliknij tutaj|
    link tutaj|więcej|здесь|тут|нажмите здесь|ссылка|подробнее|тут|посилання|докладніше|buraya|
    buraya tıklayın|tıklayın|bağlantı|هنا|اضغط هنا|انقر هنا|الرابط|هذا الرابط|المزيد|اینجا|اینجا کلیک کنید|
    پیوند|כאן|לחצו כאן|קישור|यहाँ|यहां|यहाँ क्लिक करें|यहां क्लिक करें|लिंक|এখানে|এখানে ক্লিক করুন|یہاں|
    یہاں کلک کریں|这里|點擊這裡|点击这里|這裡|链接|連結|更多|ここ|こちら|ここをクリック|여기|여기를 클릭|링크|
    tại đây|đây|bấm vào đây|liên kết|dito|i-click dito|klike la|isit la|እዚህ|hapa|bofya hapa""".replace(
        "\n", ""
    ).split("|")
)
_EMPTY = frozenset(" ".join(word.split()) for word in _EMPTY_WORDS)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HOST = re.compile(r"(?:[^\s.]+\.)+[^\s.\d][^\s.]+|\[[0-9a-f:.]+\]|\d{1,3}(?:\.\d{1,3}){3}", re.I)


@dataclass(frozen=True, slots=True)
class Link:
    """A run of text under one address."""

    href: str
    text: str


def within(block: Block) -> Iterator[Finding]:
    """Findings of the links of a block by themselves."""
    for link in of(block):
        words = _bare(link.text)
        if words in _EMPTY:
            said = f"A link says only “{short(link.text)}”."
            yield block.finding(UNCLEAR, said, f"{link.href} {words}")
        elif len(link.text.strip()) > LONG and _ADDRESS.fullmatch(link.text.strip()):
            said = f"A long address stands in the text ({short(link.text)})."
            yield block.finding(UNCLEAR, said, link.href)
        if (why := wrong_with(link.href)) is not None:
            said = f"The link on “{short(link.text)}” {why} ({short(link.href)})."
            yield block.finding(BROKEN, said, link.href)


def to_headings_here(blocks: Sequence[Block]) -> Iterator[Finding]:
    """Links to headings of the same chapter that are not there."""
    names = headings_of(blocks)
    for block in blocks:
        for link in of(block):
            where = links.inside(links.clean(link.href) or "")
            inside = where is not None and where.chapter_id in {None, block.around.chapter_id}
            if where is None or not inside or where.anchor is None:
                continue
            if not is_there(where.anchor, names):
                said = f"The link on “{short(link.text)}” leads to a heading that is not there."
                yield block.finding(DEAD, said, f"#{where.anchor}")


def of(block: Block) -> list[Link]:
    """The links of a block as they are stored; neighbours with one address are one link."""
    found: list[Link] = []
    following = False
    for child in walk(block.raw):
        href = _href(child) if isinstance(child, Text) else None
        if href is None:
            following = False
        elif isinstance(child, Text):
            if following and found[-1].href == href:
                found[-1] = Link(href, found[-1].text + child.text)
            else:
                found.append(Link(href, child.text))
            following = True
    return found


def headings_of(blocks: Iterable[Block]) -> list[str]:
    """The names under which the headings of a chapter can be linked to."""
    lines = [heading for block in blocks if (heading := heading_of(block)) is not None]
    return [name for _, name in anchors(doc(*lines))]


def is_there(anchor: str, names: Iterable[str]) -> bool:
    """Whether one of the names is meant by an anchor, as books read it."""
    wanted = loose(anchor)
    return any(name == anchor or loose(name) == wanted for name in names)


def wrong_with(href: str) -> str | None:
    """What is wrong with the form of an address, to go on a sentence; None when nothing is."""
    clean = links.clean(href)
    if clean is None:
        return "has an address that books cannot keep"
    if not clean.startswith(("http://", "https://")):
        return None
    try:
        host = (urlsplit(clean).hostname or "").strip(".")
    except ValueError:
        host = ""
    if not _HOST.fullmatch(host):
        return "has an address without a whole name of a site"
    if host == "localhost" or host.startswith(("127.", "10.", "192.168.", "169.254.")):
        return "has an address that only this network knows"
    return None


def _href(text: Text) -> str | None:
    for mark in text.marks:
        if mark.type == "link":
            href = mark.attrs.get("href")
            return href if isinstance(href, str) else ""
    return None


def _bare(text: str) -> str:
    """Small letters without what stands around them."""
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text.lower())
    return " ".join(kept.split())
