"""The shape of a document: enough of it to tell whether an update fits, before it is applied.

An update says of most structs only what they stand next to. The shape knows, for every id, the
element, text or attribute it is in, so that a heading's level, the nesting across updates and
what may stand in what are checked for each struct, and an update with a gap is turned away.
Nothing is changed unless the whole update fits.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import Final

from app.sync import grammar
from app.sync.ranges import Ranges
from app.sync.scan import check_attribute as _check_attribute
from app.sync.structs import (
    ANY,
    DELETED,
    FORMAT,
    GC,
    STRING,
    TYPE,
    Id,
    Refused,
    Scan,
    Section,
    Struct,
)


class Place:
    """Where structs stand: in the root, an element, a text, or one attribute of an element.

    `name` is the element's (for a text: of the element around it), `sub` the attribute. `within`
    is where the element itself stands, `inner` what stands in it, `letters` the ids of the
    characters in a text. `is_gone` says that somebody deleted the element by name.
    """

    __slots__ = (
        "attributes",
        "depth",
        "inner",
        "is_gone",
        "is_text",
        "letters",
        "name",
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


class Shape:
    """The known ids of one document. `free` roots, which only tests have, may hold anything."""

    def __init__(self, free: frozenset[str] = frozenset()) -> None:
        self.clocks: dict[int, int] = {}
        self.deleted: dict[int, Ranges] = {}
        self._roots = {grammar.ROOT: Place("doc", 0)} | {name: Place("", 0) for name in free}
        self._free = frozenset(self._roots[name] for name in free) | {NOWHERE}
        self._elements: dict[Id, Place] = {}
        # For each client: where runs of structs begin, and the place each run is in.
        self._starts: dict[int, list[int]] = {}
        self._places: dict[int, list[Place]] = {}
        self._husks: dict[int, Ranges] = {}
        self._types: dict[int, list[int]] = {}
        self.any_gone = False
        """Whether any element was ever deleted."""
        self.taken: list[Place] = []
        """The elements that the last update took away, each with what is in it."""

    def is_new(self, scan: Scan) -> bool:
        """Whether the update holds anything that the document does not."""
        clocks = self.clocks
        for section in scan.sections:
            if section.end > clocks.get(section.client, 0):
                return True
        for client, clock, length in scan.deletes:
            known = self.deleted.get(client)
            if known is None or not known.covers(clock, clock + length):
                return True
        return False

    def admit(self, scan: Scan) -> bool:
        """Take an update in if it fits; whether it brought anything new.

        Raises:
            Refused: code "resync" when something before it is missing, else "invalid".
        """
        if not self.is_new(scan):
            return False
        trial = _Trial(self, scan)
        trial.run()
        for client, clock, length in scan.deletes:
            if clock + length > trial.clock(client):
                raise Refused("deletes what is not there", "resync")
        trial.keep()
        self.taken = []
        for client, clock, length in scan.deletes:
            self.deleted.setdefault(client, Ranges()).add(clock, clock + length)
            if types := self._types.get(client):
                for at in types[bisect_left(types, clock) : bisect_left(types, clock + length)]:
                    self._take_away(self._elements[client, at])
        return True

    def _take_away(self, place: Place) -> None:
        if not place.is_gone:
            place.is_gone = self.any_gone = True
            self.taken.append(place)

    def place_at(self, client: int, clock: int) -> Place:
        """The place of a known id."""
        return self._places[client][bisect_right(self._starts[client], clock) - 1]

    def element(self, where: Id) -> Place | None:
        """The inside of a known element or text."""
        return self._elements.get(where)

    def root(self, name: str) -> Place | None:
        """The inside of a root."""
        return self._roots.get(name)

    def is_free(self, place: Place) -> bool:
        """Whether anything may stand there."""
        return place in self._free

    def is_husk(self, where: Id) -> bool:
        """Whether the id is of deleted content whose kind nobody told."""
        known = self._husks.get(where[0])
        return known is not None and known.covers(where[1], where[1] + 1)

    def extend(self, client: int, clock: int, end: int, place: Place, kind: int) -> None:
        """Append a run of structs."""
        starts = self._starts.setdefault(client, [])
        places = self._places.setdefault(client, [])
        if not places or places[-1] is not place:
            starts.append(clock)
            places.append(place)
        self.clocks[client] = end
        if kind == STRING and place is not NOWHERE:
            if place.letters is None:
                place.letters = {}
            place.letters.setdefault(client, Ranges()).add(clock, end)

    def add_element(self, where: Id, inside: Place) -> None:
        """Name the inside of a new element."""
        self._elements[where] = inside
        insort(self._types.setdefault(where[0], []), where[1])
        around = inside.within
        if around is not None:
            if around.inner is None:
                around.inner = []
            around.inner.append(inside)

    def add_husk(self, client: int, start: int, end: int) -> None:
        """Remember deleted content whose kind nobody told."""
        self._husks.setdefault(client, Ranges()).add(start, end)


class _Trial:
    """One update being fitted in; the shape is only changed by `keep`."""

    __slots__ = ("_base", "_ends", "_new", "_runs", "_sections", "_shape")

    def __init__(self, shape: Shape, scan: Scan) -> None:
        self._shape = shape
        self._sections = scan.sections
        self._ends: dict[int, int] = {}
        self._runs: dict[int, list[tuple[int, int, Place, int]]] = {}
        self._new: dict[Id, Place] = {}

    def clock(self, client: int) -> int:
        found = self._ends.get(client)
        return self._shape.clocks.get(client, 0) if found is None else found

    def run(self) -> None:
        """Fit every struct in, each after what it leans on; no recursion, no repeated passes."""
        by_client = {section.client: section for section in self._sections}
        for section in self._sections:
            if section.start > self._shape.clocks.get(section.client, 0):
                raise Refused("a gap in the clocks", "resync")
        at = dict.fromkeys(by_client, 0)
        for section in self._sections:
            # (section, how far it must get): the last one is worked on, the others wait for it.
            waiting = [(section, section.end)]
            while waiting:
                current, goal = waiting[-1]
                missing = self._advance(current, at, goal)
                if missing is None:
                    waiting.pop()
                    continue
                client, clock = missing
                other = by_client.get(client)
                if other is None or other.end <= clock:
                    raise Refused("leans on what is not there", "resync")
                if any(entry[0] is other for entry in waiting):
                    raise Refused("structs that lean on each other in a circle")
                waiting.append((other, clock + 1))

    def keep(self) -> None:
        """Write the fitted structs into the shape."""
        shape = self._shape
        for where, inside in self._new.items():
            shape.add_element(where, inside)
        for client, runs in self._runs.items():
            for start, end, place, kind in runs:
                shape.extend(client, start, end, place, kind)
                if kind == DELETED:
                    shape.add_husk(client, start, end)

    def _advance(self, section: Section, at: dict[int, int], goal: int) -> Id | None:
        """Fit the structs of a section up to `goal`; the id that is missing, if one is."""
        client = section.client
        structs = section.structs
        index = at[client]
        known = self.clock(client)
        while index < len(structs) and known < goal:
            struct = structs[index]
            end = struct[0] + struct[1]
            if end > known:
                for needed in struct[3:6]:
                    if needed.__class__ is tuple and needed[1] >= self.clock(needed[0]):  # type: ignore[index]
                        at[client] = index
                        return needed  # type: ignore[return-value]
                self._fit(client, struct, known, end)
                self._ends[client] = known = end
            index += 1
        at[client] = index
        return None

    def _fit(self, client: int, struct: Struct, start: int, end: int) -> None:
        clock, _, kind, origin, right, parent, sub, value = struct
        if kind == GC:
            place = NOWHERE
        elif clock < start:
            # The first part is known already: what is left stands right behind it.
            place = self._place_at((client, start - 1))
        else:
            place = self._place(origin, right, parent, sub)
        if kind == TYPE and not self._shape.is_free(place):
            self._new[client, clock] = _inside(place, value)
        elif kind == TYPE:
            self._new[client, clock] = Place(
                value or "", place.depth + 1, is_text=value is None, within=place
            )
            if place.depth >= grammar.MAX_DEPTH:
                raise Refused("elements nested too deep")
        elif kind not in (DELETED, GC) and not self._shape.is_free(place):
            _check(place, kind, value)
        runs = self._runs.setdefault(client, [])
        runs.append((start, end, place, kind))

    def _place(
        self, origin: Id | None, right: Id | None, parent: Id | str | None, sub: str | None
    ) -> Place:
        if origin is not None:
            place = self._place_at(origin)
            if right is not None and place is not NOWHERE:
                other = self._place_at(right)
                if other is NOWHERE:
                    return NOWHERE
                if other is not place:
                    raise Refused("between neighbours in two places")
            return place
        if right is not None:
            return self._place_at(right)
        if isinstance(parent, str):
            root = self._shape.root(parent)
            if root is None or sub is not None:
                raise Refused("unknown root name" if root is None else "an attribute of a root")
            return root
        assert parent is not None  # noqa: S101 - the scan reads a parent where there is no neighbour
        inside = self._new.get(parent) or self._shape.element(parent)
        if inside is None:
            if self._shape.is_husk(parent) or self._place_at(parent) is NOWHERE:
                return NOWHERE
            raise Refused("a parent that is no element")
        if sub is None or self._shape.is_free(inside):
            return inside
        return _attribute(inside, sub)

    def _place_at(self, where: Id) -> Place:
        client, clock = where
        if clock < self._shape.clocks.get(client, 0):
            return self._shape.place_at(client, clock)
        runs = self._runs[client]
        low = bisect_right(runs, clock, key=lambda run: run[0])
        return runs[low - 1][2]


def _inside(place: Place, name: str | None) -> Place:
    """The inside of a new element (or text, for None) at `place`."""
    if place.is_text or place.sub is not None:
        raise Refused("an element inside a text or an attribute")
    if place.name and not grammar.may_hold(place.name, name or "text"):
        raise Refused(f"{name or 'text'!r} inside {place.name!r}")
    if name is None:
        return Place(place.name, place.depth, is_text=True, within=place)
    if place.depth >= grammar.MAX_DEPTH:
        raise Refused("elements nested too deep")
    return Place(name, place.depth + 1, within=place)


def _attribute(inside: Place, sub: str) -> Place:
    if inside.is_text or sub not in grammar.NODES[inside.name].attrs:
        raise Refused(f"unknown attribute {sub!r} of {inside.name!r}")
    found = inside.attributes.get(sub)
    if found is None:
        found = inside.attributes[sub] = Place(inside.name, inside.depth, sub=sub)
    return found


def _check(place: Place, kind: int, value: object) -> None:
    """Whether content of this kind may stand at `place`."""
    if place.sub is not None:
        if kind != ANY or not isinstance(value, list):
            raise Refused("an attribute that is no value")
        _check_attribute(place.sub, value)  # pyright: ignore[reportUnknownArgumentType]
    elif not place.is_text or kind == ANY:
        raise Refused("text or values where elements stand")
    elif kind == FORMAT and not grammar.NODES[place.name].marks and _is_set(value):
        raise Refused(f"a mark inside {place.name!r}")


def _is_set(value: object) -> bool:
    return isinstance(value, tuple) and value[1] is not None
