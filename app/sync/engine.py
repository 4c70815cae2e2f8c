"""The engine: the child process that holds the Yjs documents of all open rooms.

pycrdt holds the GIL in every call and can be ended by bytes that look harmless, so it lives here,
away from the sockets. The engine answers one request after the other; before each update it
writes into shared memory which one it is, so that the server knows what ended it. It keeps
nothing: the log is the truth.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import mmap
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from app.manuscript import tree
from app.sync.failures import Broken, LateUnfit, Unfit, broken
from app.sync.held import Held, prove
from app.sync.pipe import MARK, Unpacker, pack
from app.sync.structs import Refused
from app.sync.unseen import Words

Failure = tuple[str, str]
Result = int | Failure | list[Words]
_READ: Final = 64 << 10
"""Bytes asked for at once. A mebibyte would be mapped, filled with nothing and unmapped each time."""

_LULL: Final = 0.25
"""Seconds without a request after which the engine looks after its documents."""


class Engine:
    """The documents and what can be asked about them."""

    def __init__(self, mark: Callable[[int, int], None], free: frozenset[str]) -> None:
        self._held: dict[str, Held] = {}
        self._mark = mark
        self._free = free
        self._doubted: set[str] = set()
        """Documents whose snapshot was found not to fit when it was in use already."""
        self.has_unproved = False
        """Whether `prove_one` may have something to do."""

    def answer(self, request: tuple[Any, ...]) -> tuple[int, bool, Any]:
        """Do what is asked: (number, whether it went well, the result or (code, reason))."""
        number, verb, document_id, *rest = request
        self._mark(number, 0)
        try:
            result = getattr(self, f"do_{verb}")(number, document_id, *rest)
        except Refused as error:
            return number, False, (error.code, error.reason)
        except LateUnfit:
            # The next load looks at the snapshot with care, and says why it is not used.
            self._held.pop(document_id, None)
            self._doubted.add(document_id)
            return number, False, ("not_open", document_id)
        except Unfit as error:
            self._held.pop(document_id, None)
            return number, False, ("unfit", str(error))
        except Broken as error:
            self._held.pop(document_id, None)
            return number, False, ("broken", str(error))
        except KeyError:
            return number, False, ("not_open", document_id)
        except (ValueError, TypeError) as error:
            return number, False, ("invalid", f"{type(error).__name__}: {error}"[:300])
        except BaseException as error:  # noqa: BLE001 - a panic is one
            self._held.pop(document_id, None)
            return number, False, ("broken", str(broken(error)))
        return number, True, result

    def do_load(
        self,
        number: int,
        document_id: str,
        stored: list[bytes],
        skip: list[int],
        has_snapshot: bool = False,
        is_careful: bool = False,
    ) -> dict[int, int]:
        """Build a document from stored updates; its state vector. The first of them may be a
        snapshot. With care it is done one by one: slowly, and what is wrong can be named."""
        is_doubted = has_snapshot and document_id in self._doubted
        held = None
        if not is_careful and not is_doubted:
            held = self._open(number, stored, frozenset(skip), has_snapshot=has_snapshot)
        if held is None:
            held = Held(self._free)
            held.load(stored, lambda index: self._mark(number, index), frozenset(skip))
            if has_snapshot:
                self._doubted.discard(document_id)
        self._held[document_id] = held
        return held.clocks()

    def _open(
        self, number: int, stored: list[bytes], skip: frozenset[int], *, has_snapshot: bool
    ) -> Held | None:
        """The fast way; None when something is not as it should be."""
        held = Held(self._free)
        try:
            held.open(
                stored, lambda index: self._mark(number, index), skip, has_snapshot=has_snapshot
            )
            if not has_snapshot:
                # A snapshot was proved before it was kept; of the log this is the only proof.
                held.prove()
        except (Unfit, Broken):
            return None
        self.has_unproved |= has_snapshot
        return held

    def prove_one(self) -> bool:
        """In a quiet moment: see that a document fits that was opened without it, so that the
        first keystroke need not wait for that. Whether there was one."""
        document_id = next((key for key, held in self._held.items() if not held.is_proved), None)
        if document_id is None:
            self.has_unproved = False
            return False
        # It is left out until it is found good: whoever asks for it then has it loaded again.
        held = self._held.pop(document_id)
        try:
            held.prove()
        except LateUnfit:
            self._doubted.add(document_id)
        except BaseException as error:  # noqa: BLE001 - a panic is one
            if not isinstance(why := broken(error), Broken):
                raise why from None
        else:
            self._held[document_id] = held
        return True

    def do_apply(
        self, number: int, document_id: str, updates: list[tuple[bytes, bool]]
    ) -> list[Result]:
        """Apply updates in order: for each APPLIED, SAME or (code, reason); the unseen words as
        a list of (client id, words) for one that was applied and has some.

        When pycrdt fails the document is dropped; the list then ends with ("broken", reason).
        """
        held = self._held[document_id]
        results: list[Result] = []
        for index, (data, write) in enumerate(updates):
            self._mark(number, index)
            try:
                result = held.apply(data, write=write)
                results.append(held.unseen or result)
            except Refused as error:
                results.append((error.code, error.reason))
            except LateUnfit:
                raise
            except BaseException as error:  # noqa: BLE001 - a panic is one
                # Whatever it is, this update is the cause. An error about the whole question would
                # have all of them asked again, for ever.
                if not isinstance(why := broken(error), Broken):
                    raise why from None
                del self._held[document_id]
                results.append(("broken", str(why)))
                break
        return results

    def do_learn(self, number: int, document_id: str, rows: list[bytes]) -> None:
        """Take in rows of the log that another process has written, in order.

        Raises:
            Unfit: one does not fit; the document is dropped and has to be loaded anew.
        """
        held = self._held[document_id]
        for index, data in enumerate(rows):
            self._mark(number, index)
            held.learn(data)

    def do_diff(self, _number: int, document_id: str, vector: bytes) -> bytes:
        """What a client with this state vector lacks."""
        return self._held[document_id].diff(vector)

    def do_tree(self, _number: int, document_id: str) -> dict[str, Any]:
        """The words as ProseMirror JSON."""
        return tree.to_json(self._held[document_id].tree())

    def do_words(self, _number: int, document_id: str) -> int:
        """How many words there are."""
        return self._held[document_id].words()

    def do_append(self, _number: int, document_id: str, nodes: list[Any]) -> bytes:
        """Add blocks at the end; the update."""
        return self._held[document_id].append(_nodes(nodes))

    def do_fill(self, _number: int, document_id: str, nodes: list[Any]) -> bytes:
        """Put blocks into a document without words; the update."""
        return self._held[document_id].fill(_nodes(nodes))

    def do_cut(self, _number: int, document_id: str, start: int) -> tuple[bytes, list[Any]]:
        """Take out the blocks from `start` on; the update, and the blocks."""
        update, nodes = self._held[document_id].cut(start)
        return update, [tree.to_json(node) for node in nodes]

    def do_snapshot(self, _number: int, document_id: str) -> tuple[bytes, bytes]:
        """The whole state, proved to load again, and its state vector."""
        return self._held[document_id].snapshot()

    def do_whole(
        self, number: int, _document_id: str, stored: list[bytes], skip: list[int]
    ) -> tuple[bytes, bytes]:
        """The whole state that stored updates give; see `do_snapshot`."""
        [held] = self._past(number, stored, skip, [len(stored)])
        return held.snapshot()

    def do_past(
        self, number: int, _document_id: str, stored: list[bytes], skip: list[int], ends: list[int]
    ) -> list[dict[str, Any]]:
        """The words as ProseMirror JSON after the first `end` of the stored updates, for each of
        the ascending ends. What is open is not touched."""
        return [tree.to_json(held.tree()) for held in self._past(number, stored, skip, ends)]

    def do_past_words(
        self, number: int, _document_id: str, stored: list[bytes], skip: list[int], ends: list[int]
    ) -> list[int]:
        """How many words there were; see `do_past`."""
        return [held.words() for held in self._past(number, stored, skip, ends)]

    def _past(
        self, number: int, stored: list[bytes], skip: list[int], ends: list[int]
    ) -> Iterator[Held]:
        """A document of its own, built from end to end."""
        held = Held(self._free)
        for start, end in zip([0, *ends], ends, strict=False):
            left_out = frozenset(at - start for at in skip)
            held.load(
                stored[start:end], lambda at, start=start: self._mark(number, start + at), left_out
            )
            yield held

    def do_seed(self, _number: int, _document_id: str, nodes: list[Any]) -> bytes:
        """The update that makes blocks in an empty document."""
        return prove(_nodes(nodes))

    def do_drop(self, _number: int, document_id: str) -> None:
        """Forget a document and give its memory back to the system."""
        self._held.pop(document_id, None)
        gc.collect()
        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)


def _read(engine: Engine) -> bytes:
    """What comes next through the pipe; while nothing does, something useful is done."""
    while engine.has_unproved and not select.select([0], [], [], _LULL)[0]:
        engine.prove_one()
    return os.read(0, _READ)


def _nodes(values: Sequence[Any]) -> list[tree.Node]:
    return [tree.from_json(value) for value in values]


def main(mark_fd: int, free: frozenset[str] = frozenset()) -> None:
    """Answer what comes through standard input until it ends."""
    # Ctrl-C is for the server: it ends the engine by closing the pipe, when all is stored.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    shared = mmap.mmap(mark_fd, MARK.size)

    def mark(number: int, index: int) -> None:
        MARK.pack_into(shared, 0, number, index)

    engine = Engine(mark, free)
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    unpacker = Unpacker()
    while data := _read(engine):
        answers = [pack(engine.answer(request)) for request in unpacker.feed(data)]
        MARK.pack_into(shared, 0, 0, 0)
        waiting = memoryview(b"".join(answers))
        while waiting:
            waiting = waiting[os.write(1, waiting) :]


if __name__ == "__main__":
    main(int(sys.argv[1]), frozenset(sys.argv[2:]))
