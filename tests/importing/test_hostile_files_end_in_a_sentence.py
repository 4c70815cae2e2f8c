"""Files made to do harm: each is refused in one clear sentence, or comes in as harmless words."""

from __future__ import annotations

import asyncio
import io
import random
import stat
import time
import zipfile
from pathlib import Path

import pytest

from app.importing import archives, files, readers, web_pages
from app.kit import box, converters
from app.kit.errors import AppError
from app.manuscript import plain
from tests.importing.reading import convert, read


async def refused(folder: Path, name: str, data: bytes, within: float = 3) -> str:
    """The sentence with which a file is refused."""
    path = folder / "given"
    path.write_bytes(data)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    began = time.monotonic()
    with pytest.raises(AppError) as caught:
        await readers.read(files.Given(name, path), work)
    assert time.monotonic() - began < within
    assert caught.value.message.endswith(".")
    assert 10 < len(caught.value.message) < 200
    return caught.value.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("94_bomb.docx", "unpack"),
        ("95_slip.docx", "outside itself"),
        ("87_nested_div_200k.html", "nested more than 200 deep"),
        ("85_brackets.md", "brackets"),
    ],
)
async def test_the_shared_hostile_files(
    name: str, words: str, shared: Path, tmp_path: Path
) -> None:
    data = (shared / "hostile/docs" / name).read_bytes()
    assert words in await refused(tmp_path, name, data)


async def test_typst_code_is_words(shared: Path, tmp_path: Path) -> None:
    data = (shared / "hostile/docs/84_raw_typst.md").read_bytes()
    ready = await read(tmp_path, "a.md", data)
    assert "{=typst}" in plain.text(ready.tree)


async def test_a_frame_of_another_machine_is_not_opened(shared: Path, tmp_path: Path) -> None:
    data = (shared / "hostile/docs/80_iframe_imds.html").read_bytes()
    asked: list[object] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(1)
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    data = data.replace(b"169.254.169.254", f"127.0.0.1:{port}".encode())
    data += f'<img src="http://127.0.0.1:{port}/x.png">'.encode()
    ready = await read(tmp_path, "a.html", data)
    server.close()
    assert asked == []
    assert plain.text(ready.tree) == ""


async def test_deeply_nested_things_of_every_kind(tmp_path: Path) -> None:
    page = b"<div>" * 5000
    assert "nested" in await refused(tmp_path, "a.html", page)
    assert "brackets" in await refused(tmp_path, "a.md", b"[" * 3000)
    ready = await read(tmp_path, "b.md", ">" * 300 + " deep")
    assert plain.text(ready.tree).strip().endswith("deep")


def docx(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


async def test_archives_that_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hundred times" in await refused(tmp_path, "a.docx", docx(big=b"0" * 5_000_000))
    chance = random.Random(1)
    grain = bytes(chance.randrange(256) for _ in range(300_000))
    big = {f"n{at}": grain * 90 for at in range(4)}
    monkeypatch.setattr(archives, "MAX_RATIO", 10**9)
    assert "100 MB are the limit" in await refused(tmp_path, "a.docx", docx(**big))
    many = {f"n{at}": b"" for at in range(archives.MAX_ENTRIES + 1)}
    assert "parts inside" in await refused(tmp_path, "a.docx", docx(**many))
    assert "not a docx file" in await refused(tmp_path, "a.docx", docx(hello=b"x"))
    assert "not a docx file" in await refused(tmp_path, "a.docx", b"PK\x03\x04 and then nothing")
    assert "not an odt file" in await refused(tmp_path, "a.odt", b"")
    link = zipfile.ZipInfo("word/document.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "outside itself" in await refused(tmp_path, "a.docx", out.getvalue())


async def test_a_docx_with_entities_reads_nothing_else(tmp_path: Path) -> None:
    body = (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    relations = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        b'Target="word/document.xml"/></Relationships>'
    )
    data = docx(**{"word__document.xml": body, "_rels__.rels": relations})
    said = await refused(tmp_path, "a.docx", data)
    assert "root:" not in said


async def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    assert "not a text file" in await refused(tmp_path, "a.md", b"\x00\x01\x02" * 100)
    assert "10 MB" in await refused(tmp_path, "a.md", b"x" * (readers.MAX_TEXT + 1))
    assert "10 MB" in await refused(tmp_path, "a.html", b"x" * (web_pages.MAX_BYTES + 1))


async def test_a_converter_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "_LIMITS", box.Limits(seconds=1, cpu_seconds=1))
    monkeypatch.setattr(readers, "_too_many_brackets", lambda text: False)
    said = await refused(tmp_path, "a.md", b"[" * 20_000, within=5)
    assert "stopped" in said


async def test_a_converter_that_wants_all_memory_is_ended(tmp_path: Path) -> None:
    rows = "".join(f"<w:p><w:r><w:t>{at}</w:t></w:r></w:p>" for at in range(60_000))
    honest = convert("x", "docx", tmp_path)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(honest)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "word/document.xml":
                data = data.replace(b"</w:body>", rows.encode() * 4 + b"</w:body>")
            new.writestr(entry.filename, data)
    path = tmp_path / "big.docx"
    path.write_bytes(out.getvalue())
    with pytest.raises(converters.ConversionFailed, match=r"memory|stopped"):
        await converters.pandoc(
            ["-f", "docx", "-t", "json", path.name],
            folder=tmp_path,
            heap_mb=64,
            limits=box.Limits(seconds=30, cpu_seconds=20),
        )


async def test_readers_cannot_read_other_files(tmp_path: Path) -> None:
    """pandoc runs with --sandbox: no format may include a file of this machine."""
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    with pytest.raises(converters.ConversionFailed):
        out = await converters.pandoc(
            ["-f", "rst", "-t", "plain"], folder=tmp_path, given=b".. include:: secret.txt\n"
        )
        assert b"canary" not in out
        raise converters.ConversionFailed("nothing was included")
