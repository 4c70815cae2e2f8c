"""Failpoints: named places where the tests end the server as a power cut would.

`CHAPTERHOUSE_FAILPOINT=before_commit:20` sends SIGKILL to this process the twentieth time that it
comes by there. Nothing else reads the variable; it is no setting, and without it `here` does nothing.
"""

from __future__ import annotations

import os
import signal
from typing import Final

VARIABLE: Final = "CHAPTERHOUSE_FAILPOINT"

AFTER_APPLY: Final = "after_apply"
"""The engine has integrated an update, the log does not know of it."""
BEFORE_COMMIT: Final = "before_commit"
"""The rows are written in the transaction, nothing is committed."""
AFTER_COMMIT: Final = "after_commit"
"""The update is on disk, nobody has been told."""
AFTER_ACK: Final = "after_ack"
"""The sender has been told, nobody else has seen it."""
MID_SHOW: Final = "mid_show"
"""One member of the room has been sent the frame, the others have not."""
MID_SNAPSHOT: Final = "mid_snapshot"
"""A snapshot is written in the transaction, and superfluous rows are about to go."""
AFTER_SNAPSHOT: Final = "after_snapshot"
"""A snapshot is on disk."""
MID_MIGRATION: Final = "mid_migration"
"""The tables are changed, nothing is committed."""

_name, _, _count = os.environ.get(VARIABLE, "").partition(":")
_left = [int(_count or 1)]


def here(name: str) -> None:
    """End this process if `name` is where the tests want it to end."""
    if name != _name:
        return
    _left[0] -= 1
    if _left[0] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
