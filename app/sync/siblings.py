"""Siblings: the order in which what was ever put into one place stands there, deleted or not.

It is worked out from the ids alone, as Yjs does it (`Item.integrate`), and only for a place of
which somebody asks something that its neighbours do not tell. Labels that grow from left to right
answer which of two comes first (Bender and others, "Two simplified algorithms for maintaining
order in a list", 2002).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final, Protocol

from app.sync.places import Place
from app.sync.runs import Run
from app.sync.structs import Id

_BITS: Final = 62
_TOP: Final = 1 << _BITS
_STEP: Final = 1 << 32
_FULL: Final = 1.3
"""A range of 2^n labels is full when it has half of this to the power of n."""


class Book(Protocol):
    """What is known of ids."""

    def run_at(self, client: int, clock: int) -> Run:
        """The run that an id is in."""
        ...

    def left_of(self, where: Id) -> Id | None:
        """What an id was put behind."""
        ...


class _Node:
    """Ids in a row, from `clock` up to `end`."""

    __slots__ = (
        "client",
        "clock",
        "end",
        "label",
        "left",
        "next",
        "prev",
        "right",
        "round",
        "stage",
    )

    def __init__(
        self, client: int, clock: int, end: int, left: Id | None, right: Id | None
    ) -> None:
        self.client = client
        self.clock = clock
        self.end = end
        self.left = left
        self.right = right
        self.prev: _Node | None = None
        self.next: _Node | None = None
        self.label = 0
        # When it was last passed by, see `_insert`.
        self.round = self.stage = 0


class Siblings:
    """The order in one place."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._first: _Node | None = None
        # For each client: where its nodes begin, and the nodes.
        self._clocks: dict[int, list[int]] = {}
        self._nodes: dict[int, list[_Node]] = {}
        self._done: dict[int, int] = {}
        self._kept: dict[int, int] = {}
        """What of `done` is in the document, and not only tried."""
        self._tried: list[_Node] = []
        self._stage = 0
        self.is_loose = False
        """Whether something stands here that is not sound: then the order may be another one
        elsewhere, and nothing can be held against it."""
        self._was_loose = False

    def precedes(self, one: Id, other: Id) -> bool:
        """Whether an id stands before another one."""
        first, second = self._holding(one), self._holding(other)
        return one[1] < other[1] if first is second else first.label < second.label

    def is_sound(self, book: Book, left: Id | None, right: Id) -> bool:
        """Whether somebody can have seen two neighbours next to each other."""
        before = book.left_of(right)
        if before == left:
            return True
        if left is None or not self.precedes(left, right):
            return False
        return before is None or self.precedes(before, left)

    def catch_up(self, book: Book, ends: Mapping[int, int]) -> None:
        """Put in whatever is new up to these clocks."""
        done = self._done
        if self.is_loose or ends == done:
            return
        for client, end in ends.items():
            # The last one is worked on, the others wait for it.
            waiting = [(client, end)] if done.get(client, 0) < end else []
            while waiting:
                who, goal = waiting[-1]
                at = done.get(who, 0)
                if at >= goal:
                    waiting.pop()
                    continue
                start, until, place, left, right = book.run_at(who, at)
                if place is self._place:
                    if at > start:
                        left = (who, at - 1)
                    for needed in (left, right):
                        if needed is not None and done.get(needed[0], 0) <= needed[1]:
                            waiting.append((needed[0], needed[1] + 1))
                            break
                    else:
                        if right is not None and not self.is_sound(book, left, right):
                            self.is_loose = True
                            return
                        self._insert(_Node(who, at, until, left, right))
                        done[who] = until
                else:
                    done[who] = until

    def keep(self) -> None:
        """What was put in is in the document now."""
        self._tried.clear()
        self._kept = dict(self._done)
        self._was_loose = self.is_loose
        if self.is_loose:
            # It stays so.
            self._first = None
            self._clocks, self._nodes, self._done, self._kept = {}, {}, {}, {}

    def withdraw(self) -> None:
        """Take out again what was put in since the last `keep`."""
        for node in reversed(self._tried):
            if node.prev is None:
                self._first = node.next
            else:
                node.prev.next = node.next
            if node.next is not None:
                node.next.prev = node.prev
            at = bisect_right(self._clocks[node.client], node.clock) - 1
            del self._clocks[node.client][at], self._nodes[node.client][at]
        self._tried.clear()
        self._done = dict(self._kept)
        self.is_loose = self._was_loose

    def _holding(self, where: Id) -> _Node:
        client, clock = where
        return self._nodes[client][bisect_right(self._clocks[client], clock) - 1]

    def _beginning(self, where: Id) -> _Node:
        """The node that begins with an id; the one that it is in is split if need be."""
        client, clock = where
        node = self._holding(where)
        if node.clock == clock:
            return node
        rest = _Node(client, clock, node.end, (client, clock - 1), node.right)
        node.end = clock
        self._link(rest, node)
        return rest

    def _insert(self, node: _Node) -> None:
        """Find the place between two neighbours, as Yjs does it."""
        before: _Node | None = None
        left, right, client = node.left, node.right, node.client
        if left is not None:
            before = self._holding(left)
            if before.end > left[1] + 1:
                self._beginning((left[0], left[1] + 1))
        stop = None if right is None else self._beginning(right)
        self._stage += 1
        this_round = self._stage
        other = self._first if before is None else before.next
        while other is not None and other is not stop:
            # In the words of Yjs: the items before the origin are those of this round, the
            # conflicting ones among them those of this stage.
            other.round, other.stage = this_round, self._stage
            if other.left == left:
                if other.client < client:
                    before = other
                    self._stage += 1
                elif other.right == right:
                    break
            elif other.left is not None and (it := self._holding(other.left)).round == this_round:
                if it.stage != self._stage:
                    before = other
                    self._stage += 1
            else:
                break
            other = other.next
        self._link(node, before)

    def _link(self, node: _Node, before: _Node | None) -> None:
        """Put a node behind another one."""
        after = self._first if before is None else before.next
        node.prev, node.next = before, after
        if before is None:
            self._first = node
        else:
            before.next = node
        if after is not None:
            after.prev = node
        clocks = self._clocks.setdefault(node.client, [])
        at = bisect_right(clocks, node.clock)
        clocks.insert(at, node.clock)
        self._nodes.setdefault(node.client, []).insert(at, node)
        if node.clock >= self._kept.get(node.client, 0):
            self._tried.append(node)
        self._label(node)

    def _label(self, node: _Node) -> None:
        before, after = node.prev, node.next
        if before is None and after is None:
            node.label = _TOP >> 1
            return
        if _room(before, after) < 2:
            _make_room(node)
        low = 0 if before is None else before.label
        high = low + _room(before, after)
        if after is None:
            node.label = low + min(_STEP, (high - low) >> 1)
        elif before is None:
            node.label = high - min(_STEP, (high - low) >> 1)
        else:
            node.label = (low + high) >> 1


def _room(before: _Node | None, after: _Node | None) -> int:
    """How far two neighbouring labels are apart."""
    return (_TOP if after is None else after.label) - (0 if before is None else before.label)


def _make_room(new: _Node) -> None:
    """Spread the labels around a node that has none yet, in the smallest range that has room."""
    anchor = new.prev or new.next
    assert anchor is not None  # noqa: S101 - the only one has all the room there is
    label = anchor.label
    first = last = anchor
    bits, count = 1, 1
    while bits < _BITS:
        bits += 1
        low = label >> bits << bits
        high = low + (1 << bits)
        while (prev := first.prev) is not None and (prev is new or prev.label >= low):
            first = prev
            count += prev is not new
        while (after := last.next) is not None and (after is new or after.label < high):
            last = after
            count += after is not new
        if 2 * (count + 1) < _FULL**bits:
            break
    step = (1 << bits) // (count + 1)
    at = label >> bits << bits
    node: _Node | None = first
    while node is not None:
        if node is not new:
            at += step
            node.label = at
        if node is last:
            break
        node = node.next
