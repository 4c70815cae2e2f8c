"""The scenarios: each a file that puts one load on and says which limits were met.

They are those of the section "Numbers" of the sync requirements, in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from types import ModuleType
from typing import Any, Final

from bench.outcome import Outcome
from bench.sync.bench import Bench
from bench.sync.scenarios import (
    joins,
    memory,
    observers,
    opening,
    piped,
    presence,
    quiet,
    rooms,
    slow_reader,
    sprint,
    two_processes,
)

Scenario = Callable[[Bench], Coroutine[Any, Any, Outcome]]

_MODULES: Final[tuple[ModuleType, ...]] = (
    sprint,
    rooms,
    quiet,
    observers,
    piped,
    joins,
    opening,
    presence,
    memory,
    two_processes,
    slow_reader,
)

ALL: Final[Mapping[str, Scenario]] = {
    module.__name__.rpartition(".")[2]: module.run for module in _MODULES
}
"""By the name that `--only` knows them under."""
