"""What is typed takes a shorter way: with the outcome of the long one, to which all else is left."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from app.sync.merge import merged
from app.sync.scan import scan
from app.sync.shape import Shape
from app.sync.structs import STRING, Id, Refused, Scan, Section
from app.sync.typed import typed

CLIENTS = [1, 77, 300, 1 << 21, (1 << 31) - 5, (1 << 53) - 1]
BYTES = [0, 1, 2, 127, 128, 129, 255, 0x44, 0x84, 0xC4]


def typing(client: int, random: Random, letters: int = 200) -> list[bytes]:
    """The updates of somebody who types here and there."""
    doc: Doc[Any] = Doc(client_id=client)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    fragment = doc.get("content", type=XmlFragment)
    text, paragraph = XmlText(), XmlElement("paragraph")
    with doc.transaction():
        fragment.children.append(paragraph)
        paragraph.children.append(text)
    size = 0
    for _ in range(letters):
        word = random.choice(["a", "b ", "@123@ ", "x" * 126, "x" * 127, "x" * 128])
        text.insert(random.choice([0, size, random.randint(0, size)]), word)
        size += len(word)
    doc.unobserve(subscription)
    return updates


def flat(found: Scan) -> Any:
    return (
        found.data,
        found.deletes,
        [
            (one.client, one.start, one.end, one.begin, one.stop, one.structs)
            for one in found.sections
        ],
    )


@pytest.fixture
def long_way(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Any]:
    """What `scan` says that has to read everything itself: what there is, or None for a refusal."""

    def read(data: bytes) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr("app.sync.scan.typed", lambda _: None)
            try:
                return flat(scan(data))
            except Refused:
                return None

    return read


@pytest.mark.parametrize("client", CLIENTS)
def test_what_people_type_is_read_in_one_go(client: int, long_way: Callable[[bytes], Any]) -> None:
    updates = typing(client, Random(client))
    found = [typed(data) for data in updates[1:]]
    # What is longer than a byte can say is left to `scan`.
    assert sum(one is None for one in found) < len(found) / 2
    for data, one in zip(updates[1:], found, strict=True):
        assert one is None or flat(one) == long_way(data)


@pytest.mark.parametrize("seed", range(4))
def test_bent_bytes_are_read_as_ever(seed: int, long_way: Callable[[bytes], Any]) -> None:
    random = Random(seed)
    honest = [data for client in CLIENTS for data in typing(client, random, 40)]
    read = 0
    for _ in range(20_000):
        data = bytearray(random.choice(honest))
        for _ in range(random.randint(1, 3)):
            at = random.randrange(len(data))
            match random.randrange(4):
                case 0:
                    data.insert(at, random.randrange(256))
                case 1 if len(data) > 1:
                    del data[at]
                case _:
                    data[at] = random.choice([*BYTES, random.randrange(256)])
        if (found := typed(bytes(data))) is not None:
            read += 1
            assert flat(found) == long_way(bytes(data))
    assert read > 500


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x00",
        b"\x01\x01\x05\x09\x84\x05\x08\x01a\x00",
        # A client id and clocks that could have been written shorter.
        b"\x01\x01\x85\x80\x00\x09\x84\x85\x80\x00\x08\x04abcd\x00",
        b"\x01\x01\x05\x89\x00\x84\x05\x88\x00\x04abcd\x00",
        # Letters behind themselves, and more letters than there are.
        b"\x01\x01\x05\x09\x84\x05\x09\x06abcdef\x00",
        b"\x01\x01\x05\x09\x84\x05\x08\x07abcdef\x00",
        # Half a letter.
        b"\x01\x01\x05\x09\x84\x05\x08\x06abcde\xc3\x00",
        # Nothing but heads of numbers.
        b"\x01\x01" + b"\xff" * 20 + b"\x00",
    ],
)
def test_what_is_odd_is_left_to_the_scan(data: bytes) -> None:
    assert typed(data) is None


def test_letters_of_several_people_are_put_side_by_side() -> None:
    updates = {client: typing(client, Random(client)) for client in CLIENTS}
    everybody = [[scan(rows[number]) for rows in updates.values()] for number in range(50)]
    ours: Doc[Any] = Doc()
    theirs: Doc[Any] = Doc()
    for together in everybody:
        [frame] = merged(together)
        assert [_named(one) for one in scan(frame).sections] == [
            _named(section) for one in together for section in one.sections
        ]
        ours.apply_update(frame)
        for one in together:
            theirs.apply_update(one.data)
    assert ours.get_state() == theirs.get_state()
    assert str(ours.get("content", type=XmlFragment)) == str(
        theirs.get("content", type=XmlFragment)
    )


def beside(client: int, clock: int, origin: Id | None, right: Id | None) -> Scan:
    section = Section(client, clock, 0)
    section.structs.append((clock, 1, STRING, origin, right, None, None, "a"))
    section.end = clock + 1
    return Scan(b"", [section], [])


@pytest.mark.parametrize("is_strict", [True, False])
@pytest.mark.parametrize("seed", range(2))
def test_letters_are_admitted_where_they_ever_were(
    seed: int, is_strict: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    short, long = Shape(), Shape()
    monkeypatch.setattr(long, "_admit_letters", lambda *_, **__: False)
    for client in CLIENTS[:3]:
        for data in typing(client, Random(client), 20):
            found = scan(data)
            assert short.admit(found)
            assert long.admit(found)
    outcomes: set[object] = set()

    def some() -> Id | None:
        client = random.choice(CLIENTS[:4])
        known = short.clocks.get(client, 0)
        return random.choice([None, (client, random.randint(0, known + 1))])

    for _ in range(4000):
        client = random.choice(CLIENTS[:4])
        clock = max(0, short.clocks.get(client, 0) + random.choice([-1, 0, 0, 0, 0, 1]))
        origin, right = some(), some()
        if origin is None and right is None:
            continue
        update = beside(client, clock, origin, right)
        said = [_admitted(shape, update, is_strict) for shape in (short, long)]
        assert said[0] == said[1]
        outcomes.add(said[0])
        assert short.clocks == long.clocks
    assert {True, False, "leans on what is not there", "a gap in the clocks"} <= outcomes
    apart = "between neighbours that were never next to each other"
    elsewhere = apart if is_strict else "text or values where elements stand"
    assert {"between neighbours in two places", elsewhere} <= outcomes
    for client, clock in short.clocks.items():
        for at in range(clock):
            places = [shape.place_at(client, at) for shape in (short, long)]
            assert len({(one.name, one.depth, one.is_text) for one in places}) == 1
            assert places[0].letters == places[1].letters


def _admitted(shape: Shape, found: Scan, is_strict: bool) -> object:
    try:
        return shape.admit(found, is_strict=is_strict)
    except Refused as refused:
        return refused.reason


def _named(section: Section) -> Any:
    return section.client, section.start, section.end, section.structs
