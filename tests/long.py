"""The long form of tests: more of everything, with `make faults`."""

from __future__ import annotations

import os

LONG = os.environ.get("FAULTS") == "long"
