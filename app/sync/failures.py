"""What can go wrong with a document in the engine."""

from __future__ import annotations


class Broken(Exception):
    """pycrdt failed in the middle: what is in memory must be thrown away."""


class Unfit(Exception):
    """A stored state that cannot be used, with the reason."""


class LateUnfit(Unfit):
    """A stored state that was in use already when it was found not to fit."""


def broken(error: BaseException) -> BaseException:
    """What an exception out of pycrdt is to us."""
    if isinstance(error, Broken | KeyboardInterrupt | SystemExit | MemoryError):
        return error
    return Broken(f"{type(error).__name__}: {error}"[:300])
