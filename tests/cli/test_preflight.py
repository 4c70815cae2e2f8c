"""`chapterhouse preflight`: one JSON document, and exit code 1 when something blocks."""

from __future__ import annotations

import json
from pathlib import Path

from tests.servers import Server


def test_what_scripts_rely_on(shared_server: Server, tmp_path: Path) -> None:
    made = shared_server.json("new", "Checked", "--region", "Here")
    file = tmp_path / "one.md"
    file.write_text("# One\n\nSee [your duties](#duties), or click [here](https://example.org).\n")
    shared_server.run("import", made["slug"], str(file))
    said = shared_server.run("preflight", made["slug"], "--no-files", "--json")
    assert said.returncode == 1
    report = json.loads(said.stdout)
    assert report.keys() == {"blocking", "findings"}
    assert report["blocking"] == 1
    assert all(one.keys() == {"code", "severity", "place", "message"} for one in report["findings"])
    assert [(one["code"], one["severity"], one["place"]) for one in report["findings"]] == [
        ("dead_link", "must", "One"),
        ("summary_missing", "should", "Checked"),
        ("chapter_not_done", "should", "One"),
        ("unclear_link", "should", "One"),
        ("not_checked", "unchecked", "checked"),
    ]


def test_what_people_read(shared_server: Server, tmp_path: Path) -> None:
    made = shared_server.json("new", "Clean", "--region", "Here")
    file = tmp_path / "one.md"
    file.write_text("# One\n\nWords.\n")
    shared_server.run("import", made["slug"], str(file))
    said = shared_server.run("preflight", made["slug"], "--no-files")
    assert said.returncode == 0
    assert said.stdout.splitlines()[1:] == [
        "Should fix: One: This chapter is still a draft. Finish it and set its status to Done.",
        "Not checked: The files were not made, so nobody looked at them.",
        "0 must fix, 2 should fix, 0 waved through.",
    ]


def test_a_guide_that_is_not_there_is_one_sentence(shared_server: Server) -> None:
    said = shared_server.run("preflight", "nowhere", "--json")
    assert (said.returncode, said.stdout) == (2, "")
    assert "There is no guide “nowhere”." in said.stderr
