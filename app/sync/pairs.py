"""Pairs: emoji and other characters that Yjs counts as two, of which neither half may be alone.

Yjs puts a replacement character for each half when something comes between them; yrs, which the
engine has, counts the rest of the text wrongly from there on. No editor does that on purpose, and
lib0's difference of two texts, which the bindings use, takes care of it. So it is refused.
"""

from __future__ import annotations

from app.sync.structs import Id

_WIDE = 0xFFFF


class Pairs:
    """The ids of second halves whose character is whole."""

    __slots__ = ("seconds",)

    def __init__(self) -> None:
        self.seconds: dict[int, set[int]] = {}
        """For each client id; empty when there are none."""

    def add(self, client: int, clock: int, text: str, since: int) -> None:
        """A text that begins at a clock has some; those before `since` are known."""
        seconds = self.seconds.setdefault(client, set())
        for letter in text:
            clock += 1
            if ord(letter) > _WIDE:
                if clock >= since:
                    seconds.add(clock)
                clock += 1

    def join(self, others: Pairs) -> None:
        """Take those of others as well."""
        for client, seconds in others.seconds.items():
            self.seconds.setdefault(client, set()).update(seconds)

    def begins_amid(self, where: Id) -> bool:
        """Whether what begins with an id begins in the middle of a character."""
        seconds = self.seconds.get(where[0])
        return seconds is not None and where[1] in seconds

    def cut(self, where: Id) -> None:
        """Something came between the halves long ago."""
        seconds = self.seconds.get(where[0])
        if seconds is not None:
            seconds.discard(where[1])
