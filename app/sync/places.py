"""Places: where structs stand in a document, and what may stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.sync import grammar
from app.sync.ranges import Ranges
from app.sync.scan import check_attribute
from app.sync.structs import ANY, FORMAT, Refused

if TYPE_CHECKING:
    from app.sync.siblings import Siblings


class Place:
    """Where structs stand: in the root, an element, a text, or one attribute of an element.

    `name` is the element's (for a text: of the element around it), `sub` the attribute. `within`
    is where the element itself stands, `inner` what stands in it, `letters` the ids of the
    characters in a text. `is_gone` says that somebody deleted the element by name. `maker` is the
    client id that made the element, `siblings` the order of what stands here, once it was asked for.
    """

    __slots__ = (
        "attributes",
        "depth",
        "inner",
        "is_gone",
        "is_text",
        "letters",
        "maker",
        "name",
        "siblings",
        "sub",
        "within",
    )

    def __init__(
        self,
        name: str,
        depth: int,
        *,
        is_text: bool = False,
        sub: str | None = None,
        within: Place | None = None,
        maker: int = -1,
    ) -> None:
        self.name = name
        self.depth = depth
        self.is_text = is_text
        self.sub = sub
        self.attributes: dict[str, Place] = {}
        self.within = within
        self.inner: list[Place] | None = None
        self.letters: dict[int, Ranges] | None = None
        self.is_gone = False
        self.maker = maker
        self.siblings: Siblings | None = None

    @property
    def is_lost(self) -> bool:
        """Whether what stands here can no longer be seen: an element around it was deleted."""
        place: Place | None = self
        while place is not None:
            if place.is_gone:
                return True
            place = place.within
        return False


NOWHERE: Final = Place("", 0)
"""For collected structs, and what was put into collected ones: nobody will ever see it."""


def inside_of(place: Place, name: str | None, maker: int) -> Place:
    """The inside of a new element (or text, for None) at `place`."""
    if place.is_text or place.sub is not None:
        raise Refused("an element inside a text or an attribute")
    if place.name and not grammar.may_hold(place.name, name or "text"):
        raise Refused(f"{name or 'text'!r} inside {place.name!r}")
    if name is None:
        return Place(place.name, place.depth, is_text=True, within=place, maker=maker)
    if place.depth >= grammar.MAX_DEPTH:
        raise Refused("elements nested too deep")
    return Place(name, place.depth + 1, within=place, maker=maker)


def attribute_of(inside: Place, sub: str) -> Place:
    """The place of an attribute of an element."""
    if inside.is_text or sub not in grammar.NODES[inside.name].attrs:
        raise Refused(f"unknown attribute {sub!r} of {inside.name!r}")
    found = inside.attributes.get(sub)
    if found is None:
        found = inside.attributes[sub] = Place(inside.name, inside.depth, sub=sub)
    return found


def check(place: Place, kind: int, value: object) -> None:
    """Whether content of this kind may stand at `place`."""
    if place.sub is not None:
        if kind != ANY or not isinstance(value, list):
            raise Refused("an attribute that is no value")
        check_attribute(place.sub, value)  # pyright: ignore[reportUnknownArgumentType]
    elif not place.is_text or kind == ANY:
        raise Refused("text or values where elements stand")
    elif kind == FORMAT and not grammar.NODES[place.name].marks and _is_set(value):
        raise Refused(f"a mark inside {place.name!r}")


def _is_set(value: object) -> bool:
    return isinstance(value, tuple) and value[1] is not None
