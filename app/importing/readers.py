"""Readers: one file becomes pandoc's AST, with its title, order and language.

Each format has its own gate before pandoc sees a byte; pandoc itself runs in the box with
`--sandbox`, so that nothing in a file can make it read another one or ask the network.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from app.importing import archives, front_matter, left_out, lengths, web_pages
from app.importing.files import Given
from app.importing.raw_html import RawHtml
from app.kit import box
from app.kit.converters import ConversionFailed, pandoc
from app.kit.errors import BadInput, TooLarge
from app.manuscript.markdown import DIALECT
from app.manuscript.pandoc import Lost
from app.manuscript.pandoc_inline import string_of

MAX_TEXT = 10 * 1024 * 1024
# Computing is what is limited; waiting is generous, because a busy machine is nobody's fault.
_LIMITS = box.Limits(seconds=300, cpu_seconds=30, output_mb=200)

# What people write: dollars are money, @ is a person, and nothing is code for another program.
_MARKDOWN = (
    "markdown-raw_attribute-raw_tex-latex_macros-tex_math_dollars-yaml_metadata_block"
    "-pandoc_title_block-citations-example_lists-fancy_lists-smart-implicit_figures"
    "-line_blocks-bracketed_spans-native_spans"
    "+lists_without_preceding_blankline+east_asian_line_breaks+autolink_bare_uris"
)
_HEADING_ID = re.compile(r"^(#{1,6}[ \t].*?)\{#([^\s{}]+)\}[ \t]*$", re.MULTILINE)
_TAG = re.compile(r"<[^>]*>")
_HTML = "html-raw_html-raw_tex-smart-native_spans"
_DOCX = "docx-citations"


@dataclass(slots=True)
class Draft:
    """A file as pandoc read it."""

    given: Given
    ast: dict[str, Any]
    title: str
    order: float | None = None
    language: str | None = None
    part: str | None = None
    is_ours: bool = False
    """Whether an export of ours wrote it: nothing of it is moved or taken for a title."""
    media: dict[str, Path] = field(default_factory=dict[str, Path])
    """Pictures that were inside the file, by their address in the AST."""
    lost: list[Lost] = field(default_factory=list[Lost])


async def read(given: Given, folder: Path) -> Draft:
    """Read one file; `folder` is fresh and empty. AppError with a sentence when it cannot be read."""
    try:
        match given.format:
            case "markdown":
                draft = await _markdown(given, folder)
            case "html":
                draft = await _html(given, folder)
            case "docx" | "odt" as kind:
                draft = await _office(given, folder, kind)
            case _:
                raise BadInput(
                    "Only Markdown, HTML, Word (.docx) and OpenDocument (.odt) files can be read."
                )
    except ConversionFailed as error:
        raise BadInput(str(error)) from error
    except RecursionError:
        raise BadInput("It is nested deeper than any text needs.") from None
    return draft


async def _markdown(given: Given, folder: Path) -> Draft:
    # Each step in a thread: a book of a file takes seconds, and others are writing meanwhile.
    text = await asyncio.to_thread(_text, given.path)
    await asyncio.to_thread(lengths.check_text, text)
    if await asyncio.to_thread(_too_many_brackets, text):
        raise BadInput("It has hundreds of opening brackets in a row, which no text needs.")
    matter, body, understood = await asyncio.to_thread(front_matter.split, text)
    ids: dict[str, str] = {}
    if not matter.is_ours:
        body, ids = await asyncio.to_thread(_plain_ids, body)
    dialect = DIALECT if matter.is_ours else _MARKDOWN
    ast = await _ast(dialect, body.encode(), folder)

    def finish() -> Draft:
        for header in headers(ast["blocks"]):
            attributes = header["c"][1]
            attributes[0] = ids.get(attributes[0], attributes[0])
        return _draft(given, ast, matter.title, is_ours=matter.is_ours)

    draft = await asyncio.to_thread(finish)
    draft.order, draft.language, draft.part = matter.order, matter.language, matter.part
    if not understood:
        draft.lost.append(
            Lost(
                "The block at the top of the file",
                "It is not readable YAML; title and order are taken from the text.",
            )
        )
    return draft


async def _html(given: Given, folder: Path) -> Draft:
    data = await asyncio.to_thread(given.path.read_bytes)
    page = web_pages.decode(data)
    cleaned, found = await asyncio.to_thread(web_pages.clean, page)
    await asyncio.to_thread(lengths.check_text, _TAG.sub(" ", cleaned))
    ast = await _ast(_HTML, cleaned.encode(), folder)
    title = web_pages.title(page)
    draft = await asyncio.to_thread(_draft, given, ast, None, fallback=title)
    draft.language = web_pages.language(page)
    for name, count in found.items():
        draft.lost.append(_element(name, count))
    return draft


async def _office(given: Given, folder: Path, kind: str) -> Draft:
    await asyncio.to_thread(archives.check, given.path, kind)
    data = await asyncio.to_thread(given.path.read_bytes)
    source = folder / f"given.{kind}"
    await asyncio.to_thread(source.write_bytes, data)
    form = _DOCX if kind == "docx" else kind
    arguments = ["-f", form, "-t", "json", "--extract-media=media", source.name]
    out = await pandoc(arguments, folder=folder, limits=_LIMITS)
    ast = await asyncio.to_thread(_loaded, out)
    # In a docx the title is a line of the text, by its style; pandoc has taken it out.
    title = _meta_title(ast)
    named = None
    if kind == "odt" and title is None:
        named = await asyncio.to_thread(archives.odt_title, given.path)
        title = named if _drop_repeated(ast, named) else None
    draft = await asyncio.to_thread(_draft, given, ast, title, fallback=named)
    draft.lost += left_out.of_head(ast)
    draft.lost += await asyncio.to_thread(left_out.of_file, given.path, kind)
    media = await asyncio.to_thread(lambda: sorted((folder / "media").rglob("*")))
    for path in media:
        if path.is_file() and not path.is_symlink():
            draft.media[path.relative_to(folder).as_posix()] = path
    return draft


async def _ast(form: str, given: bytes, folder: Path) -> dict[str, Any]:
    out = await pandoc(["-f", form, "-t", "json"], folder=folder, given=given, limits=_LIMITS)
    return await asyncio.to_thread(_loaded, out)


def _plain_ids(text: str) -> tuple[str, dict[str, str]]:
    """Headings' ids that pandoc does not take (vowel marks, signs) replaced by plain ones, and
    which was which."""
    ids: dict[str, str] = {}

    def plain(found: re.Match[str]) -> str:
        name = f"heading-id-{len(ids)}"
        ids[name] = found.group(2)
        return f"{found.group(1)}{{#{name}}}"

    return _HEADING_ID.sub(plain, text), ids


def headers(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every heading of an AST, in reading order."""
    stack: list[Any] = [blocks]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            found = cast("dict[str, Any]", item)
            if found.get("t") == "Header":
                yield found
            elif "c" in found:
                stack.append(found["c"])
        elif isinstance(item, list):
            stack.extend(reversed(cast("list[Any]", item)))


def _loaded(out: bytes) -> dict[str, Any]:
    lengths.check_ast(out)
    try:
        return cast("dict[str, Any]", json.loads(out))
    except (ValueError, RecursionError):
        raise BadInput("It is nested deeper than any text needs.") from None


def _draft(
    given: Given,
    ast: dict[str, Any],
    title: str | None,
    fallback: str | None = None,
    *,
    is_ours: bool = False,
) -> Draft:
    raw = RawHtml()
    ast["blocks"] = raw.blocks(ast["blocks"])
    lost = [_element(name, count) for name, count in raw.dropped.items()]
    if title is None:
        title = _take_first_title(ast) or fallback or _from_name(given)
    elif not is_ours:
        # Many files repeat their title as the first heading.
        first = _first_title(ast)
        if first is not None and first.casefold() == title.casefold():
            _take_first_title(ast)
    return Draft(given, ast, _shortened(title), is_ours=is_ours, lost=lost)


def _first_title(ast: dict[str, Any]) -> str | None:
    for block in ast["blocks"]:
        if block["t"] == "Header" and block["c"][0] == 1:
            return " ".join(string_of(block["c"][2]).split()) or None
        if block["t"] not in ("HorizontalRule", "RawBlock"):
            return None
    return None


def _take_first_title(ast: dict[str, Any]) -> str | None:
    """The text's first heading of level 1, taken out of it: it is the chapter's title."""
    for at, block in enumerate(ast["blocks"]):
        if block["t"] == "Header" and block["c"][0] == 1:
            title = " ".join(string_of(block["c"][2]).split())
            if title:
                del ast["blocks"][at]
                return title
    return None


def _drop_repeated(ast: dict[str, Any], title: str | None) -> bool:
    """Drop a first paragraph that only says the title: OpenDocument has no other mark for it."""
    first = next(iter(ast["blocks"]), None)
    repeated = bool(
        title and first and first["t"] == "Para" and string_of(first["c"]).strip() == title
    )
    if repeated:
        del ast["blocks"][0]
    return repeated


def _meta_title(ast: dict[str, Any]) -> str | None:
    found = ast.get("meta", {}).get("title")
    if not found or found.get("t") != "MetaInlines":
        return None
    return " ".join(string_of(found["c"]).split()) or None


def _from_name(given: Given) -> str:
    words = re.sub(r"^\d+[\s._-]*", "", given.slug).replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else "Untitled"


def _shortened(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= 200 else title[:199].rstrip() + "…"


def _element(name: str, count: int) -> Lost:
    what = f"<{name}>" if count == 1 else f"<{name}> ({count} times)"
    return Lost(
        f"The web element {what}",
        "A book cannot hold it; text between its tags is kept where there was any.",
    )


def _text(path: Path) -> str:
    data = path.read_bytes()
    if len(data) > MAX_TEXT:
        raise TooLarge(
            "A text file of more than 10 MB is not read. Split it at its headings and import the "
            "parts."
        )
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput("It is not a text file.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _too_many_brackets(text: str) -> bool:
    """Whether brackets open hundreds deep on a stretch without a blank line: pandoc would try
    every way to close them, for hours."""
    depth = deepest = 0
    for character in re.findall(r"[\[\]]|\n\s*\n", text):
        if character == "[":
            depth += 1
            deepest = max(deepest, depth)
        elif character == "]":
            depth = max(0, depth - 1)
        else:
            depth = 0
    return deepest > 200
