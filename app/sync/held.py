"""A document held by the engine: the Yjs document and its shape, always in step.

Runs in the engine's process only; here and in the manuscript's reader and writer is all of pycrdt.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pycrdt import Doc, XmlFragment

from app.manuscript import measure, reader, tree, writer
from app.sync import grammar, protocol, replaying, unseen
from app.sync.failures import Broken, LateUnfit, Unfit, broken
from app.sync.ranges import Ranges
from app.sync.scan import scan
from app.sync.shape import Shape
from app.sync.structs import CLIENT, STORED, Limits, Refused, Scan

log = logging.getLogger(__name__)

APPLIED = 0
SAME = 1

Marker = Callable[[int], None]


class Held:
    """One document in memory. `free` are root names that only tests have."""

    def __init__(self, free: frozenset[str] = frozenset()) -> None:
        self._free = free
        self._limits = Limits(roots=CLIENT.roots | free)
        # Deleted words stay: they can be found and given back (DESIGN §4.3).
        self.doc: Doc[Any] = Doc(skip_gc=True)
        self.fragment = self.doc.get(grammar.ROOT, type=XmlFragment)
        self._shape: Shape | None = Shape(free)
        self.unseen: list[unseen.Words] = []
        """The words that the last applied update brought or took away unseen."""

    @property
    def shape(self) -> Shape:
        """What the document knows of its ids; after `open` it is made of the whole state when it
        is first needed, which is for writing and never for reading.

        Raises:
            LateUnfit: the state does not fit.
        """
        if self._shape is None:
            try:
                self._shape = replaying.shape_of(self.doc, self._free)
            except Refused as error:
                raise LateUnfit(f"the whole state: {error.reason}") from None
        return self._shape

    @property
    def is_proved(self) -> bool:
        """Whether the state is known to fit."""
        return self._shape is not None

    def prove(self) -> None:
        """See that the state fits, if that is not known yet; raises what `shape` does."""
        _ = self.shape

    def clocks(self) -> dict[int, int]:
        """The state vector."""
        return protocol.read_vector(self.doc.get_state())

    def open(
        self, stored: Sequence[bytes], mark: Marker, skip: frozenset[int], *, has_snapshot: bool
    ) -> None:
        """Apply stored updates to a new document as `load` does, trusting each to be what was
        judged or proved before it was stored. `has_snapshot` says that the first is a snapshot:
        the state vector it must have is held against it by whoever asked.

        Raises:
            Unfit: something is left pending.
            Broken: pycrdt failed.
        """
        self._shape = None
        try:
            replaying.replay(self.doc, stored, mark, skip)
            replaying.check_whole(self.doc, stored, skip, since=int(has_snapshot))
        except Refused as error:
            raise Unfit(error.reason) from None
        except BaseException as error:  # noqa: BLE001 - a panic is one
            raise broken(error) from None

    def load(self, stored: Sequence[bytes], mark: Marker, skip: frozenset[int]) -> None:
        """Apply stored updates in order and one by one, leaving out the indexes in `skip`.

        Raises:
            Unfit: one does not fit what is before it, or something is left pending.
        """
        limits = replace(STORED, roots=self._limits.roots)
        for index, data in enumerate(stored):
            if index in skip:
                continue
            mark(index)
            try:
                self.shape.admit(scan(data, limits))
            except Refused as error:
                raise Unfit(f"row {index}: {error.reason}") from None
            self._integrate(data)
        if self.clocks() != self.shape.clocks:
            raise Unfit("the state is not what the log says")

    def apply(self, data: bytes, *, write: bool) -> int:
        """Take in a client's update if it fits: APPLIED, or SAME when it holds nothing new.

        Raises:
            Refused: it does not fit, or it is new and `write` is False.
            Broken: pycrdt failed.
        """
        self.unseen = []
        found = scan(data, self._limits)
        shape = self.shape
        if not write:
            if shape.is_new(found):
                raise Refused("may not write", "read_only")
            return SAME
        # Without a deletion nothing is lost that was not lost before.
        before = (
            {one.client: shape.clocks.get(one.client, 0) for one in found.sections}
            if shape.any_gone or found.deletes
            else {}
        )
        if not shape.admit(found, is_strict=True):
            return SAME
        self._integrate(data)
        if shape.any_gone:
            self.unseen = self._unseen(found, before)
        return APPLIED

    def learn(self, data: bytes) -> None:
        """Take in a row of the log.

        Raises:
            Unfit: it does not fit. Broken: pycrdt failed.
        """
        try:
            self.shape.admit(scan(data, replace(STORED, roots=self._limits.roots)))
        except Refused as error:
            raise Unfit(f"a row from elsewhere: {error.reason}") from None
        self._integrate(data)

    def diff(self, vector: bytes) -> bytes:
        """What a client with this state vector lacks, and all deletions."""
        return self.doc.get_update(vector)

    def tree(self) -> tree.Node:
        """The words as a tree."""
        return reader.read(self.fragment)

    def words(self) -> int:
        """How many words there are."""
        return measure.words(self.tree())

    def append(self, nodes: Sequence[tree.Node]) -> bytes:
        """Add blocks at the end; the update that says so."""
        prove(nodes)
        return self._edit(lambda: writer.append(self.fragment, nodes))

    def cut(self, start: int) -> tuple[bytes, list[tree.Node]]:
        """Take out the top-level blocks from index `start` on; the update, and the blocks."""
        blocks = [child for child in self.tree().content if isinstance(child, tree.Node)]
        if not 0 <= start <= len(blocks):
            raise Refused("no such block", "bad_index")
        if start == len(blocks):
            return b"\x00\x00", []

        def take() -> None:
            del self.fragment.children[start : len(blocks)]

        return self._edit(take), blocks[start:]

    def fill(self, nodes: Sequence[tree.Node]) -> bytes:
        """Put blocks into a document that has no words yet; the update.

        Raises:
            Refused: code "not_empty".
        """
        now = self.tree().content
        if any(isinstance(child, tree.Node) and child.content for child in now) or len(now) > 1:
            raise Refused("there are words already", "not_empty")
        prove(nodes)

        def refill() -> None:
            if now:
                del self.fragment.children[0 : len(now)]
            writer.append(self.fragment, nodes)

        return self._edit(refill)

    def snapshot(self) -> tuple[bytes, bytes]:
        """The whole state and its state vector, proved to give the same document when loaded.

        Raises:
            Unfit: it would not; an edit that split an emoji does that.
        """
        self.prove()
        state = self.doc.get_update()
        copy = Held(self._free)
        copy.load([state], lambda _: None, frozenset())
        if copy.shape.clocks != self.shape.clocks:
            raise Unfit("the state vector changes")
        try:
            again = scan(copy.doc.get_update(), STORED)
        except Refused as error:
            raise Unfit(f"encoded again: {error.reason}") from None
        if _deleted(again) != _deleted(scan(state, STORED)):
            raise Unfit("the deletions change")
        if copy.tree() != self.tree():
            raise Unfit("the words change")
        return state, self.doc.get_state()

    def _unseen(self, found: Scan, before: dict[int, int]) -> list[unseen.Words]:
        try:
            letters = unseen.find(self.shape, found, before)
            return unseen.read(letters, self._since) if letters else []
        except Refused as error:
            # Letters that were cut in half, or worse: the document cannot be read by parts any more.
            log.warning("Unseen words could not be read: %s", error.reason)
            return []
        except Exception:
            # The update itself is in: what is made of it besides must not undo that.
            log.exception("Unseen words could not be found.")
            return []

    def _since(self, clocks: Mapping[int, int]) -> Scan:
        """What was written from certain clocks on; of other clients nothing."""
        vector = protocol.vector({**self.shape.clocks, **clocks})
        return scan(self.doc.get_update(vector), replace(STORED, roots=self._limits.roots))

    def _edit(self, change: Callable[[], None]) -> bytes:
        """Run a change of our own in one transaction; its update, which must fit like any other."""
        self.prove()
        updates: list[bytes] = []
        subscription = self.doc.observe(lambda event: updates.append(event.update))
        try:
            with self.doc.transaction():
                change()
        except BaseException as error:  # noqa: BLE001 - a panic is one
            raise broken(error) from None
        finally:
            self.doc.unobserve(subscription)
        if not updates:
            return b"\x00\x00"
        try:
            self.shape.admit(scan(updates[0], STORED))
        except Refused as error:
            raise Broken(f"our own edit does not fit: {error.reason}") from None
        return updates[0]

    def _integrate(self, data: bytes) -> None:
        try:
            self.doc.apply_update(data)
        except BaseException as error:  # noqa: BLE001 - a panic is one
            # A failed apply may have been half done.
            raise broken(error) from None


def prove(nodes: Sequence[tree.Node]) -> bytes:
    """Refuse blocks that are not of our schema, before they touch a live document; the update
    that makes them in an empty one.

    Raises:
        Refused: code "invalid".
    """
    # Below 2^32, as browsers choose theirs; 1 is what empty documents begin with.
    client_id = random.getrandbits(31) + 2
    update = writer.update_for(tree.doc(*nodes), client_id)
    try:
        Held().load([update], lambda _: None, frozenset())
    except Unfit as error:
        raise Refused(str(error)) from None
    return update


def _deleted(found: Scan) -> dict[int, Ranges]:
    sets: dict[int, Ranges] = {}
    for client, clock, length in found.deletes:
        sets.setdefault(client, Ranges()).add(clock, clock + length)
    return sets
