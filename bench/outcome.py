"""Outcomes: what a scenario found, and which of its limits were met."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(slots=True)
class Limit:
    """One promise: a figure and what it may be `at_most` (or has to be at least). Without a figure
    it was not measured, and `why` says why."""

    what: str
    figure: float | None
    limit: float
    unit: str = ""
    at_most: bool = True
    why: str = ""

    @property
    def met(self) -> bool | None:
        """Whether it was kept; None when it was not measured."""
        if self.figure is None:
            return None
        return self.figure <= self.limit if self.at_most else self.figure >= self.limit

    @property
    def said(self) -> str:
        """In a word."""
        return {True: "met", False: "missed", None: "not measured"}[self.met]

    @property
    def bound(self) -> str:
        """The limit with its sign and unit."""
        return f"{'≤' if self.at_most else '≥'} {number(self.limit)}{_unit(self.unit)}"

    @property
    def measured(self) -> str:
        """The figure with its unit."""
        return "–" if self.figure is None else f"{number(self.figure)}{_unit(self.unit)}"


@dataclass(slots=True)
class Outcome:
    """What a scenario found: its limits, a row of figures for each server, and remarks."""

    name: str
    title: str
    limits: list[Limit] = field(default_factory=list[Limit])
    rows: list[Row] = field(default_factory=list[Row])
    notes: list[str] = field(default_factory=list[str])
    took_s: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """For the history."""
        return asdict(self) | {
            "limits": [
                asdict(one) | {"said": one.said, "why": "" if one.met is not None else one.why}
                for one in self.limits
            ],
        }

    @staticmethod
    def from_json(value: dict[str, Any]) -> Outcome:
        """From the history."""
        limits = [
            Limit(**{key: entry for key, entry in one.items() if key != "said"})
            for one in value["limits"]
        ]
        return Outcome(
            value["name"], value["title"], limits, value["rows"], value["notes"], value["took_s"]
        )


def ratio(own: float, others: list[float]) -> float | None:
    """Our figure over the better one of the others'; None when none was measured."""
    known = [other for other in others if other]
    return round(own / min(known), 2) if known else None


def number(value: float) -> str:
    """Three digits are enough."""
    value = value or 0
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""
