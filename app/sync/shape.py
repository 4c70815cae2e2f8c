"""The shape of a document: enough of it to tell whether an update fits, before it is applied.

An update says of most structs only what they stand next to. The shape knows, for every id, the
element, text or attribute it is in, so that a heading's level, the nesting across updates and
what may stand in what are checked for each struct, and an update with a gap is turned away.
Nothing is changed unless the whole update fits.
"""

from __future__ import annotations

from bisect import bisect_left, insort

from app.sync import grammar
from app.sync.fitting import Trial
from app.sync.pairs import Pairs
from app.sync.places import NOWHERE, Place, check
from app.sync.ranges import Ranges
from app.sync.runs import Run, Runs
from app.sync.structs import STRING, Id, Refused, Scan, Section


class Shape:
    """The known ids of one document. `free` roots, which only tests have, may hold anything."""

    def __init__(self, free: frozenset[str] = frozenset()) -> None:
        self.clocks: dict[int, int] = {}
        self.deleted: dict[int, Ranges] = {}
        self.pairs = Pairs()
        self._roots = {grammar.ROOT: Place("doc", 0)} | {name: Place("", 0) for name in free}
        self._free = frozenset(self._roots[name] for name in free) | {NOWHERE}
        self._elements: dict[Id, Place] = {}
        self._runs: dict[int, Runs] = {}
        self._husks: dict[int, Ranges] = {}
        self._leaves: dict[int, Ranges] = {}
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

    def admit(self, scan: Scan, *, is_strict: bool = False) -> bool:
        """Take an update in if it fits; whether it brought anything new. Strictly also the order
        among siblings is looked at: of what was stored once nothing must be turned away.

        Raises:
            Refused: code "resync" when something before it is missing, else "invalid".
        """
        sections = scan.sections
        if (
            not scan.deletes
            and len(sections) == 1
            and self._admit_letters(sections[0], is_strict=is_strict)
        ):
            return True
        if not self.is_new(scan):
            return False
        trial = Trial(self, scan, is_strict=is_strict)
        try:
            trial.run()
            for client, clock, length in scan.deletes:
                if clock + length > trial.clock(client):
                    raise Refused("deletes what is not there", "resync")
                trial.check_deletion(client, clock, length)
        except Refused:
            trial.withdraw()
            raise
        trial.keep()
        self.taken = []
        for client, clock, length in scan.deletes:
            self.deleted.setdefault(client, Ranges()).add(clock, clock + length)
            if types := self._types.get(client):
                for at in types[bisect_left(types, clock) : bisect_left(types, clock + length)]:
                    self._take_away(self._elements[client, at])
        return True

    def _admit_letters(self, section: Section, *, is_strict: bool) -> bool:
        """Take letters in that stand between known ones next to each other and follow on what their
        client wrote, as what is typed does. False when it is anything else, which takes the long
        way."""
        client, clocks = section.client, self.clocks
        clock, length, kind, left, right, _, _, value = section.structs[0]
        if (
            kind != STRING
            or len(section.structs) != 1
            or clocks.get(client) != clock
            or len(value) != length
            or self.pairs.seconds
        ):
            return False
        place: Place | None = None
        for neighbour in (left, right):
            if neighbour is not None:
                if neighbour[1] >= clocks.get(neighbour[0], 0):
                    return False
                found = self.place_at(*neighbour)
                if place is not None and place is not found:
                    return False
                place = found
        if place is None or place is NOWHERE:
            return False
        if place not in self._free:
            if (
                is_strict
                and right is not None
                and self.left_of(right) != left
                and (left is None or self.right_of(left) != right)
                and self.goes_on(client, clock, left, right) is None
            ):
                return False
            check(place, STRING, value)
        self.extend(client, clock, section.end, place, STRING, left, right)
        self.taken = []
        return True

    def _take_away(self, place: Place) -> None:
        if not place.is_gone:
            place.is_gone = self.any_gone = True
            self.taken.append(place)

    def place_at(self, client: int, clock: int) -> Place:
        """The place of a known id."""
        return self._runs[client].place(clock)

    def is_leaf(self, where: Id) -> bool:
        """Whether the id stands nowhere and is of content that nothing can be in."""
        known = self._leaves.get(where[0])
        return known is not None and known.covers(where[1], where[1] + 1)

    def goes_on(self, client: int, start: int, left: Id | None, right: Id | None) -> Place | None:
        """The place of ids with which the last run of a client goes on; None when they do not."""
        runs = self._runs.get(client)
        return None if runs is None else runs.goes_on(start, left, right)

    def run_at(self, client: int, clock: int) -> Run:
        """The run of a known id."""
        return self._runs[client].run(clock)

    def left_of(self, where: Id) -> Id | None:
        """What a known id was put behind."""
        return self._runs[where[0]].left(where[1])

    def right_of(self, where: Id) -> Id | None:
        """What a known id was put before."""
        return self._runs[where[0]].right(where[1])

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

    def extend(
        self,
        client: int,
        start: int,
        end: int,
        place: Place,
        kind: int,
        left: Id | None,
        right: Id | None,
    ) -> None:
        """Append a struct that was put between two neighbours."""
        runs = self._runs.get(client)
        if runs is None:
            runs = self._runs[client] = Runs(client)
        runs.add(start, end, place, left, right)
        self.clocks[client] = end
        if kind == STRING and place is not NOWHERE:
            if place.letters is None:
                place.letters = {}
            place.letters.setdefault(client, Ranges()).add(start, end)

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

    def add_leaf(self, client: int, start: int, end: int) -> None:
        """Remember content that stands nowhere and that nothing can be in."""
        self._leaves.setdefault(client, Ranges()).add(start, end)
