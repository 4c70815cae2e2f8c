"""Every hostile update has the outcome the manifest gives, and the server goes on."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from app.sync import protocol
from app.sync.failures import Unfit
from app.sync.held import Held
from tests.conftest import SHARED
from tests.sync.bare import Bare
from tests.sync.clients import Client

MANIFEST = SHARED / "hostile" / "manifest.json"
FILES = (
    [entry for entry in json.loads(MANIFEST.read_text()) if entry["file"].startswith("crdt/")]
    if MANIFEST.is_file()
    else [{"file": "absent"}]
)

# The refusal must be for the reason that the manifest gives.
REASONS = {
    "01_empty": "cut short",
    "02_truncated": "cut short",
    "03_client_count_2e28": "too many clients",
    "04_client_count_2e34": "out of range",
    "05_struct_count_2e28": "structs out of range",
    "06_ds_ranges_2e28": "deleted ranges",
    "07_ds_clients_2e31": "deleting clients",
    "08_any_depth_26500": "nested too deep",
    "09_any_depth_1700": "nested too deep",
    "11_xml_depth_40000": "elements nested too deep",
    "12_json_depth_10000": "JSON nested too deep",
    "13_clock_2e32": "out of range",
    "14_gc_len_2e32": "out of range",
    "16_gc_zero": "empty",
    "17_empty_string_item": "empty text",
    "18_skip_struct": "Skip",
    "24_self_parent": "leans on itself",
    "26_bad_utf8": "UTF-8",
    "27_surrogate_utf8": "UTF-8",
    "29_trailing_bytes": "after the update",
    "30_update_v2": "after the update",
    "31_unknown_content_ref": "unknown content 15",
    "32_unknown_type_ref": "unknown type 9",
    "33_unknown_root": "unknown root",
    "35_clients_100k": "too many clients",
    "36_subdoc": "subdocument",
    "37_binary_blob_1MB": "ContentBinary",
    "43_node_script": "unknown element 'script'",
    "44_attr_onclick": "unknown attribute 'onclick'",
    "45_link_js": "mark 'link'",
    "47_img_src_external": "unknown element 'image'",
    "48_heading_level_1e9": "attribute 'level'",
    "49_attr_1MB": "value too long",
}

# The manifest has these applied and never compacted. Newcomers would get whatever is written behind
# them in another place, so they are refused: by the engine, since the document decides.
HALVES = ("41_half_surrogate_delete", "42_half_surrogate_insert")


def base_for(name: str, hostile: Path) -> bytes | None:
    if name.startswith("38"):
        # A million characters by client 5, for the eight bytes that delete them.
        text = b"a" * 1_000_000
        return b"\x01\x01\x05\x00\x04\x01\x01t" + protocol.block(text) + b"\x00"
    if name in HALVES:
        return (hostile / "crdt/41_base.bin").read_bytes()
    return None


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
async def test_it_is_refused_stored_or_answered_as_the_manifest_says(
    bare: Bare, hostile: Path, entry: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "app.sync.intake")
    data = (hostile / entry["file"]).read_bytes()
    name = Path(entry["file"]).stem
    document = await bare.document(ana=[5, 6], ben=[77])
    async with bare.client(document, "ana", ask=False) as ana:
        ana.auto = False
        if (base := base_for(name, hostile)) is not None:
            await ana.update(base)
            await ana.until(lambda: ana.acked == 1)
            assert not ana.refused
        before = await bare.rows(document)
        engine = bare.sync.engine.pid
        frame = protocol.update(data)
        await send_and_see(bare, ana, entry, name, frame, caplog)
        accepted = "ACCEPT" in entry["expect"]
        assert await bare.rows(document) == before + accepted
        assert bare.sync.engine.pid == engine
        # The socket, the engine and the document go on: an honest word is stored.
        await ana.update(b"\x01\x01\x06\x63\x04\x01\x01t\x01a\x00".replace(b"\x63", b"\x00"))
        await ana.until(lambda: ana.acked == ana.sent)


async def send_and_see(
    bare: Bare,
    ana: Client,
    entry: dict[str, str],
    name: str,
    frame: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    number = ana.sent + 1
    if len(frame) > 1 << 20:
        # Larger than a frame may be: the socket itself ends; the scan says why it would not do.
        see_directly(frame, name)
        return
    await ana.raw(frame)
    await ana.until(lambda: ana.acked >= number)
    codes = dict(ana.refused)
    if "RESYNC" in entry["expect"]:
        assert codes.get(number) == "resync"
        await ana.until(lambda: any(f[:2] == b"\x00\x00" for f in ana.frames))
    elif "not-owned" in entry["expect"]:
        assert codes.get(number) == "not_owner"
    elif name in HALVES:
        assert codes.get(number) == "invalid"
    elif "REJECT close" in entry["expect"]:
        assert codes.get(number) in ("invalid", "too_big")
        assert REASONS[name] in caplog.text
        see_directly(frame, name)
    else:
        assert number not in codes


def see_directly(frame: bytes, name: str) -> None:
    """Refused within 50 ms of work, however busy the machine is."""
    from app.sync.scan import scan
    from app.sync.structs import Refused
    from tests.hostile.conftest import LIMITS

    started = time.thread_time()
    with pytest.raises(Refused, match=REASONS[name]):
        scan(protocol.read(frame).body, LIMITS)
    assert time.thread_time() - started < 0.05


@pytest.mark.parametrize("name", ["38_delete_all", "22_hijack_text"])
async def test_a_reader_is_refused_whatever_it_sends(bare: Bare, hostile: Path, name: str) -> None:
    data = (hostile / f"crdt/{name}.bin").read_bytes()
    document = await bare.document(ana=[5])
    base = b"\x01\x01\x05\x00\x04\x01\x01t" + protocol.block(b"a" * 1_000_000) + b"\x00"
    async with (
        bare.client(document, "ana", ask=False) as ana,
        bare.client(document, "rea", "reader", ask=False) as reader,
    ):
        await ana.update(base)
        await ana.settled()
        await reader.update(data)
        await reader.until(lambda: reader.refused)
        assert reader.refused == [(1, "read_only")]
    assert await bare.rows(document) == 2


async def test_a_standard_client_is_closed_for_good(bare: Bare, hostile: Path) -> None:
    data = (hostile / "crdt/43_node_script.bin").read_bytes()
    async with bare.client(await bare.document(), durable=False, ask=False) as client:
        await client.update(data)
        await client.until(lambda: client.closed_with is not None)
        assert client.closed_with == 4400


@pytest.mark.parametrize("name", HALVES)
def test_a_document_with_half_an_emoji_is_never_compacted(hostile: Path, name: str) -> None:
    """It is in a log of an earlier version."""
    held = Held(frozenset({"t"}))
    stored = [(hostile / f"crdt/{part}.bin").read_bytes() for part in ("41_base", name)]
    held.load(stored, lambda _: None, frozenset())
    with pytest.raises(Unfit):
        held.snapshot()
