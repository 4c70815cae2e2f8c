"""Figures: percentiles, processor time, memory, and how late the load generator itself was."""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import threading
import time
from collections.abc import Sequence
from typing import Final, Self

import psutil

_TICK: Final = 0.01
_MB: Final = 1e6


def percentile(values: Sequence[float], percent: int) -> float:
    """A percentile in the values' own unit; 0 of too few."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def milliseconds(values: Sequence[float], percent: int) -> float:
    """A percentile of seconds, in milliseconds."""
    return round(percentile(values, percent) * 1000, 2)


def family(roots: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Processes and all that they started."""
    found: list[psutil.Process] = []
    for root in roots:
        with contextlib.suppress(psutil.Error):
            found += [root, *root.children(recursive=True)]
    return found


def cpu(processes: Sequence[psutil.Process]) -> float:
    """Seconds of processor time that processes and their children have used."""
    return _alone(family(processes))


def memory(processes: Sequence[psutil.Process]) -> float:
    """Megabytes that exactly these processes hold."""
    total = 0
    for one in processes:
        with contextlib.suppress(psutil.Error):
            total += one.memory_info().rss
    return total / _MB


class Span:
    """Processor time between two moments: the server's, and everybody else's on this machine."""

    def __init__(self, server: Sequence[psutil.Process]) -> None:
        self._server = server
        self._at = time.perf_counter()
        self._used = cpu(server)
        self._roots = _alone(server)
        self._own = _own()
        self._busy = _busy()
        self.seconds = self.used = self.roots = self.others = 0.0

    def end(self) -> None:
        """Take the second reading. `roots` leaves the children out; `others` is the share of the machine that had nothing to do
        with the benchmark, in percent."""
        self.seconds = time.perf_counter() - self._at
        self.used = cpu(self._server) - self._used
        self.roots = _alone(self._server) - self._roots
        ours = self.used + _own() - self._own
        whole = self.seconds * (os.cpu_count() or 1)
        self.others = max(0.0, (_busy() - self._busy - ours) / whole * 100)


def _alone(processes: Sequence[psutil.Process]) -> float:
    total = 0.0
    for one in processes:
        with contextlib.suppress(psutil.Error):
            times = one.cpu_times()
            total += times.user + times.system
    return total


def _own() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _busy() -> float:
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)


class Lateness:
    """How late this loop runs what is due: the part of every delay that is the generator's own."""

    def __init__(self) -> None:
        self._late: list[float] = []
        self._task = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            due = time.perf_counter() + _TICK
            await asyncio.sleep(_TICK)
            self._late.append(time.perf_counter() - due)

    def reset(self) -> None:
        """Forget what was before."""
        self._late.clear()

    def end(self) -> float:
        """Stop; the 99th percentile in milliseconds."""
        self._task.cancel()
        return milliseconds(self._late, 99)


class Peak:
    """Watches the memory of processes and their children, also later ones, twenty times a second."""

    def __init__(self, processes: Sequence[psutil.Process]) -> None:
        self._roots = processes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.mb = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def watched(self) -> list[psutil.Process]:
        """The processes that count at this moment."""
        return family(self._roots)

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            self.mb = max(self.mb, memory(self.watched()))
