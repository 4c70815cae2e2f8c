"""Runs the tests on PostgreSQL: `python -m scripts.postgres -- <pytest arguments>`.

Starts a throw-away cluster from the machine's own binaries in a temporary folder, on a free
loopback port with a password of its own, and stops it whatever happens. Where the binaries are
missing it installs the distribution's package, says so, and needs to be root for that.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")


def main(arguments: list[str]) -> int:
    """Run pytest on a fresh cluster; returns its exit code."""
    # Asked to stop, it stops the cluster too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    programs = binaries()
    with (
        tempfile.TemporaryDirectory(prefix="chapterhouse-postgres-") as folder,
        cluster(Path(folder), programs) as address,
    ):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "--db=postgres", *arguments],
            env=os.environ | {"CHAPTERHOUSE_TEST_DB": address},
            check=False,
        )
        return done.returncode


def binaries() -> Path:
    """The folder with initdb and pg_ctl, newest version first; installed when there is none."""
    found = _find()
    if found is None:
        _install()
        found = _find()
    if found is None:
        sys.exit("PostgreSQL's initdb and pg_ctl are nowhere to be found. Install PostgreSQL 13+.")
    return found


def _find() -> Path | None:
    folders = sorted(
        DEBIAN.glob("*/bin"), key=lambda f: int(re.sub(r"\D", "", f.parent.name) or 0), reverse=True
    )
    if (in_path := shutil.which("initdb")) is not None:
        folders.append(Path(in_path).resolve().parent)
    for folder in folders:
        if (folder / "initdb").is_file() and (folder / "pg_ctl").is_file():
            return folder
    return None


def _install() -> None:
    command = ["apt-get", "install", "-y", "--no-install-recommends", "postgresql"]
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.exit(
            "The tests on PostgreSQL need its binaries, and only root can install them. "
            f"Run: {' '.join(command)} (or your system's equivalent)."
        )
    print(f"PostgreSQL is missing; installing it: {' '.join(command)}", flush=True)
    subprocess.run(["apt-get", "update", "-q"], check=False)
    subprocess.run(command, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, check=True)


@contextlib.contextmanager
def cluster(folder: Path, programs: Path) -> Generator[str]:
    """A running cluster in `folder`; yields its address.

    It syncs to disk like a real one, and its own time zone is not UTC, so that a time which is
    stored without one is noticed.
    """
    owner = _owner()
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data, secret, password = folder / "data", folder / "secret", secrets.token_urlsafe(24)
    secret.write_text(password)
    if owner is not None:
        os.chown(secret, owner.pw_uid, owner.pw_gid)
    _run(
        owner, folder, programs / "initdb", "-D", str(data), "-U", "postgres", "--encoding=UTF8",
        "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret}",
    )  # fmt: skip
    port = _free_port()
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "fsync": "on",
        "timezone": "Pacific/Auckland",
        "log_min_messages": "fatal",
    }
    _run(
        owner, folder, programs / "pg_ctl", "-D", str(data), "-w", "-t", "60",
        "-l", str(folder / "log"), "-o", " ".join(f"-c {k}={v}" for k, v in options.items()),
        "start",
    )  # fmt: skip
    try:
        yield f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    finally:
        _run(owner, folder, programs / "pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")


def _owner() -> pwd.struct_passwd | None:
    """Whom to run it as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    sys.exit("PostgreSQL does not run as root, and there is no user “postgres” to run it as.")


def _run(owner: pwd.struct_passwd | None, folder: Path, program: Path, *arguments: str) -> None:
    # Output goes to a file: the server that pg_ctl leaves behind would hold a pipe open for ever.
    with (folder / "output").open("a+") as output:
        done = subprocess.run(
            [program, *arguments],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            check=False,
        )
        if done.returncode:
            output.seek(0)
            sys.exit(f"{program.name} failed:\n{output.read()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    given = sys.argv[1:]
    raise SystemExit(main(given[1:] if given[:1] == ["--"] else given))
