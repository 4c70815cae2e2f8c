"""Fitting: one update is tried against the shape of a document, which it changes only as a whole.

An honest editor puts something between two neighbours that stand next to each other in what it
sees. Structs that say otherwise can be written, and Yjs then puts them in one place or in
another, depending on what has come before. So what a struct says is held against the order of
its siblings. By the origins of Yjs (its `Item.integrate`): a struct with left origin L and right
origin R is sound if L stands before R, and what R was put behind is L or stands before L. All
orders of arrival then lead to the same text, which the tests look for in vain to disprove.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from app.sync import grammar
from app.sync.pairs import Pairs
from app.sync.places import NOWHERE, Place, attribute_of, check, inside_of
from app.sync.runs import Run
from app.sync.siblings import Siblings
from app.sync.structs import DELETED, GC, STRING, TYPE, Id, Refused, Scan, Section, Struct

if TYPE_CHECKING:
    from app.sync.shape import Shape

_Fitted = tuple[int, int, Place, int, Id | None, Id | None]
"""(first clock, clock after the last, place, kind, left neighbour, right neighbour)."""

_OPEN: Final = frozenset({GC, DELETED, TYPE})
"""Kinds of content in which something may stand, or may have stood."""


class Trial:
    """One update being fitted in; the shape is only changed by `keep`."""

    __slots__ = (
        "_ends",
        "_is_strict",
        "_new",
        "_pairs",
        "_runs",
        "_sections",
        "_shape",
        "_touched",
    )

    def __init__(self, shape: Shape, scan: Scan, *, is_strict: bool) -> None:
        self._shape = shape
        self._sections = scan.sections
        self._is_strict = is_strict
        self._ends: dict[int, int] = {}
        self._runs: dict[int, list[_Fitted]] = {}
        self._new: dict[Id, Place] = {}
        self._touched: list[Siblings] = []
        self._pairs = Pairs()

    def clock(self, client: int) -> int:
        """The first clock of a client id that is not there yet."""
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
            for start, end, place, kind, left, right in runs:
                shape.extend(client, start, end, place, kind, left, right)
                if kind == DELETED:
                    shape.add_husk(client, start, end)
                elif place is NOWHERE and kind not in _OPEN:
                    shape.add_leaf(client, start, end)
        for siblings in self._touched:
            siblings.keep()
        if self._pairs.seconds:
            shape.pairs.join(self._pairs)

    def check_deletion(self, client: int, clock: int, length: int) -> None:
        """Refuse the deletion of one half of a character."""
        if self._shape.pairs.seconds or self._pairs.seconds:
            known = self._shape.deleted.get(client)
            for at in (clock, clock + length):
                if known is None or not (known.covers(at - 1, at) or known.covers(at, at + 1)):
                    self._check_whole((client, at))

    def _check_whole(self, where: Id) -> None:
        """Refuse to cut a character in two; what was stored is cut already."""
        for pairs in (self._shape.pairs, self._pairs):
            if pairs.begins_amid(where):
                if self._is_strict:
                    raise Refused("half of a character")
                pairs.cut(where)

    def withdraw(self) -> None:
        """The update does not fit: whatever it left behind is undone."""
        for siblings in self._touched:
            siblings.withdraw()

    def run_at(self, client: int, clock: int) -> Run:
        """The run of an id that is there."""
        if clock < self._shape.clocks.get(client, 0):
            return self._shape.run_at(client, clock)
        start, end, place, _, left, right = self._fitted(client, clock)
        return start, end, place, left, right

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
        clock, length, kind, left, right, parent, sub, value = struct
        if clock < start:
            # The first part is known already: what is left stands right behind it.
            left = (client, start - 1)
        place = self._shape.goes_on(client, start, left, right) if kind != GC else NOWHERE
        if place is None:
            place = self._place(left, right, parent, sub)
            if right is not None and self._is_strict and place is not NOWHERE:
                self._check_between(client, place, left, right)
        if kind == STRING and len(value) != length:
            self._pairs.add(client, clock, value, start)
        if self._shape.pairs.seconds or self._pairs.seconds:
            if left is not None:
                self._check_whole((left[0], left[1] + 1))
            if right is not None:
                self._check_whole(right)
        if kind == TYPE and not self._shape.is_free(place):
            self._new[client, clock] = inside_of(place, value, client)
        elif kind == TYPE:
            self._new[client, clock] = Place(
                value or "", place.depth + 1, is_text=value is None, within=place, maker=client
            )
            if place.depth >= grammar.MAX_DEPTH:
                raise Refused("elements nested too deep")
        elif kind not in (DELETED, GC) and not self._shape.is_free(place):
            check(place, kind, value)
        runs = self._runs.setdefault(client, [])
        runs.append((start, end, place, kind, left, right))

    def _place(
        self, origin: Id | None, right: Id | None, parent: Id | str | None, sub: str | None
    ) -> Place:
        if origin is not None:
            place = self._place_at(origin)
            other = place if right is None else self._place_at(right)
            if other is not place:
                if other is not NOWHERE and place is not NOWHERE:
                    raise Refused("between neighbours in two places")
                # One of them was collected, so the element around both is deleted. Else Yjs would
                # take it for collected, and yrs put it beside the one that is there.
                known = place if other is NOWHERE else other
                if self._is_strict and not known.is_lost:
                    raise Refused("between a neighbour and a collected one")
                return NOWHERE
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
            if self._shape.is_husk(parent) or (
                self._place_at(parent) is NOWHERE and not self._is_leaf(parent)
            ):
                return NOWHERE
            raise Refused("a parent that is no element")
        if sub is None or self._shape.is_free(inside):
            return inside
        return attribute_of(inside, sub)

    def _place_at(self, where: Id) -> Place:
        client, clock = where
        if clock < self._shape.clocks.get(client, 0):
            return self._shape.place_at(client, clock)
        return self._fitted(client, clock)[2]

    def _is_leaf(self, where: Id) -> bool:
        """Whether an id that stands nowhere can have nothing inside: a letter, a mark, a value."""
        if where[1] < self._shape.clocks.get(where[0], 0):
            return self._shape.is_leaf(where)
        return self._fitted(*where)[3] not in _OPEN

    def _fitted(self, client: int, clock: int) -> _Fitted:
        runs = self._runs[client]
        return runs[bisect_right(runs, clock, key=lambda run: run[0]) - 1]

    def left_of(self, where: Id) -> Id | None:
        """What an id that is there was put behind."""
        client, clock = where
        if clock < self._shape.clocks.get(client, 0):
            return self._shape.left_of(where)
        start, _, _, _, left, _ = self._fitted(client, clock)
        return (client, clock - 1) if clock > start else left

    def _right_of(self, where: Id) -> Id | None:
        client, clock = where
        if clock < self._shape.clocks.get(client, 0):
            return self._shape.right_of(where)
        return self._fitted(client, clock)[5]

    # ---- the order of siblings

    def _check_between(self, client: int, place: Place, left: Id | None, right: Id) -> None:
        """Refuse neighbours between which nobody can put anything."""
        if place.sub is not None:
            raise Refused("a value of an attribute before another one")
        if self._shape.is_free(place) or self.left_of(right) == left:
            return
        if left is not None and self._right_of(left) == right:
            return
        siblings = self._siblings(place)
        if siblings.is_loose or siblings.is_sound(self, left, right):
            return
        # Undoing brings a deleted element back as a new one. What was in the old one is put into
        # that bit by bit, next to copies of its neighbours, whatever order those have by now; all
        # of it is written under the client id that made the new element.
        if place.maker == client == right[0] and (left is None or left[0] == client):
            return
        raise Refused("between neighbours that were never next to each other")

    def _siblings(self, place: Place) -> Siblings:
        siblings = place.siblings
        if siblings is None:
            siblings = place.siblings = Siblings(place)
        if siblings not in self._touched:
            self._touched.append(siblings)
            # What the document has stays put in, whatever becomes of this update.
            siblings.catch_up(self, self._shape.clocks)
            siblings.keep()
        siblings.catch_up(self, self._ends)
        return siblings
