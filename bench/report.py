"""The report: every limit with its figure, on the terminal and as the table of the README."""

from __future__ import annotations

from collections.abc import Sequence

from bench.outcome import Outcome, Row, number


def on_terminal(outcome: Outcome) -> str:
    """A scenario: its limits in words, then the figures of each server."""
    lines = [f"\n{outcome.title}  ({outcome.took_s:.0f} s)"]
    for one in outcome.limits:
        said = one.said.upper() if one.met is False else one.said
        because = f": {one.why}" if one.met is None and one.why else ""
        lines.append(f"  {one.what:<66}{one.measured:>12}  {one.bound:>10}  {said}{because}")
    lines += [f"  {line}" for line in _table(outcome.rows)]
    lines += [f"  {note}" for note in outcome.notes]
    return "\n".join(lines)


def summary(outcomes: Sequence[Outcome]) -> str:
    """How many limits were met."""
    limits = [limit for one in outcomes for limit in one.limits]
    met = sum(limit.met is True for limit in limits)
    missed = [
        f"{one.name}: {limit.what} ({limit.measured}, {limit.bound})"
        for one in outcomes
        for limit in one.limits
        if limit.met is False
    ]
    lines = [f"\n{met} of {len(limits)} limits met, {len(missed)} missed"]
    return "\n".join(lines + [f"  {one}" for one in missed])


def in_markdown(outcomes: Sequence[Outcome]) -> str:
    """The table for the README."""
    lines = ["| | measured | limit | |", "|---|---|---|---|"]
    for outcome in outcomes:
        lines.append(f"| **{outcome.title}** | | | |")
        lines += [
            f"| {one.what} | {one.measured} | {one.bound} | {one.said} |" for one in outcome.limits
        ]
    return "\n".join(lines)


def _table(rows: Sequence[Row]) -> list[str]:
    """Rows side by side: a column for each server, a line for each figure."""
    if not rows:
        return []
    names = [str(row["server"]) for row in rows]
    keys = list(dict.fromkeys(key for row in rows for key in row if key != "server"))
    wide = [max(14, len(name) + 2) for name in names]
    lines = [
        " " * 30 + "".join(f"{name:>{width}}" for name, width in zip(names, wide, strict=True))
    ]
    for key in keys:
        cells = [_cell(row.get(key)) for row in rows]
        lines.append(f"{key:<30}" + "".join(f"{c:>{w}}" for c, w in zip(cells, wide, strict=True)))
    return lines


def _cell(value: object) -> str:
    return number(value) if isinstance(value, int | float) else str("–" if value is None else value)
