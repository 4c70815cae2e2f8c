"""Hostile updates made of honest ones: the structure is read, bent in one place or several, and written
again by an encoder that writes whatever it is told. The same seed makes the same ones.

The format is described in Yjs' `src/utils/encoding.js`. What is written here are letters alone, so
that the digits of honest writers can be told apart in a text in which all have written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from app.sync.protocol import block, read_vector, text
from app.sync.scan import scan
from app.sync.structs import ANY, DELETED, FORMAT, GC, STORED, STRING, TYPE, Id, Refused
from tests.hostile.encoding import Section, Struct, Update, any_value, read, uint

LETTERS = "abcdefgXYZ"
ODD = ["é", "你", "😀", "👩‍👩‍👧", "\u202e", "\u0000", "\u200f", "a" * 300]
HONEST = frozenset("0123456789. ")
"""What honest writers write."""
HUGE = [0, 1, 2, 127, 128, 2**16, 2**31 - 1, 2**31, 2**32, 2**53 - 1, 2**53, 2**63]


class Mallory:
    """Edits a document and bends what comes of it. `honest` ids it does not delete by name."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self._kinds: list[Callable[[Update], None]] = [
            self._clock,
            self._client,
            self._hijack,
            self._says,
            self._repeat,
            self._drop,
            self._swap,
            self._lean,
            self._lean,
            self._cross,
            self._apart,
            self._apart,
            self._halve,
            self._parent,
            self._kind,
            self._letters,
            self._length,
            self._tower,
            self._value,
            self._delete,
            self._delete,
            self._collected,
        ]
        self._known: list[tuple[int, int]] = []
        self._halves: list[Id] = []
        """The second halves of emoji."""
        self._spared: frozenset[int] = frozenset()

    def words(self) -> str:
        """Some letters."""
        dice = self.dice
        odd = dice.choice(ODD) if dice.random() < 0.3 else ""
        return "".join(dice.choice(LETTERS) for _ in range(dice.randrange(1, 8))) + odd

    def honest_edit(self, state: bytes, own: int) -> bytes:
        """What an editor would make of the document, under a client id."""
        doc: Doc[Any] = Doc(client_id=own)
        content = doc.get("content", type=XmlFragment)
        doc.apply_update(state)
        before = doc.get_state()
        self._known = [*read_vector(before).items(), (own, 20)]
        self._halves = list(halves(doc.get_update()))
        dice = self.dice
        # All at once, or piece by piece.
        for _ in range(dice.choice([1, 1, 2, 5])):
            mine = [one for one in content.children if isinstance(one, XmlElement)]
            roll = dice.randrange(6)
            if roll == 0 or not mine:
                name = dice.choice(["paragraph", "heading", "blockquote", "bulletList"])
                self._element(content, name)
            elif roll == 5:
                at = dice.randrange(len(content.children) + 1)
                content.children.insert(at, XmlElement("horizontalRule"))
            else:
                self._touch(content, roll)
        return doc.get_update(before)

    def _element(self, around: Any, name: str) -> None:
        element = XmlElement(name)
        around.children.append(element)
        if name == "heading":
            element.attributes["level"] = self.dice.choice([1, 2, 6])
        inside = element
        for inner in {"blockquote": ["paragraph"], "bulletList": ["listItem", "paragraph"]}.get(
            name, []
        ):
            next_ = XmlElement(inner)
            inside.children.append(next_)
            inside = next_
        line = XmlText()
        inside.children.append(line)
        line.insert(0, self.words())

    def _touch(self, content: Any, roll: int) -> None:
        found = self.dice.choice(list(content.children))
        while isinstance(found, XmlElement) and len(found.children):
            found = found.children[0]
        if not isinstance(found, XmlText):
            return
        plain = "".join(part for part, _ in found.diff() if isinstance(part, str))
        if any(letter in HONEST for letter in plain):
            # Somebody else's line: something is put before it, nothing taken out.
            found.insert(0, self.words())
        elif roll == 1 and plain:
            del found[0 : len(plain[0].encode())]
        elif roll == 2 and plain:
            found.format(0, len(plain[0].encode()), {self.dice.choice(["bold", "italic"]): {}})
        else:
            found.insert(len(plain.encode()), self.words())

    def hostile(self, state: bytes, own: int, honest: Iterable[int]) -> bytes:
        """The next update."""
        spared = self._spared = frozenset(honest)
        while True:
            try:
                update = read(self.honest_edit(state, own))
            except Refused:
                continue  # what it was made in was bent before
            for _ in range(self.dice.choice([0, 1, 1, 1, 2, 3])):
                self.dice.choice(self._kinds)(update)
            update.deletes = [one for one in update.deletes if one[0] not in spared]
            data = self._bytes(update.bytes())
            if len(data) < 900_000 and _is_told_apart(data, spared):
                return data

    def _bytes(self, data: bytes) -> bytes:
        roll = self.dice.random()
        if roll > 0.15 or not data:
            return data
        at = self.dice.randrange(len(data))
        if roll < 0.03:
            return data[:at]
        if roll < 0.05:
            return data + data[at:]
        if roll < 0.07:
            return data[:at] + uint(self.dice.choice(HUGE)) + data[at + 1 :]
        return data[:at] + bytes([data[at] ^ 1 << self.dice.randrange(8)]) + data[at + 1 :]

    # ---- what is bent

    def _any(self, update: Update) -> tuple[Section, int] | None:
        sections = [one for one in update.sections if one.structs]
        if not sections:
            return None
        section = self.dice.choice(sections)
        return section, self.dice.randrange(len(section.structs))

    def _id(self) -> Id:
        client, end = self.dice.choice(self._known)
        clock = self.dice.randrange(max(end, 1))
        if self.dice.random() < 0.3:
            clock += self.dice.randrange(-2, 40)
        if self.dice.random() < 0.05:
            clock = self.dice.choice(HUGE)
        return client, max(clock, 0)

    def _clock(self, update: Update) -> None:
        if update.sections:
            section = self.dice.choice(update.sections)
            change = self.dice.choice([-5, -1, 1, 5, *HUGE])
            section.clock = max(section.clock + change, 0)

    def _client(self, update: Update) -> None:
        if update.sections:
            self.dice.choice(update.sections).client = self.dice.choice(
                [self._id()[0], *HUGE, self.dice.getrandbits(31)]
            )

    def _hijack(self, update: Update) -> None:
        """What somebody else would write next."""
        if update.sections:
            section = self.dice.choice(update.sections)
            theirs = [one for one in self._known if one[0] in self._spared]
            section.client, section.clock = self.dice.choice(theirs or self._known)
            # What they have written in the meantime is skipped; what is left is what they write next.
            section.structs.append(Struct(DELETED, 90, uint(90), parent="content"))

    def _says(self, update: Update) -> None:
        if update.sections:
            section = self.dice.choice(update.sections)
            section.says = self.dice.choice([len(section.structs) + 1, *HUGE])

    def _repeat(self, update: Update) -> None:
        if found := self._any(update):
            section, at = found
            section.structs[at:at] = [section.structs[at]] * self.dice.choice([1, 2, 200])

    def _drop(self, update: Update) -> None:
        if found := self._any(update):
            del found[0].structs[found[1]]

    def _swap(self, update: Update) -> None:
        if found := self._any(update):
            section, at = found
            other = self.dice.randrange(len(section.structs))
            structs = section.structs
            structs[at], structs[other] = structs[other], structs[at]

    def _lean(self, update: Update) -> None:
        if found := self._any(update):
            one = found[0].structs[found[1]]
            which = self.dice.randrange(4)
            if which != 1:
                one.origin = self._id() if which else None
            if which != 2:
                one.right = self._id() if which else None

    def _cross(self, update: Update) -> None:
        """The right neighbour on the left, and the left one on the right."""
        if found := self._any(update):
            one = found[0].structs[found[1]]
            one.origin, one.right = one.right, one.origin

    def _apart(self, update: Update) -> None:
        """Neighbours in one place, most probably, and in any order."""
        if found := self._any(update):
            one = found[0].structs[found[1]]
            client, clock = one.origin or one.right or self._id()
            far = max(clock + self.dice.choice([-7, -2, -1, 0, 1, 2, 3, 9]), 0)
            one.origin = self.dice.choice([(client, clock), None, (client, far)])
            one.right = self.dice.choice([(client, far), (client, clock), self._id()])

    def _halve(self, update: Update) -> None:
        """Something in the middle of an emoji, or half of one taken away."""
        if not self._halves:
            return
        client, second = self.dice.choice(self._halves)
        if self.dice.random() < 0.3:
            update.deletes.append((client, second - self.dice.randrange(2), 1))
        elif found := self._any(update):
            one = found[0].structs[found[1]]
            one.origin = (client, second - 1)
            one.right = self.dice.choice([(client, second), None])

    def _parent(self, update: Update) -> None:
        if found := self._any(update):
            one = found[0].structs[found[1]]
            one.origin = one.right = None
            one.parent = self.dice.choice([self._id(), self._id(), "content", "x", ""])
            one.sub = self.dice.choice([None, None, "level", "onclick", "kind", "😀", ""])

    def _kind(self, update: Update) -> None:
        if found := self._any(update):
            found[0].structs[found[1]].kind = self.dice.randrange(32)

    def _letters(self, update: Update) -> None:
        if found := self._any(update):
            section, at = found
            words = self.words() * self.dice.choice([1, 1, 1, 5000])
            data = words.encode()
            if self.dice.random() < 0.3:
                # Half of an emoji, as some encoders write it; and what is no UTF-8 at all.
                data = self.dice.choice([b"\xed\xa0\xbd", b"\xff", data[:-1], b""])
            old = section.structs[at]
            length = len(words.encode("utf-16-le")) // 2
            new = Struct(STRING, length, block(data), old.origin, old.right, old.parent, old.sub)
            section.structs[at] = new

    def _length(self, update: Update) -> None:
        if found := self._any(update):
            section, at = found
            old = section.structs[at]
            length = self.dice.choice([*HUGE, old.length + 1])
            kind = self.dice.choice([DELETED, GC])
            section.structs[at] = Struct(
                kind, length, uint(length), old.origin, old.right, old.parent, old.sub
            )

    def _tower(self, update: Update) -> None:
        """Elements in elements in elements."""
        if not update.sections:
            return
        section = self.dice.choice(update.sections)
        names = ["blockquote", "callout", "bulletList", "listItem", "table", "paragraph"]
        at = section.clock + sum(one.length for one in section.structs)
        parent: Id | str = "content"
        for _ in range(self.dice.choice([2, 8, 30, 2000])):
            name = self.dice.choice(names)
            section.structs.append(Struct(TYPE, 1, uint(3) + text(name), parent=parent))
            parent = (section.client, at)
            at += 1

    def _value(self, update: Update) -> None:
        """An attribute, or a mark, with any value."""
        if not (found := self._any(update)):
            return
        dice = self.dice
        deep: Any = 1
        for _ in range(dice.choice([1, 30, 40, 3000])):
            deep = [deep]
        value = dice.choice(
            [
                *(None, True, -1, 1e308, float("nan"), "x" * dice.choice([1, 9000])),
                *(deep, [[]] * 2000, {"href": "javascript:x"}, {"a" * 50: {}}, [1, 2, 3]),
            ]
        )
        section, at = found
        parent = self._id()
        if dice.random() < 0.5:
            try:
                said = json.dumps(value)
            except RecursionError:
                said = "[" * 3000 + "]" * 3000
            content = text(dice.choice(["bold", "link", "bold--abcdefgh", "x"])) + text(said)
            section.structs[at] = Struct(FORMAT, 1, content, origin=parent)
        else:
            try:
                content = uint(1) + any_value(value)
            except RecursionError:
                content = uint(1) + b"\x75\x01" * 3000 + b"\x7e"
            sub = dice.choice(["level", "kind", "colwidth", "alt", "x"])
            section.structs[at] = Struct(ANY, 1, content, parent=parent, sub=sub)

    def _delete(self, update: Update) -> None:
        for _ in range(self.dice.choice([1, 3, 300])):
            client, clock = self._id()
            length = self.dice.choice([1, 2, 7, *HUGE])
            update.deletes.append((client, clock, length))

    def _collected(self, update: Update) -> None:
        """What stands in something that was collected."""
        if found := self._any(update):
            section, at = found
            section.structs[at:at] = [Struct(GC, self.dice.choice([1, 3, 1000]), b"")]


def halves(state: bytes) -> Iterable[Id]:
    """The ids of the second halves of emoji in a document that can be read."""
    try:
        found = scan(state, STORED)
    except Refused:
        return
    for section in found.sections:
        for clock, length, kind, *_, content in section.structs:
            if kind == STRING and length != len(content):
                at = clock
                for letter in content:
                    at += 1
                    if ord(letter) > 0xFFFF:
                        yield section.client, at
                        at += 1


def _is_told_apart(data: bytes, spared: frozenset[int]) -> bool:
    """Whether the letters in it can be told from those of honest writers, where it can be read."""
    try:
        found = scan(data)
    except Refused:
        return True
    if any(client in spared for client, _, _ in found.deletes):
        return False
    return not any(
        one[2] == STRING and HONEST & set(one[7])
        for section in found.sections
        for one in section.structs
    )
