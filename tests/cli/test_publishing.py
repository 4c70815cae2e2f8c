"""`chapterhouse publish` and `withdraw`: from the terminal to the public page and back."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.servers import Server


@pytest.fixture
def guide(server: Server, tmp_path: Path) -> str:
    """A guide with a chapter."""
    made = server.json("new", "Bread and Roses")
    (tmp_path / "rights.md").write_text("# Your rights\n\nYou may talk to each other.\n")
    server.json("import", made["slug"], str(tmp_path / "rights.md"))
    slug: str = made["slug"]
    return slug


def test_a_guide_is_published_and_withdrawn(server: Server, guide: str) -> None:
    done = server.json("publish", guide, "--format", "epub", "--note", "All of it.")
    assert done["edition"] == 1
    assert done["address"] == f"{server.base}/read/{guide}/"
    assert [file["format"] for file in done["files"]] == ["epub"]
    assert "All of it." in httpx.get(done["address"]).text
    said = server.run("publish", guide, "--format", "epub").stdout
    assert said == f"Edition 2 is public: {done['address']}\n"
    assert server.json("withdraw", guide) == {
        "withdrawn": 2,
        "shown": 1,
        "address": done["address"],
    }
    assert (
        server.run("withdraw", guide).stdout.splitlines()[-1]
        == "Nothing of this guide is public now."
    )
    assert httpx.get(done["address"]).status_code == 410
    again = server.run("withdraw", guide)
    assert (again.returncode, again.stderr) == (2, "Nothing of this guide is public.\n")
