"""A document of five megabytes, as many small edits in many paragraphs, not as one long string."""

from __future__ import annotations

import random
from typing import Any, Final

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from bench.sync.bench import Bench

SIZE: Final = 5_000_000
_CLIENT: Final = 2_113_442_817
_RUNS: Final = 400
_LETTERS: Final = "etaoin shrdlu cmfwyp vbgkq jxz "


def big_document(bench: Bench) -> list[bytes]:
    """Its updates in order, one for each paragraph; made once in a run."""
    if "big" not in bench.kept:
        bench.kept["big"] = _make()
    found: list[bytes] = bench.kept["big"]
    return found


def _make() -> list[bytes]:
    """Each paragraph is written in runs of a few words, each somewhere into what is there."""
    dice = random.Random(5)
    doc: Doc[Any] = Doc(client_id=_CLIENT)
    fragment = doc.get("content", type=XmlFragment)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    size = 0
    while size < SIZE:
        paragraph, text = XmlElement("paragraph"), XmlText()
        length = 0
        with doc.transaction():
            fragment.children.append(paragraph)
            paragraph.children.append(text)
            for _ in range(_RUNS):
                run = "".join(dice.choices(_LETTERS, k=dice.randint(5, 40)))
                text.insert(dice.randint(0, length), run)
                length += len(run)
        size += len(updates[-1])
    doc.unobserve(subscription)
    return updates
