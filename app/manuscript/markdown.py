"""Markdown that comes back as it went: the dialect of our own files, and what it has no words for.

A figure whose caption is more than plain words, or that has a credit, and a table's header cells
outside its head stand in fenced blocks (`::: figure`); `pandoc_in` reads them again.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

from app.manuscript.pandoc_inline import string_of
from app.manuscript.pandoc_out import attr

Block = dict[str, Any]

DIALECT: Final = "markdown_strict-shortcut_reference_links-spaced_reference_links" + "".join(
    f"+{extension}"
    for extension in (
        "all_symbols_escapable",
        "backtick_code_blocks",
        "blank_before_blockquote",
        "blank_before_header",
        "escaped_line_breaks",
        "fenced_code_attributes",
        "fenced_code_blocks",
        "fenced_divs",
        "footnotes",
        "grid_tables",
        "intraword_underscores",
        "link_attributes",
        "pipe_tables",
        "space_in_atx_header",
        "startnum",
        "strikeout",
    )
)
"""Pandoc's name for it. Every extension by name, so that a new pandoc does not change it."""

OWN: Final = {"made_with": "Chapterhouse"}
"""What a file says at its top, so that it is read as it was written."""
OPTIONS: Final = ("--wrap=none", "--markdown-headings=atx", "--columns=100")


_UNSAID: Final = re.compile(r"&(?=#?\w)|\\|^:(?=::)|~+$")
"""What pandoc's writer leaves as it is though its reader takes it for a sign. (It writes a backslash
well, and then forgets what comes after it.)"""
_UNMEASURED: Final = re.compile("([\u200d\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff])")
"""Joiners and modifiers of emoji."""


def sayable(blocks: list[Block]) -> list[Block]:
    """Pandoc's blocks with figures, stray header cells and the like as Markdown can say them."""
    return [_block(block) for block in blocks]


def _block(block: Block) -> Block:
    content: Any = block.get("c")
    match block["t"]:
        case "Para" | "Plain":
            return {"t": block["t"], "c": _line(content)}
        case "Header":
            return {"t": "Header", "c": [content[0], content[1], _heading(content[2])]}
        case "Figure":
            return _figure(content)
        case "Table":
            return {"t": "Table", "c": _table(content)}
        case "BlockQuote":
            return {"t": "BlockQuote", "c": sayable(content)}
        case "Div":
            return {"t": "Div", "c": [content[0], sayable(content[1])]}
        case "BulletList":
            return {"t": "BulletList", "c": [sayable(item) for item in content]}
        case "OrderedList":
            return {"t": "OrderedList", "c": [content[0], [sayable(one) for one in content[1]]]}
        case "CodeBlock" if not content[0][1]:
            # By its indentation alone it would be lost where a quote or a list begins with it.
            return {"t": "CodeBlock", "c": [attr(language=""), content[1]]}
        case _:
            return block


def _line(line: list[Any], *, may_break: bool = True) -> list[Any]:
    out: list[Any] = []
    for one in line:
        match one:
            case {"t": "Str", "c": text}:
                out += _words(text)
            case {"t": "LineBreak"} if not may_break:
                out.append(_raw("<br>", "html"))
            case {"t": "Note", "c": [{"c": inside}]}:
                note = {"t": "Para", "c": _line(inside, may_break=may_break)}
                out.append({"t": "Note", "c": [note]})
            case {"t": "Link", "c": [attributes, inside, target]}:
                inside = _line(inside, may_break=may_break)
                out.append({"t": "Link", "c": [attributes, inside, target]})
            case {"t": "Strong" | "Emph" | "Strikeout" | "Superscript" | "Subscript"}:
                out.append({"t": one["t"], "c": _line(one["c"], may_break=may_break)})
            case _:
                out.append(one)
    return out


def _words(text: str) -> list[Any]:
    out: list[Any] = []
    at = 0
    for found in _UNSAID.finditer(text):
        if found.start() > at:
            out.append({"t": "Str", "c": text[at : found.start()]})
        out.append(_raw("".join(f"\\{sign}" for sign in found.group())))
        at = found.end()
    return [*out, {"t": "Str", "c": text[at:]}] if at < len(text) else out


def _heading(line: list[Any]) -> list[Any]:
    """A heading's line: it cannot break, and `#` at its end would close it."""
    out = _line(line, may_break=False)
    if out and out[-1]["t"] == "Str" and out[-1]["c"].endswith("#"):
        text = out[-1]["c"].rstrip("#")
        signs = "\\#" * (len(out[-1]["c"]) - len(text))
        out[-1:] = [*([{"t": "Str", "c": text}] if text else []), _raw(signs)]
    return out


def _raw(code: str, form: str = "markdown") -> dict[str, Any]:
    return {"t": "RawInline", "c": [form, code]}


def _figure(content: Any) -> Block:
    _, (_, caption), [plain] = content
    [image] = plain["c"]
    attributes, alt, (source, _) = image["c"]
    lines = cast("list[Block]", caption)
    if not lines or (source and len(lines) == 1 and _is_plain(lines[0]["c"])):
        title = string_of(lines[0]["c"]) if lines else ""
        return _picture(attributes, _line(alt), [source, title])
    parts = [_picture(attributes, _line(alt), [source, ""])]
    for line in lines:
        [first, *rest] = line["c"]
        if not rest and first["t"] == "Span":
            credit = {"t": "Para", "c": _line(first["c"][1])}
            parts.append({"t": "Div", "c": [attr("", ["credit"]), [credit]]})
        else:
            parts.append({"t": "Para", "c": _line(line["c"])})
    return {"t": "Div", "c": [attr("", ["figure"]), parts]}


def _picture(attributes: Any, alt: Any, target: list[str]) -> Block:
    return {"t": "Para", "c": [{"t": "Image", "c": [attributes, alt, target]}]}


def _is_plain(line: list[dict[str, Any]]) -> bool:
    """Whether a caption may stand as a title: it holds words alone, and no quotation mark."""
    return all(one["t"] == "Space" or (one["t"] == "Str" and '"' not in one["c"]) for one in line)


def _measurable(value: Any) -> Any:
    """Pandoc's blocks with entities for signs whose width its writer and reader do not agree about:
    a grid table would come apart."""
    match value:
        case list():
            out: list[Any] = []
            for one in cast("list[Any]", value):
                match one:
                    case {"t": "Str", "c": str(text)}:
                        out += _entities(text)
                    case _:
                        out.append(_measurable(one))
            return out
        case dict():
            return {name: _measurable(one) for name, one in cast("dict[str, Any]", value).items()}
        case _:
            return value


def _entities(text: str) -> list[Any]:
    pieces = _UNMEASURED.split(text)
    return [
        _raw(f"&#{ord(piece)};") if at % 2 else {"t": "Str", "c": piece}
        for at, piece in enumerate(pieces)
        if piece
    ]


def _table(content: Any) -> list[Any]:
    attributes, caption, specs, head, bodies, foot = content

    def row(given: Any, heads: int) -> list[Any]:
        at = 0
        cells: list[Any] = []
        for (identifier, classes, pairs), align, height, width, blocks in given[1]:
            inside = _measurable(sayable(blocks))
            if at < heads or "header" in classes:
                inside = [{"t": "Div", "c": [attr("", ["header"]), inside]}]
            cells.append([[identifier, [], pairs], align, height, width, inside])
            at += int(width)
        return [given[0], cells]

    top = [head[0], [row(one, 0) for one in head[1]]]
    rest = [
        [about, 0, inner, [row(one, int(heads)) for one in rows]]
        for about, heads, inner, rows in bodies
    ]
    return [attributes, caption, specs, top, rest, foot]
