"""A real server for tests: `chapterhouse serve` in a process of its own, to be killed and restarted."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from app.kit.config import PREFIX, Settings

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "app.cli"]


class Server:
    """One data folder and the server on it; `start`, `kill` and `restart` as often as needed."""

    command = COMMAND
    """How the command line is started."""

    def __init__(self, settings: Settings, log: Path, *, folder: Path = ROOT, **more: str) -> None:
        self.settings = settings
        self.folder = folder
        self.base = settings.base
        self.log = log
        self.environment = environment(settings) | {
            PREFIX + name.upper(): value for name, value in more.items()
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def socket_base(self) -> str:
        """The address for sockets."""
        return self.base.replace("http", "ws", 1)

    def start(self, *options: str, within: float = 20) -> None:
        """Start it, with options of `serve`, and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command, "serve", *options],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"The server ended: {self.said()}")
            try:
                if httpx.get(f"{self.base}/api/health", timeout=2).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"The server does not answer: {self.said()}")

    @property
    def runs(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def said(self) -> str:
        """What it printed so far."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """End it as a power cut does: SIGKILL, to it and to everything it started."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop; what is left after ten seconds is killed."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Kill it and start it again on the same data and port."""
        self.kill()
        self.start()

    def _end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        self.process.wait(10)
        self.process = None

    def run(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a `chapterhouse` command with the same settings."""
        return run(*arguments, environment=self.environment, timeout=timeout)

    def json(self, *arguments: str) -> Any:
        """Run a command with `--json` and return what it printed."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def environment(settings: Settings) -> dict[str, str]:
    """The environment that makes `chapterhouse` use these settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    clean |= {
        "CHAPTERHOUSE_DATA_DIR": str(settings.data_dir),
        "CHAPTERHOUSE_HOST": settings.host,
        "CHAPTERHOUSE_PORT": str(settings.port),
        "CHAPTERHOUSE_CREATE": settings.create,
    }
    if settings.database_url:
        clean["CHAPTERHOUSE_DATABASE_URL"] = settings.database_url
    if settings.redis_url:
        clean["CHAPTERHOUSE_REDIS_URL"] = settings.redis_url
    return clean


def run(
    *arguments: str, environment: dict[str, str], timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run a `chapterhouse` command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def complaint(said: str) -> str:
    """The first exception that a server's log tells of, with the lines around it; "" when none."""
    at = said.find("Traceback")
    if at < 0:
        return ""
    start = said.rfind("\n", 0, max(0, said.rfind("\n", 0, at))) + 1
    return said[start : at + 3000]
