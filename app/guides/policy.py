"""Policy: who may do what in a guide. Pure, and the only place that answers the question.

Routes ask it, the sockets ask it for every message, and the buttons on the screen follow it,
because the API returns the abilities.
"""

from __future__ import annotations

from typing import Literal

Role = Literal["facilitator", "writer", "designer", "reviewer", "reader"]
Ability = Literal[
    "read",  # chapters, tasks, people
    "write",  # the words of a chapter
    "comment",  # remarks beside the text
    "organise",  # create, rename, move, split and merge chapters; brief, status, tasks
    "assign",  # give chapters and tasks to others
    "invite",  # make and revoke links
    "manage",  # the guide's details, people's roles, countdown, bin, confirming claims
    "design",  # how the book looks, its cover
    "import",
    "export",
]

ROLES: tuple[Role, ...] = ("reader", "reviewer", "designer", "writer", "facilitator")

_ABILITIES: dict[str, frozenset[Ability]] = {
    "facilitator": frozenset(
        {
            "read",
            "write",
            "comment",
            "organise",
            "assign",
            "invite",
            "manage",
            "design",
            "import",
            "export",
        }
    ),
    "writer": frozenset({"read", "write", "comment", "organise", "export"}),
    "designer": frozenset({"read", "comment", "design", "export"}),
    "reviewer": frozenset({"read", "comment", "export"}),
    "reader": frozenset({"read", "export"}),
}

NOTHING: frozenset[Ability] = frozenset()


def abilities(role: str | None) -> frozenset[Ability]:
    """What a member with `role` may do; None is somebody who is no member."""
    return _ABILITIES.get(role or "", NOTHING)


def gives_more(role: str, than: str) -> bool:
    """Whether `role` may all that `than` may, and something else: joining again never takes
    anything away. A writer stays one with a designer's link, and the other way round."""
    return abilities(role) > abilities(than)


def explain(role: str) -> str:
    """What a link with `role` lets one do, in a sentence for the join screen."""
    return {
        "facilitator": "You can write, hand out chapters and tasks, and run the sprint.",
        "writer": "You can read and write every chapter and take chapters and tasks.",
        "designer": "You can choose how the book looks, set its cover and make its files. "
        "You can read every chapter; the text is the writers’.",
        "reviewer": "You can read every chapter and download the guide.",
        "reader": "You can read every chapter and download the guide.",
    }[role]
