"""The box: a converter runs as a process of its own, with limits and without the network.

Converters read what strangers wrote. Each run gets an own process group (cancelling ends all of
it), a folder without links, limits on time, memory and output, a bare environment, and no network
where the system lets an ordinary user leave it (Linux user namespaces). It is the first to wait
when somebody types, and the first to go when the machine's memory runs out.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

_MB = 1024 * 1024
_NICE = 15
"""People who type come first; of 19 steps not the last, so that a busy machine still gets there."""

# Runs before the converter: a limit set here binds it and all that it starts. A few milliseconds
# of Python are cheaper than running code between fork and exec in a process with threads.
_LAUNCH = """
import ctypes, os, resource, signal, sys
cpu, memory, size, nice, starter = (int(a) for a in sys.argv[1:6])
try:
    # Whoever started this may be killed; nobody would wait for it then (PR_SET_PDEATHSIG).
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
except (OSError, AttributeError):
    pass
if os.getppid() != starter:
    sys.exit("whoever asked for this is gone")
def say(name, value):
    try:
        with open("/proc/self/" + name, "w") as file:
            file.write(str(value))
    except OSError:
        pass
def limit(which, value, slack=0):
    hard = resource.getrlimit(which)[1]
    top = value + slack if hard == resource.RLIM_INFINITY else min(value + slack, hard)
    resource.setrlimit(which, (min(value, top), top))
limit(resource.RLIMIT_CPU, cpu, 2)
limit(resource.RLIMIT_FSIZE, size)
limit(resource.RLIMIT_CORE, 0)
if memory:
    limit(resource.RLIMIT_AS, memory)
# Python ignores these two, and whoever is started by it would too: it would go on with half a file.
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
os.nice(nice)
# A session of its own may be a group of the scheduler's of its own, in which niceness stays inside.
say("autogroup", nice)
# When memory runs out the kernel ends this one and not the server that everybody's words are in.
say("oom_score_adj", 900)
os.execvp(sys.argv[6], sys.argv[6:])
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use. `memory_mb` 0 sets no limit on addresses (GHC reserves a terabyte)."""

    seconds: float = 60
    cpu_seconds: int = 60
    memory_mb: int = 0
    output_mb: int = 256


@dataclass(frozen=True, slots=True)
class Result:
    """What a run said: its exit code (negative: the signal that ended it) and its outputs."""

    code: int
    output: bytes
    errors: str


class BoxError(Exception):
    """A run that did not come to its end; the message is a sentence about the limit it met."""


class TookTooLong(BoxError):
    """The time was up."""


class SaidTooMuch(BoxError):
    """The output was larger than allowed."""


class Starved(BoxError):
    """The kernel ended it, because there was no memory left."""


async def run(
    command: Sequence[str],
    *,
    folder: Path,
    given: bytes = b"",
    limits: Limits | None = None,
    environment: Mapping[str, str] | None = None,
) -> Result:
    """Run a command in `folder`, feed it `given`, and return what it said.

    The limits end it: TookTooLong, SaidTooMuch; memory that ran out: Starved. Cancelling the task
    kills the whole group. ValueError when there is a link in `folder`: it could lead out of it.
    """
    limits = limits or Limits()
    await asyncio.to_thread(_without_links, folder)
    with await asyncio.to_thread(_source, folder, given) as source:
        process = await asyncio.create_subprocess_exec(
            *_boxed(command, limits),
            cwd=folder,
            env=_environment(folder, environment or {}),
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    if process.stdout is None or process.stderr is None:
        raise RuntimeError("pipes were asked for")
    try:
        async with asyncio.timeout(limits.seconds):
            output, errors = await asyncio.gather(
                _read(process.stdout, limits.output_mb * _MB),
                _read(process.stderr, 4 * _MB, cut=True),
            )
            code = await process.wait()
    except TimeoutError:
        raise TookTooLong(f"It took longer than {limits.seconds:g} seconds.") from None
    finally:
        # Also when all went well: nothing it started may stay behind.
        await _end(process)
    if code == -signal.SIGKILL:
        # Nobody here did it: the limits have signals of their own, and we look only when it ended.
        raise Starved("The machine's memory ran out.")
    if code == -signal.SIGXCPU:
        raise TookTooLong(f"It needed more than {limits.cpu_seconds} seconds of computing.")
    if code == -signal.SIGXFSZ:
        raise SaidTooMuch(f"It wrote more than {limits.output_mb} MB.")
    return Result(code, output, errors.decode("utf-8", "replace"))


def _boxed(command: Sequence[str], limits: Limits) -> list[str]:
    launch = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        _LAUNCH,
        str(limits.cpu_seconds),
        str(limits.memory_mb * _MB),
        str(limits.output_mb * _MB),
        str(_NICE),
        str(os.getpid()),
        *command,
    ]
    return [*_without_network(), *launch]


@cache
def _without_network() -> tuple[str, ...]:
    """The prefix that takes the network away; empty where the system does not offer it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    tried = subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False)
    return (unshare, "-rn") if tried.returncode == 0 else ()


def has_network() -> bool:
    """Whether a boxed run could reach the network (then only the converter's own sandbox keeps it)."""
    return not _without_network()


def _without_links(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise ValueError(f"A converter's folder must not have links: {path.name}")


def _environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        **more,
    }


def _source(folder: Path, data: bytes) -> BinaryIO:
    """What the run reads, as a file without a name: a pipe to a process that is killed while it
    is being fed leaves asyncio with an error that belongs to nobody."""
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by whoever asked for it
    file.write(data)
    file.seek(0)
    return file


async def _read(pipe: asyncio.StreamReader, most: int, *, cut: bool = False) -> bytes:
    out = bytearray()
    while chunk := await pipe.read(65536):
        if len(out) + len(chunk) <= most:
            out += chunk
        elif not cut:
            raise SaidTooMuch(f"It said more than {most // _MB} MB.")
    return bytes(out)


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is None:
        # Shielded: the process must be reaped also while we are being cancelled.
        await asyncio.shield(process.wait())
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()
