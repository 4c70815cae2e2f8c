"""Draws the sample guide's pictures, so that everything in it is ours.

    python -m samples.draw_pictures

Four times the size and scaled down: Pillow draws without smoothing. Needs the fonts of `scripts/fonts.py`.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.exporting import fonts

HERE = Path(__file__).parent / "guide" / "pictures"
INK, PAPER, RED, TEAL, SAND, GREY = "#22211f", "#ffffff", "#8a3324", "#1f5f5b", "#efe7da", "#77736b"
SCALE = 3


class Board:
    """A drawing in a coordinate system of 1000 × `height`."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (1000 * SCALE, height * SCALE), PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def text(
        self, x: float, y: float, words: str, size: int = 26, fill: str = INK, bold: bool = False
    ) -> None:
        """Words, centred on a point."""
        name = "SourceSans3_600SemiBold.ttf" if bold else "SourceSans3_400Regular.ttf"
        path = next(folder / name for folder in fonts.folders() if (folder / name).exists())
        face = ImageFont.truetype(str(path), size * SCALE)
        self.draw.multiline_text(
            (x * SCALE, y * SCALE),
            words,
            fill,
            face,
            anchor="mm",
            align="center",
            spacing=6 * SCALE,
        )

    def circle(
        self, x: float, y: float, r: float, fill: str | None, line: str = INK, width: float = 3
    ) -> None:
        """A circle around a point."""
        box = [(x - r) * SCALE, (y - r) * SCALE, (x + r) * SCALE, (y + r) * SCALE]
        self.draw.ellipse(box, fill=fill, outline=line, width=round(width * SCALE))

    def line(self, *points: tuple[float, float], fill: str = INK, width: float = 3) -> None:
        """A line through points."""
        self.draw.line(
            [(x * SCALE, y * SCALE) for x, y in points], fill, round(width * SCALE), "curve"
        )

    def box(
        self, x: float, y: float, w: float, h: float, fill: str, line: str | None = None
    ) -> None:
        """A box with round corners."""
        shape = [x * SCALE, y * SCALE, (x + w) * SCALE, (y + h) * SCALE]
        self.draw.rounded_rectangle(shape, 12 * SCALE, fill, line, 3 * SCALE if line else 0)

    def save(self, name: str) -> None:
        """Scale down and write."""
        small = self.image.resize(
            (1400, self.image.height * 1400 // self.image.width), Image.Resampling.LANCZOS
        )
        small.quantize(64).save(HERE / name, optimize=True)


def workplace_map() -> None:
    """Who talks to whom: three teams, and the people who bridge them."""
    board = Board(560)
    teams = {
        "Kitchen": (210, 250, [(-80, -60), (10, -100), (90, -40), (70, 60), (-30, 80), (-100, 30)]),
        "Floor": (520, 330, [(-90, -50), (0, -100), (90, -40), (80, 60), (-10, 95), (-100, 45)]),
        "Delivery": (820, 230, [(-80, -40), (10, -90), (90, -20), (50, 70), (-50, 70)]),
    }
    places: list[tuple[float, float]] = []
    for name, (x, y, people) in teams.items():
        board.circle(x, y, 165, SAND, SAND)
        board.text(x, y + 196, name, 30, INK, bold=True)
        places += [(x + dx, y + dy) for dx, dy in people]
    links = [
        (0, 1),
        (1, 2),
        (2, 3),
        (4, 5),
        (5, 0),
        (3, 6),
        (6, 7),
        (7, 8),
        (8, 9),
        (10, 11),
        (8, 12),
        (12, 13),
        (13, 14),
        (15, 16),
        (2, 7),
    ]
    for a, b in links:
        board.line(places[a], places[b], fill=GREY, width=2.5)
    for at, (x, y) in enumerate(places):
        leader = at in (2, 8, 12)
        board.circle(x, y, 26 if leader else 19, RED if leader else PAPER, RED if leader else INK)
    board.save("workplace-map.png")


def circles_of_trust() -> None:
    """Which channel for whom: from the committee outwards."""
    board = Board(620)
    for r, fill in ((285, "#f6f1e8"), (205, SAND), (120, TEAL)):
        board.circle(330, 310, r, fill, TEAL, 2.5)
    board.text(330, 310, "Organizing\ncommittee", 26, PAPER, bold=True)
    board.text(330, 156, "Supporters", 26, INK, bold=True)
    board.text(330, 66, "Everyone", 26, INK, bold=True)
    rows = (
        (310, "A small group on an\nencrypted messenger,\nmessages that disappear"),
        (156, "One list per team, kept\noff work accounts"),
        (66, "Flyers, website, meetings:\nmanagers may read it too"),
    )
    for y, words in rows:
        board.line(
            (330 + (112 if y == 310 else 92 if y == 156 else 70), y), (650, y), fill=GREY, width=2
        )
        board.text(815, y, words, 24)
    board.save("circles-of-trust.png")


def ladder() -> None:
    """Small steps, each a little higher than the last."""
    board = Board(560)
    steps = (
        "Answers\na message",
        "Comes to\na meeting",
        "Signs\na card",
        "Asks two\nco-workers",
        "Leads\na team",
    )
    for at, words in enumerate(steps):
        x, top = 40 + at * 186, 430 - at * 82
        board.box(x, top, 172, 520 - top, (SAND, "#e6d9c6", "#d9a593", "#b4624f", RED)[at])
        board.text(x + 86, top + 48, words, 24, INK if at < 3 else PAPER, bold=True)
    board.line((60, 350), (900, 20), fill=TEAL, width=4)
    board.line((868, 18), (902, 19), (884, 48), fill=TEAL, width=4)
    board.save("ladder.png")


if __name__ == "__main__":
    HERE.mkdir(parents=True, exist_ok=True)
    workplace_map()
    circles_of_trust()
    ladder()
