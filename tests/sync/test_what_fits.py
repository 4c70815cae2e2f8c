"""The shape: what an update says only by its neighbours is checked all the same."""

from __future__ import annotations

from typing import Any

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from app.sync import protocol
from app.sync.scan import scan
from app.sync.shape import Shape
from app.sync.structs import Refused


class Page:
    """A document and the shape that a server has of it."""

    def __init__(self) -> None:
        self.doc: Doc[Any] = Doc(client_id=9)
        self.root = self.doc.get("content", type=XmlFragment)
        self.shape = Shape()

    def fits(self) -> str:
        """Why what was done since the last call does not fit; "" when it does."""
        update = self.doc.get_update(protocol.vector(self.shape.clocks))
        before = dict(self.shape.clocks)
        try:
            self.shape.admit(scan(update))
        except Refused as refused:
            assert self.shape.clocks == before
            return refused.reason
        return ""

    def add(self, name: str, parent: Any = None) -> XmlElement:
        element = XmlElement(name)
        (parent if parent is not None else self.root).children.append(element)
        return element


@pytest.fixture
def page() -> Page:
    return Page()


def test_a_second_value_of_an_attribute_is_checked_like_the_first(page: Page) -> None:
    heading = page.add("heading")
    heading.attributes["level"] = 2.0
    assert page.fits() == ""
    # On the wire this names neither the heading nor the attribute, only the value before it.
    heading.attributes["level"] = 1e9
    assert "level" in page.fits()


def test_an_attribute_of_another_node_is_refused(page: Page) -> None:
    paragraph = page.add("paragraph")
    assert page.fits() == ""
    paragraph.attributes["level"] = 2.0
    assert "of 'paragraph'" in page.fits()


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        ("paragraph", "paragraph"),
        ("bulletList", "paragraph"),
        ("table", "tableCell"),
        ("codeBlock", "footnote"),
        ("horizontalRule", "paragraph"),
        ("hardBreak", "hardBreak"),
        ("", "listItem"),
        ("", "footnote"),
    ],
)
def test_what_stands_in_the_wrong_place_is_refused(page: Page, parent: str, child: str) -> None:
    """An editor would delete the whole parent, for everybody."""
    chain = {
        "hardBreak": ["paragraph", "hardBreak"],
    }.get(parent, [parent] if parent else [])
    inside: Any = None
    for name in chain:
        inside = page.add(name, inside)
    assert page.fits() == ""
    page.add(child, inside)
    assert page.fits() == f"{child!r} inside {parent or 'doc'!r}"


def test_text_where_blocks_stand_is_refused(page: Page) -> None:
    page.root.children.append(XmlText("loose"))
    assert page.fits() == "'text' inside 'doc'"


def test_a_mark_in_a_code_block_is_refused(page: Page) -> None:
    text = XmlText()
    page.add("codeBlock").children.append(text)
    text.insert(0, "x = 1")
    assert page.fits() == ""
    text.insert(5, "b", {"bold": {}})
    assert "mark" in page.fits()


def test_a_gap_a_missing_neighbour_and_an_unknown_deletion_ask_for_more(page: Page) -> None:
    text = XmlText()
    page.add("paragraph").children.append(text)
    page.fits()
    text.insert(0, "abc")
    for data, reason in (
        (page.doc.get_update(protocol.vector({9: 3})), "gap"),
        (b"\x01\x01\x05\x00\x84\x09\x02\x01x\x00", "not there"),
        (b"\x00\x01\x05\x01\x00\x04", "not there"),
        (b"\x00\x01\x09\x01\x00\x40", "not there"),
    ):
        with pytest.raises(Refused, match=reason) as refused:
            page.shape.admit(scan(data))
        assert refused.value.code == "resync"


def test_two_structs_that_lean_on_each_other_are_refused(page: Page) -> None:
    # Client 5 stands behind client 6's character, and that one behind client 5's.
    update = b"\x02\x01\x05\x00\x84\x06\x00\x01a\x01\x06\x00\x84\x05\x00\x01b\x00"
    with pytest.raises(Refused, match="circle"):
        page.shape.admit(scan(update))


def test_two_that_need_parts_of_each_other_in_turn_are_no_circle(page: Page) -> None:
    text = XmlText()
    page.add("paragraph").children.append(text)
    page.fits()
    text.insert(0, "m")
    assert page.fits() == ""
    # 5.0 behind 9.2, 6.0 behind 5.0, 5.1 behind 6.0, 6.1 behind 5.1.
    update = (
        b"\x02\x02\x05\x00\x84\x09\x02\x01a\x84\x06\x00\x01c"
        b"\x02\x06\x00\x84\x05\x00\x01b\x84\x05\x01\x01d\x00"
    )
    assert page.shape.admit(scan(update))
    page.doc.apply_update(update)
    assert str(text) == "mabcd"


def test_neighbours_in_two_places_are_refused(page: Page) -> None:
    one, two = XmlText("one"), XmlText("two")
    page.add("paragraph").children.append(one)
    page.add("paragraph").children.append(two)
    page.fits()
    first = page.shape.clocks[9]
    assert first == 10
    # Between a character of the first paragraph and one of the second.
    update = b"\x01\x01\x05\x00\xc4\x09\x02\x09\x08\x01x\x00"
    with pytest.raises(Refused, match="two places"):
        page.shape.admit(scan(update))


def test_a_character_as_a_parent_is_refused(page: Page) -> None:
    page.add("paragraph").children.append(XmlText("word"))
    page.fits()
    update = b"\x01\x01\x05\x00\x04\x00\x09\x03\x01x\x00"
    with pytest.raises(Refused, match="no element"):
        page.shape.admit(scan(update))
