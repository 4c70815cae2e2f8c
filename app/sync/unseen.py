"""Unseen words: what somebody wrote into an element that somebody else deleted without having seen it.

Who deletes an element names in the update everything of it that they see. Letters inside that
nobody named were on their way: they are gone from the text, and belong to the one who wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.sync.places import NOWHERE, Place
from app.sync.ranges import Ranges
from app.sync.shape import Shape
from app.sync.structs import STRING, Scan

WORTH_KEEPING: Final = 2
"""Shorter pieces are a key that was pressed at the same moment."""

Words = tuple[int, str]
"""A client id, and what was written under it into one text, in the order in which it was typed;
what was typed elsewhere in it begins a new line."""

Letters = list[tuple[Place, int, int, int]]
"""(text, client, first clock, clock after the last)."""

_NOTHING: Final = Ranges()


def find(shape: Shape, update: Scan, before: Mapping[int, int]) -> Letters:
    """The letters that an update, just admitted to `shape`, brings or takes away unseen.
    `before` says where its clients' clocks stood."""
    found: Letters = []
    for section in update.sections:
        known = before.get(section.client, 0)
        for clock, length, kind, *_ in section.structs:
            if kind != STRING or clock + length <= known:
                continue
            place = shape.place_at(section.client, max(clock, known))
            if place.is_lost or place is NOWHERE:
                _unnamed(shape, place, section.client, max(clock, known), clock + length, found)
    taken = set(shape.taken)
    for place in shape.taken:
        # What is inside of another one that is gone is looked at from there, now or long ago.
        if place.within is None or not place.within.is_lost:
            _inside(shape, place, taken, before, found)
    return found


def _inside(
    shape: Shape, place: Place, taken: set[Place], before: Mapping[int, int], found: Letters
) -> None:
    waiting = [place]
    while waiting:
        place = waiting.pop()
        waiting += [one for one in place.inner or () if not one.is_gone or one in taken]
        for client, letters in (place.letters or {}).items():
            for start, end in letters.pairs():
                # What is new in this update was looked at with its structs.
                until = min(end, before.get(client, end))
                if start < until:
                    _unnamed(shape, place, client, start, until, found)


def _unnamed(shape: Shape, place: Place, client: int, start: int, end: int, found: Letters) -> None:
    named = shape.deleted.get(client, _NOTHING)
    found += [(place, client, first, last) for first, last in named.lacks(start, end)]


def read(letters: Letters, since_then: Callable[[Mapping[int, int]], Scan]) -> list[Words]:
    """The words that these letters make, of each client and text; those worth keeping.
    `since_then` gives what clients have written from certain clocks on."""
    since: dict[int, int] = {}
    for _, client, start, _ in letters:
        since[client] = min(start, since.get(client, start))
    structs = {section.client: section.structs for section in since_then(since).sections}
    words: dict[tuple[int, int], str] = {}
    for place, client, start, end in sorted(letters, key=lambda one: one[2]):
        for clock, length, kind, origin, *_, value in structs.get(client, ()):
            if kind == STRING and clock < end and clock + length > start:
                units = str(value).encode("utf-16-le")
                first, last = max(start - clock, 0), min(end - clock, length)
                piece = units[2 * first : 2 * last].decode("utf-16-le", "replace")
                so_far = words.get((client, id(place)), "")
                goes_on = first or origin == (client, clock - 1)
                words[client, id(place)] = so_far + ("" if goes_on or not so_far else "\n") + piece
    return [
        (client, text) for (client, _), text in words.items() if len(text.strip()) >= WORTH_KEEPING
    ]
