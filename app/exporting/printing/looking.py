"""Looking: what is on the pages of a PDF: pictures with their resolution, colours of text, fonts.

Content streams are walked with the graphics state that matters here (ISO 32000-1, 8.4 and 9.3):
the matrix for a picture's size, the fill colour for text. Runs in the worker.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Pdf, Stream

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1, 0, 0, 1, 0, 0)
_DEEPEST = 8
_PAINTING = frozenset(
    ["S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "Tj", "TJ", "'", '"', "BI"]
)
DARK = 0.25
"""Text whose colours are all below this is meant to be black."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture as it is printed: its pixels, and how many of them come to an inch."""

    width: int
    height: int
    ppi: float


@dataclass(slots=True)
class Seen:
    """What one page shows."""

    pictures: list[Placed] = field(default_factory=list[Placed])
    mixed_black: bool = False
    """Whether dark text is printed in several colours."""
    transparent: bool = False
    rgb: bool = False
    """Whether anything is drawn in red, green and blue."""
    painted: bool = False
    """Whether there is anything on it at all."""


@dataclass(slots=True)
class _State:
    matrix: Matrix = _SAME
    space: int = 1
    """Numbers a colour has: 1 grey, 3 RGB, 4 CMYK."""
    colour: tuple[float, ...] = (0.0,)


def look(page: pikepdf.Page) -> Seen:
    """Everything that is printed on a page."""
    seen = Seen()
    _walk(page.obj, page.obj.get("/Resources"), _State(), seen, 0)
    return seen


def _walk(holder: Any, resources: Any, state: _State, seen: Seen, depth: int) -> None:
    stack: list[_State] = []
    for one in pikepdf.parse_content_stream(holder):
        operator, operands = str(one.operator), list(one.operands)
        seen.painted |= operator in _PAINTING
        if operator == "q":
            stack.append(_State(state.matrix, state.space, state.colour))
        elif operator == "Q" and stack:
            state = stack.pop()
        elif operator == "cm" and len(operands) == 6:
            state.matrix = _times(_numbers(operands), state.matrix)  # pyright: ignore[reportArgumentType]
        elif operator in ("RG", "CS"):
            seen.rgb |= operator == "RG" or (
                bool(operands) and components(_found(resources, "/ColorSpace", operands[0])) == 3
            )
        elif operator in ("g", "rg", "k"):
            seen.rgb |= operator == "rg"
            state.space, state.colour = len(operands), _numbers(operands)
        elif operator == "cs" and operands:
            state.space = components(_found(resources, "/ColorSpace", operands[0]))
            seen.rgb |= state.space == 3
            state.colour = (0.0,) * 3 + (1.0,) if state.space == 4 else (0.0,) * state.space
        elif operator in ("sc", "scn"):
            state.colour = _numbers(operands)
        elif operator == "gs" and operands:
            _look_through(_found(resources, "/ExtGState", operands[0]), seen)
        elif operator in ("Tj", "TJ", "'", '"'):
            seen.mixed_black |= _is_mixed_black(state)
        elif operator == "Do" and operands:
            _draw(_found(resources, "/XObject", operands[0]), resources, state, seen, depth)


def _draw(thing: Any, resources: Any, state: _State, seen: Seen, depth: int) -> None:
    if not isinstance(thing, Stream):
        return
    if thing.get("/Subtype") == "/Image":
        width, height = int(thing.Width), int(thing.Height)
        a, b, c, d, *_ = state.matrix
        across, up = math.hypot(a, b) / 72, math.hypot(c, d) / 72
        if across > 0 and up > 0:
            seen.pictures.append(Placed(width, height, min(width / across, height / up)))
        seen.transparent |= "/SMask" in thing
    elif thing.get("/Subtype") == "/Form" and depth < _DEEPEST:
        given = thing.get("/Matrix")
        matrix = _numbers(list(given)) if given is not None else _SAME
        inner = _State(_times(matrix, state.matrix), state.space, state.colour)  # pyright: ignore[reportArgumentType]
        _walk(thing, thing.get("/Resources", resources), inner, seen, depth + 1)


def _look_through(state: Any, seen: Seen) -> None:
    if state is None:
        return
    for key in ("/ca", "/CA"):
        if float(state.get(key, 1)) < 1:
            seen.transparent = True
    if str(state.get("/SMask", "/None")) != "/None":
        seen.transparent = True


def _is_mixed_black(state: _State) -> bool:
    colour = state.colour
    if state.space == 3 and len(colour) == 3:
        return max(colour) < DARK
    if state.space == 4 and len(colour) == 4:
        return colour[3] > 1 - DARK and max(colour[:3]) > 0
    return False


def _found(resources: Any, kind: str, name: Any) -> Any:
    holder: Any = resources.get(kind) if resources is not None else None
    return (
        holder.get(str(name)) if holder is not None else (name if kind == "/ColorSpace" else None)
    )


def components(space: Any) -> int:
    """How many numbers a colour has in a colour space; 0 where that says nothing."""
    known = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4, "/CalGray": 1, "/CalRGB": 3}
    if isinstance(space, Array) and len(space) > 1:
        if space[0] == "/ICCBased":
            return int(space[1].get("/N", 3))
        return known.get(str(space[0]), 0)
    return known.get(str(space), 0)


def _numbers(operands: list[Any]) -> tuple[float, ...]:
    return tuple(
        float(one) for one in operands if isinstance(one, int | float) or hasattr(one, "__float__")
    )


def _times(left: tuple[float, ...], right: Matrix) -> Matrix:
    a, b, c, d, e, f = left
    g, h, i, j, k, l = right  # noqa: E741 - the names of the specification
    return (
        a * g + b * i, a * h + b * j,
        c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + l,
    )  # fmt: skip


def fonts(pdf: Pdf) -> dict[str, bool]:
    """Every font of a PDF and whether it is embedded."""
    found: dict[str, bool] = {}
    for font in _fonts(pdf):
        inner: Any = font
        if "/DescendantFonts" in font:
            inner = font.DescendantFonts[0]
        description: Any = inner.get("/FontDescriptor")
        files = ("/FontFile", "/FontFile2", "/FontFile3")
        embedded = description is not None and any(name in description for name in files)
        # A Type 3 font is made of drawings in the file itself.
        found[str(font.get("/BaseFont", "/Type3"))] = embedded or font.get("/Subtype") == "/Type3"
    return found


def _fonts(pdf: Pdf) -> Iterator[Any]:
    for thing in pdf.objects:
        is_font = isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"
        # Descendants are looked at through their font.
        if is_font and str(thing.get("/Subtype")) not in ("/CIDFontType0", "/CIDFontType2"):
            yield thing
