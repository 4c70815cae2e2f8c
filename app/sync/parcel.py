"""A parcel: updates on their way to many, made once and written to everybody."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.kit import failpoints
from app.kit.frames import encoded

if TYPE_CHECKING:
    from app.sync.line import Line


class Parcel:
    """Frames with updates. `seq` is the row of the log that they lead up to."""

    def __init__(self, frames: Sequence[bytes], seq: int) -> None:
        self.frames = frames
        self.seq = seq
        self.ready = b"".join(map(encoded, frames))
        self.at = time.monotonic()

    def show(self, lines: Iterable[Line]) -> None:
        """Send it down many lines: where nothing is before it, with one call to the system and
        nothing else."""
        ready, seq, size, write = self.ready, self.seq, len(self.ready), os.write
        here, mid_show = failpoints.here, failpoints.MID_SHOW
        for line in lines:
            # As few steps as can be: this is done for everybody in the room at every beat.
            if line.number < 0:
                line.show(self)
            else:
                try:
                    taken = write(line.number, ready)
                except OSError:
                    # No room, or no peer: the transport finds out what to do.
                    taken = 0
                if taken == size:
                    line.seq = seq
                else:
                    line.show_rest(self, taken)
            here(mid_show)
