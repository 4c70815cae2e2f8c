"""A job that does not fit into the memory that is free waits, says why, and does not wait for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.kit import memory
from app.kit.errors import Unavailable


def machine(folder: Path, **numbers: int) -> Path:
    """A /proc that says these numbers of megabytes."""
    (folder / "self").mkdir(parents=True)
    lines = [f"{name}:  {number * 1024} kB" for name, number in numbers.items()]
    (folder / "meminfo").write_text("\n".join(lines) + "\nHugePages_Total:       0\n")
    return folder


def test_what_is_free_is_what_the_machine_says(tmp_path: Path) -> None:
    proc = machine(tmp_path / "proc", MemTotal=4000, MemFree=100, MemAvailable=900)
    assert memory.free_mb(proc, tmp_path) == 900
    assert memory.total_mb(proc, tmp_path) == 4000


def test_a_container_has_what_it_was_given(tmp_path: Path) -> None:
    proc = machine(tmp_path / "proc", MemTotal=64_000, MemAvailable=50_000)
    (proc / "self" / "cgroup").write_text("0::/box/inner\n")
    inner = tmp_path / "groups" / "box" / "inner"
    inner.mkdir(parents=True)
    (inner / "memory.max").write_text("max\n")
    (inner.parent / "memory.max").write_text(f"{1000 * 2**20}\n")
    (inner.parent / "memory.current").write_text(f"{700 * 2**20}\n")
    (inner.parent / "memory.stat").write_text(f"anon 5\ninactive_file {100 * 2**20}\n")
    assert memory.free_mb(proc, tmp_path / "groups") == 400
    assert memory.total_mb(proc, tmp_path / "groups") == 1000


def test_the_older_kind_of_container_too(tmp_path: Path) -> None:
    proc = machine(tmp_path / "proc", MemTotal=64_000, MemAvailable=50_000)
    (proc / "self" / "cgroup").write_text("5:cpu:/x\n4:memory:/x\n")
    own = tmp_path / "groups" / "memory" / "x"
    own.mkdir(parents=True)
    (own / "memory.limit_in_bytes").write_text(f"{800 * 2**20}\n")
    (own / "memory.usage_in_bytes").write_text(f"{300 * 2**20}\n")
    (own.parent / "memory.limit_in_bytes").write_text(f"{2**63 - 4096}\n")
    (own.parent / "memory.usage_in_bytes").write_text("5\n")
    assert memory.free_mb(proc, tmp_path / "groups") == 500


def test_where_nobody_says_it_nobody_waits(tmp_path: Path) -> None:
    assert memory.free_mb(tmp_path, tmp_path) is None


async def test_it_waits_and_says_why_until_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    free = iter([100, 200, 700])
    monkeypatch.setattr(memory, "free_mb", lambda: next(free))
    monkeypatch.setattr(memory, "total_mb", lambda: 8000)
    monkeypatch.setattr(memory, "LOOK_AGAIN", 0)
    told: list[str] = []

    async def tell(step: str) -> None:
        told.append(step)

    await memory.wait_for(600, tell)
    assert told == [
        "Waiting for memory: 600 MB are needed, 100 MB are free",
        "Waiting for memory: 600 MB are needed, 200 MB are free",
    ]


async def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_mb", lambda: 100)
    monkeypatch.setattr(memory, "total_mb", lambda: 8000)
    with pytest.raises(Unavailable, match=r"600 MB.*only 100 MB"):
        await memory.wait_for(600, _nobody, patience=0)


async def test_a_small_machine_tries_with_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """A need larger than the whole machine is an estimate that nothing could meet."""
    monkeypatch.setattr(memory, "free_mb", lambda: 400)
    monkeypatch.setattr(memory, "total_mb", lambda: 500)
    await memory.wait_for(900, _nobody, patience=0)


async def _nobody(step: str) -> None:
    """Told to nobody."""
