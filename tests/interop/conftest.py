"""The stage of the sync tests, for standard clients."""

from tests.sync.conftest import stage

__all__ = ["stage"]
