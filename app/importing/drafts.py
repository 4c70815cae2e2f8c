"""Drafts become chapters: pictures get their assets, links their chapters, headings their level."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from app.importing.files import Bundle
from app.importing.readers import Draft, headers
from app.manuscript import anchors, links, pandoc
from app.manuscript.pandoc_inline import string_of
from app.manuscript.tree import Mark, Node, Text, rebuild


@dataclass(frozen=True, slots=True)
class Source:
    """A picture as a file names it."""

    address: str
    alt: str


def pictures(draft: Draft) -> list[Source]:
    """The pictures of a draft in reading order, each address once."""
    found: dict[str, Source] = {}
    for image in _images(draft.ast["blocks"]):
        address = image[2][0]
        found.setdefault(address, Source(address, string_of(image[1]).strip()))
    return list(found.values())


def is_remote(address: str) -> bool:
    """Whether a picture is on another machine: nothing is fetched while importing."""
    return address.startswith("//") or urlsplit(address).scheme in ("http", "https", "ftp")


def in_order(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts in the order their files ask for; the others stay in the files' order behind them."""
    return sorted(drafts, key=lambda draft: (draft.order is None, draft.order or 0.0))


@dataclass(frozen=True, slots=True)
class Ready:
    """A chapter that is ready to be written."""

    draft: Draft
    chapter_id: str
    tree: Node
    names: Mapping[str, str]
    """The ids that the file gave its headings → their anchors in the manuscript."""
    lost: Sequence[pandoc.Lost]


def make_ready(draft: Draft, assets: Mapping[str, str], chapter_ids: Mapping[str, str]) -> Ready:
    """The chapter of a draft, and what was lost.

    `assets`: picture address → asset id. `chapter_ids`: name of a file in the import → the id of
    the chapter it becomes.
    """
    addresses = _Links(draft, chapter_ids)
    reading = pandoc.Reading(
        asset=lambda address, alt: assets.get(address),
        link=addresses.resolve,
        lost=dict.fromkeys(draft.lost, 1),
    )
    tree, _ = pandoc.from_pandoc(draft.ast, reading)
    if not draft.is_ours:
        tree = _levels(tree)
    for address, times in addresses.outside.items():
        count = f" ({times} times)" if times > 1 else ""
        reading.lose(
            f"A link to “{address}”{count}",
            "It leads to a page that is not part of this import; its words are kept.",
        )
    names = dict(addresses.names(tree))
    return Ready(draft, chapter_ids[draft.given.name], tree, names, reading.losses())


def link_up(chapters: Sequence[Ready]) -> list[Ready]:
    """Links to ids that the files gave their headings now lead to the headings' anchors."""
    names = {chapter.chapter_id: chapter.names for chapter in chapters}

    def linked(chapter: Ready) -> Ready:
        def renamed(mark: Mark) -> Mark:
            where = links.inside(str(mark.attrs.get("href", ""))) if mark.type == "link" else None
            if where is None or where.anchor is None:
                return mark
            anchor = names.get(where.chapter_id or chapter.chapter_id, {}).get(where.anchor)
            page = f"chapter:{where.chapter_id}" if where.chapter_id else ""
            return Mark("link", {**mark.attrs, "href": f"{page}#{anchor}"}) if anchor else mark

        def change(node: Node) -> Node:
            content = tuple(
                Text(child.text, tuple(map(renamed, child.marks)))
                if isinstance(child, Text)
                else child
                for child in node.content
            )
            return node.with_content(content)

        return replace(chapter, tree=change(rebuild(chapter.tree, change)))

    return [linked(chapter) for chapter in chapters]


class _Links:
    """Where the links of one file lead."""

    def __init__(self, draft: Draft, chapter_ids: Mapping[str, str]) -> None:
        self.draft = draft
        self.by_slug = {
            slug: chapter_id for name, chapter_id in chapter_ids.items() for slug in _slugs(name)
        }
        self.identifiers = [
            (str(block["c"][1][0]), " ".join(string_of(block["c"][2]).split()))
            for block in headers(draft.ast["blocks"])
        ]
        self.outside: dict[str, int] = {}

    def resolve(self, href: str) -> str:
        """The address as the manuscript keeps it; empty when it leads nowhere."""
        if href.startswith("#"):
            return "#" + unquote(href[1:])
        if href.startswith("//"):
            return f"https:{href}"
        if urlsplit(href).scheme:
            return href
        path, _, anchor = href.partition("#")
        chapter_id = self.by_slug.get(_slug(unquote(path.partition("?")[0])))
        if chapter_id is None:
            self.outside[href] = self.outside.get(href, 0) + 1
            return ""
        return f"chapter:{chapter_id}#{unquote(anchor)}" if anchor else f"chapter:{chapter_id}"

    def names(self, tree: Node) -> Iterator[tuple[str, str]]:
        """For each heading: the id it had in the file → its anchor in the manuscript."""
        named = anchors.anchors(tree)
        at = 0
        for identifier, text in self.identifiers:
            wanted = anchors.slug(text)
            for index in range(at, len(named)):
                if _same_heading(named[index][1], wanted):
                    yield identifier, named[index][1]
                    at = index + 1
                    break


def _same_heading(anchor: str, wanted: str) -> bool:
    return anchor == wanted or anchor.rpartition("-")[0] == wanted


def _levels(tree: Node) -> Node:
    """Headings moved so that the highest one of a chapter is level 2: level 1 is its title."""
    found = [int(node.attrs["level"]) for node, _ in anchors.anchors(tree)]
    if not found:
        return tree
    move = 2 - min(found)

    def change(node: Node) -> Node:
        if node.type != "heading":
            return node
        return node.with_attrs(level=min(6, int(node.attrs["level"]) + move))

    return rebuild(tree, change)


def _slugs(name: str) -> set[str]:
    """The names by which other files may link to this one."""
    folder, last = posixpath.split(name.lower())
    stem = posixpath.splitext(last)[0]
    found = {stem, last}
    if stem in ("index", "readme") and folder:
        found.add(posixpath.basename(folder))
    # 03-your-rights.md is "your-rights" on a website.
    head, _, tail = stem.partition("-")
    if head.isdigit() and tail:
        found.add(tail)
    return found


def _slug(path: str) -> str:
    return posixpath.basename(path.rstrip("/").lower())


def _images(value: Any) -> Iterator[Any]:
    stack: list[Any] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            found = cast("dict[str, Any]", item)
            if found.get("t") == "Image":
                yield found["c"]
            elif "c" in found:
                stack.append(found["c"])
        elif isinstance(item, list):
            stack.extend(reversed(cast("list[Any]", item)))


def picture_path(bundle: Bundle, draft: Draft, address: str) -> Any:
    """The file of a picture: from inside the document, or from the import; None when absent."""
    return draft.media.get(address) or bundle.picture(address, draft.given.name)
