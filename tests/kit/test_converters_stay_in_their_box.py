"""The box: no network, no other file, limits, last in line for the processor and first to go."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from app.kit import box, converters
from tests.waiting import until

WRITERS = ("docx", "odt", "epub3", "icml", "html", "typst", "markdown")


def document(*sources: str) -> bytes:
    """A pandoc document of nothing but pictures."""
    images: list[dict[str, Any]] = [
        {"t": "Image", "c": [["", [], []], [], [source, ""]]} for source in sources
    ]
    blocks = [{"t": "Para", "c": [image]} for image in images]
    return json.dumps({"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}).encode()


@pytest.fixture(params=["as it is", "where the network cannot be taken away"])
def offered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system offers: namespaces, or none."""
    if request.param != "as it is":
        monkeypatch.setattr(box, "_without_network", lambda: ())
        assert box.has_network()


@pytest.mark.usefixtures("offered")
@pytest.mark.parametrize("writer", WRITERS)
async def test_no_writer_asks_the_network_or_opens_a_file(writer: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (5, 5), (200, 10, 10)).save(secret)
    work = tmp_path / "work"
    work.mkdir()
    work.joinpath("near.png").write_bytes(secret.read_bytes())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x.png"
        given = document(address, str(secret), secret.as_uri(), "near.png", "../secret.png")
        out = await converters.pandoc(
            ["-s", "-f", "json", "-t", writer, "-o", "-", "--metadata=title=t"],
            folder=work,
            given=given,
        )
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    pixels = secret.read_bytes()
    assert pixels not in out
    assert base64.b64encode(pixels) not in out
    if out.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(out)) as archive:
            assert all(archive.read(name) != pixels for name in archive.namelist())


async def test_a_picture_given_as_data_goes_through_the_sandbox(tmp_path: Path) -> None:
    """What stands in for pictures (`app.exporting.standins`) must reach the writers."""
    png = io.BytesIO()
    Image.new("RGB", (1, 1), (1, 2, 3)).save(png, "PNG")
    given = document("data:image/png;base64," + base64.b64encode(png.getvalue()).decode())
    out = await converters.pandoc(
        ["-f", "json", "-t", "docx", "-o", "-"], folder=tmp_path, given=given
    )
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        [media] = [name for name in archive.namelist() if "media/" in name]
        assert archive.read(media) == png.getvalue()


async def said(folder: Path, code: str, **more: Any) -> str:
    done = await box.run([sys.executable, "-c", code], folder=folder, **more)
    assert done.code == 0, done.errors
    return done.output.decode()


async def test_people_who_type_come_first(tmp_path: Path) -> None:
    assert int(await said(tmp_path, "import os; print(os.nice(0))")) >= os.nice(0) + 10


@pytest.mark.skipif(not Path("/proc/self/oom_score_adj").exists(), reason="Linux says it there")
async def test_the_kernel_ends_a_converter_before_the_server(tmp_path: Path) -> None:
    inside = await said(tmp_path, "print(open('/proc/self/oom_score_adj').read())")
    assert int(inside) > int(Path("/proc/self/oom_score_adj").read_text()) + 500


async def test_memory_that_ran_out_is_said(tmp_path: Path) -> None:
    """As the kernel does it: with a signal that nobody can hold up."""
    command = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    with pytest.raises(box.Starved, match="memory"):
        await box.run(command, folder=tmp_path)


async def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "deeper").mkdir(parents=True)
    (work / "deeper" / "passwd").symlink_to("/etc/passwd")
    with pytest.raises(ValueError, match="passwd"):
        await box.run(["cat", "deeper/passwd"], folder=work)


async def test_each_limit_ends_it_with_a_sentence(tmp_path: Path) -> None:
    forever = [sys.executable, "-c", "while True: pass"]
    with pytest.raises(box.TookTooLong, match="computing"):
        await box.run(forever, folder=tmp_path, limits=box.Limits(seconds=60, cpu_seconds=1))
    with pytest.raises(box.TookTooLong, match="longer"):
        await box.run(["sleep", "100"], folder=tmp_path, limits=box.Limits(seconds=0.2))
    with pytest.raises(box.SaidTooMuch, match="said"):
        await box.run(["yes"], folder=tmp_path, limits=box.Limits(output_mb=1))
    with pytest.raises(box.SaidTooMuch, match="wrote"):
        await box.run(["sh", "-c", "exec head -c 3000000 /dev/zero >big"], folder=tmp_path,
                      limits=box.Limits(output_mb=1))  # fmt: skip


async def test_nothing_it_started_stays_behind(tmp_path: Path) -> None:
    child = await said(
        tmp_path,
        "import subprocess; p = subprocess.Popen(['sleep', '100'], stdout=-3, stderr=-3); print(p.pid)",
    )
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(child)).wait(timeout=10)


def test_the_machine_that_runs_this_can_take_the_network_away_or_says_so() -> None:
    tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    assert box.has_network() == (tried.returncode != 0)


_WHOEVER = """
import asyncio, pathlib, sys
from app.kit import box

source = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
asyncio.run(box.run([sys.executable, "-c", source], folder=pathlib.Path(sys.argv[1])))
"""


async def test_when_the_server_is_killed_its_converters_end(tmp_path: Path) -> None:
    server = subprocess.Popen([sys.executable, "-c", _WHOEVER, str(tmp_path)])
    pid = tmp_path / "pid"
    try:
        await until(lambda: pid.exists() and pid.read_text(), 20)
        converter = psutil.Process(int(pid.read_text()))
    finally:
        server.kill()
        server.wait()
    with contextlib.suppress(psutil.NoSuchProcess):
        await until(lambda: converter.status() == psutil.STATUS_ZOMBIE)
