"""Policy: who may do what in a guide. Pure, and the only place that answers the question.

Routes ask it, the sockets ask it for every message, and the buttons on the screen follow it,
because the API returns the abilities.
"""

from __future__ import annotations

from typing import Literal

Role = Literal["facilitator", "writer", "reviewer", "reader"]
Ability = Literal[
    "read",  # chapters, tasks, people
    "write",  # the words of a chapter
    "comment",  # remarks beside the text
    "organise",  # create, rename, move, split and merge chapters; brief, status, tasks
    "assign",  # give chapters and tasks to others
    "invite",  # make and revoke links
    "manage",  # the guide's details, people's roles, countdown, bin, confirming claims
    "import",
    "export",
]

ROLES: tuple[Role, ...] = ("reader", "reviewer", "writer", "facilitator")

_ABILITIES: dict[str, frozenset[Ability]] = {
    "facilitator": frozenset(
        {"read", "write", "comment", "organise", "assign", "invite", "manage", "import", "export"}
    ),
    "writer": frozenset({"read", "write", "comment", "organise", "export"}),
    "reviewer": frozenset({"read", "comment", "export"}),
    "reader": frozenset({"read", "export"}),
}

NOTHING: frozenset[Ability] = frozenset()


def abilities(role: str | None) -> frozenset[Ability]:
    """What a member with `role` may do; None is somebody who is no member."""
    return _ABILITIES.get(role or "", NOTHING)


def rank(role: str) -> int:
    """Roles in order of what they may do: joining again never takes anything away."""
    return ROLES.index(role) if role in ROLES else -1  # pyright: ignore[reportArgumentType]


def explain(role: str) -> str:
    """What a link with `role` lets one do, in a sentence for the join screen."""
    return {
        "facilitator": "You can write, hand out chapters and tasks, and run the sprint.",
        "writer": "You can read and write every chapter and take chapters and tasks.",
        "reviewer": "You can read every chapter and download the guide.",
        "reader": "You can read every chapter and download the guide.",
    }[role]
