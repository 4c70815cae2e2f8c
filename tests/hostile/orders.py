"""Structs between any neighbours, and whether what we let in looks the same everywhere: `python -m
tests.hostile.orders 1 2000` (first seed, how many documents).

Several writers put letters and paragraphs between neighbours drawn at random. What the shape lets
in is applied in many orders, each of which keeps what leans on something behind it, in Yjs and in
yrs: all have to end up with the same document.
"""

from __future__ import annotations

import base64
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from pycrdt import Doc, XmlFragment

from app.sync.protocol import text
from app.sync.scan import scan
from app.sync.shape import Shape
from app.sync.structs import ANY, DELETED, STRING, TYPE, Id, Refused
from tests.hostile.encoding import Section, Struct, Update, any_value, uint
from tests.node import Node

ORDERS = 12
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def words(content: str, **between: Any) -> Struct:
    """Letters between two neighbours."""
    return Struct(STRING, len(content.encode("utf-16-le")) >> 1, text(content), **between)


def element(name: str, **between: Any) -> Struct:
    """An element between two neighbours."""
    return Struct(TYPE, 1, uint(3) + text(name), **between)


def line(**between: Any) -> Struct:
    """A text inside of an element."""
    return Struct(TYPE, 1, uint(6), **between)


def value(content: Any, **between: Any) -> Struct:
    """The value of an attribute."""
    return Struct(ANY, 1, uint(1) + any_value(content), **between)


@dataclass
class Written:
    """An update of one client and what it leans on."""

    data: bytes
    client: int
    end: int
    needs: set[Id]


@dataclass
class Document:
    """What was let in, in the order in which it came; `refused` counts why the rest was not."""

    shape: Shape = field(default_factory=Shape)
    written: list[Written] = field(default_factory=list[Written])
    refused: Counter[str] = field(default_factory=Counter[str])

    def clock(self, client: int) -> int:
        return self.shape.clocks.get(client, 0)

    def write(self, client: int, *structs: Struct, is_strict: bool = True) -> bool:
        """Offer structs as the next ones of a client; whether they were let in."""
        start = self.clock(client)
        data = Update([Section(client, start, list(structs))]).bytes()
        try:
            self.shape.admit(scan(data), is_strict=is_strict)
        except Refused as refused:
            self.refused[refused.reason] += 1
            return False
        needs = {(client, start - 1)} if start else set[Id]()
        for one in structs:
            parent = one.parent if isinstance(one.parent, tuple) else None
            needs |= {
                where
                for where in (one.origin, one.right, parent)
                if where and (where[0] != client or where[1] < start)
            }
        self.written.append(Written(data, client, self.clock(client), needs))
        return True

    def is_own(self, client: int, struct: Struct) -> bool:
        """Whether it would stand in an element that the client made: there undoing may have put it."""
        known = [
            self.shape.place_at(*where)
            for where in (struct.origin, struct.right)
            if where and where[1] < self.clock(where[0])
        ]
        return any(place.maker == client for place in known)

    def order(self, dice: Random) -> list[int]:
        """An order in which everything comes behind what it leans on."""
        there: dict[int, int] = {}
        left = list(range(len(self.written)))
        dice.shuffle(left)
        found: list[int] = []
        while left:
            index = next(
                one
                for one in left
                if all(there.get(client, 0) > clock for client, clock in self.written[one].needs)
            )
            left.remove(index)
            found.append(index)
            there[self.written[index].client] = self.written[index].end
        return found


def made(seed: int, *, is_strict: bool = True) -> Document:
    """A document in which several have put something anywhere."""
    dice = Random(seed)
    document = Document()
    begin: list[Struct] = []
    blocks: list[Id] = []
    lines: dict[Id, list[Id]] = {}
    at = 0
    for _ in range(2):
        before = blocks[-1] if blocks else None
        begin += [
            element("heading", origin=before, parent="content"),
            line(parent=(1, at)),
            words("123", parent=(1, at + 1)),
        ]
        blocks.append((1, at))
        lines[1, at + 1] = [(1, at + 2 + letter) for letter in range(3)]
        at += 5
    document.write(1, *begin, is_strict=False)
    clients = dice.choice([2, 3, 5])
    most = dice.randrange(3, 20)
    for _ in range(400):
        if len(document.written) > most:
            break
        client = 2 + dice.randrange(clients)
        clock = document.clock(client)
        around = dice.choice([*lines, *lines, None])
        here = blocks if around is None else lines[around]
        everywhere = here if dice.random() < 0.95 else dice.choice([blocks, *lines.values()])
        left, right = dice.choice([None, *here]), dice.choice([None, *everywhere])
        if clock and dice.random() < 0.15:
            left = (client, clock - 1)
        content = "".join(dice.choice(LETTERS) for _ in range(dice.randrange(1, 4)))
        between: dict[str, Any] = {"origin": left, "right": right, "parent": around or "content"}
        roll = dice.random()
        if around is None and roll < 0.1:
            structs = [value(1 + dice.randrange(6), **{**between, "parent": left}, sub="level")]
        elif roll < 0.15:
            structs = [Struct(DELETED, len(content), uint(len(content)), **between)]
        elif roll < 0.2:
            structs = [words(content, parent=dice.choice(here or blocks))]
        elif around is None:
            inside = words(content, parent=(client, clock + 1))
            structs = [element("paragraph", **between), line(parent=(client, clock)), inside]
        else:
            structs = [words(content, **between)]
        if document.is_own(client, structs[0]):
            continue
        if not document.write(client, *structs, is_strict=is_strict):
            continue
        if len(structs) == 3:
            lines[client, clock + 1] = [(client, clock + 2 + n) for n in range(len(content))]
            here.append((client, clock))
        elif structs[0].kind != ANY:
            here += [(client, clock + n) for n in range(len(content))]
    return document


class Yjs(Node):
    """Yjs in Node; `with Yjs() as yjs`."""

    def __init__(self) -> None:
        super().__init__(Path(__file__).with_name("orders.mjs"))

    def read(self, updates: list[bytes], orders: list[list[int]]) -> list[str]:
        """What Yjs makes of updates in each of these orders."""
        coded = [base64.b64encode(update).decode() for update in updates]
        found: list[str] = self.ask(updates=coded, orders=orders)
        return found


def seen(yjs: Yjs, document: Document, seed: int) -> set[str]:
    """All the different things that Yjs and yrs make of it."""
    dice = Random(seed)
    updates = [one.data for one in document.written]
    orders = [list(range(len(updates))), *(document.order(dice) for _ in range(ORDERS))]
    found = set(yjs.read(updates, orders))
    for order in orders:
        doc: Doc[Any] = Doc(skip_gc=True)
        content = doc.get("content", type=XmlFragment)
        for index in order:
            doc.apply_update(updates[index])
        found.add(" ".join(str(content).split()))
    return {" ".join(one.split()) for one in found}


def main() -> None:
    """Try many documents."""
    first, count = (int(one) for one in sys.argv[1:3])
    refused: Counter[str] = Counter()
    taken = 0
    spoilt: list[int] = []
    with Yjs() as yjs:
        for seed in range(first, first + count):
            document = made(seed)
            refused += document.refused
            taken += len(document.written)
            if len(seen(yjs, document, seed)) > 1:
                spoilt.append(seed)
    reasons = ", ".join(f"{count} {reason}" for reason, count in refused.most_common())
    print(f"{count} documents from seed {first}: {taken} updates let in; refused: {reasons}")
    print(f"{len(spoilt)} look different to different people: {spoilt[:20]}")
    sys.exit(bool(spoilt))


if __name__ == "__main__":
    main()
