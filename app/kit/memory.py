"""Memory: how much of it is free here, and waiting until there is enough."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from app.kit import clock
from app.kit.errors import Unavailable

_MB: Final = 1024 * 1024
PATIENCE: Final = 900.0
"""So many seconds a job waits for memory before it gives up."""
LOOK_AGAIN: Final = 3.0
_MOST: Final = 0.75
"""No job waits for more than this share of all there is: it would wait for ever."""
_PROC: Final = Path("/proc")
_CGROUPS: Final = Path("/sys/fs/cgroup")


def free_mb(proc: Path = _PROC, cgroups: Path = _CGROUPS) -> int | None:
    """Megabytes that a new process may use: of the machine, and of the container we are in, if we
    are. None where the system does not say."""
    found = [_lines(proc / "meminfo").get("MemAvailable")]
    for limit, used, stat in _limits(proc, cgroups):
        # What is only a cache of files goes when it is needed.
        found.append(limit - max(0, used - stat.get("inactive_file", 0)))
    known = [amount for amount in found if amount is not None]
    return max(0, min(known)) // _MB if known else None


def total_mb(proc: Path = _PROC, cgroups: Path = _CGROUPS) -> int | None:
    """Megabytes that there are altogether; None where the system does not say."""
    found = [_lines(proc / "meminfo").get("MemTotal")]
    found += [limit for limit, _, _ in _limits(proc, cgroups)]
    known = [amount for amount in found if amount is not None]
    return min(known) // _MB if known else None


async def wait_for(
    needed_mb: int, tell: Callable[[str], Awaitable[None]], *, patience: float = PATIENCE
) -> None:
    """Return when so much is free; `tell` is given a sentence that says what is waited for.

    Raises:
        Unavailable: it was not for `patience` seconds.
    """
    total = await asyncio.to_thread(total_mb)
    if total is not None:
        needed_mb = min(needed_mb, round(total * _MOST))
    until = clock.monotonic() + patience
    while True:
        free = await asyncio.to_thread(free_mb)
        if free is None or free >= needed_mb:
            return
        if clock.monotonic() >= until:
            raise Unavailable(
                f"Making the book takes about {needed_mb} MB of memory, and this server has only "
                f"{free} MB to spare. Try again when less is going on, or ask for one format at a "
                "time."
            )
        await tell(f"Waiting for memory: {needed_mb} MB are needed, {free} MB are free")
        await asyncio.sleep(LOOK_AGAIN)


def _lines(path: Path) -> dict[str, int]:
    """Names and numbers of bytes, as the kernel lists them."""
    found: dict[str, int] = {}
    with suppress(OSError):
        for line in path.read_text().splitlines():
            name, _, rest = line.replace(":", " ").partition(" ")
            number, *unit = rest.split() or [""]
            if number.isdigit():
                found[name] = int(number) * (1024 if unit == ["kB"] else 1)
    return found


def _limits(proc: Path, cgroups: Path) -> Iterator[tuple[int, int, dict[str, int]]]:
    """(limit, used, statistics) of the group this process is in and of those around it."""
    with suppress(OSError, ValueError):
        for line in (proc / "self" / "cgroup").read_text().splitlines():
            _, controllers, where = line.split(":", 2)
            own = cgroups / ("memory" if controllers else "") / where.strip("/")
            if controllers and "memory" not in controllers.split(","):
                continue
            names = (
                ("memory.limit_in_bytes", "memory.usage_in_bytes")
                if controllers
                else ("memory.max", "memory.current")
            )
            for folder in (own, *own.parents):
                if not folder.is_relative_to(cgroups):
                    break
                limit, used = (_number(folder / name) for name in names)
                # Version 1 says "no limit" as a number near the end of the address space.
                if limit is not None and used is not None and limit < 2**60:
                    yield limit, used, _lines(folder / "memory.stat")


def _number(path: Path) -> int | None:
    with suppress(OSError, ValueError):
        return int(path.read_text())
    return None
