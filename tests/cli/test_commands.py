"""Commands: one sentence when something is wrong, one JSON document when it is asked for."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.kit import migrations
from app.kit.config import Settings
from tests.conftest import Databases, free_port
from tests.servers import Server, environment, run

LINK = re.compile(r"http://127\.0\.0\.1:\d+/join#[\w-]{43}")


@pytest.fixture(scope="module", params=["with a server", "without one"])
def place(request: pytest.FixtureRequest, _all_databases, tmp_path_factory):
    """Settings to run commands with, while a server runs on them and while none does."""
    folder = tmp_path_factory.mktemp("place")
    settings = _all_databases.migrated(folder / "data")
    server = Server(settings, log=folder / "server.log")
    if request.param == "with a server":
        server.start()
    yield server
    server.stop()
    _all_databases.take_back()


def test_new_and_link_say_what_scripts_rely_on(place: Server) -> None:
    made = place.json("new", "Organizing", "--days", "4", "--start", "2026-12-01")
    assert made.keys() == {"slug", "title", "facilitator_link"}
    assert (made["slug"], made["title"]) == ("organizing", "Organizing")
    assert LINK.fullmatch(made["facilitator_link"])
    link = place.json("link", "organizing", "--role", "writer")
    assert link.keys() == {"link", "role"}
    assert LINK.fullmatch(link["link"])
    assert link["role"] == "writer"
    # For people: the link on a line of its own, to be copied.
    said = place.run("link", "organizing", "--role", "facilitator")
    assert LINK.fullmatch(said.stdout.strip())
    said = place.run("new", "Über alles", "--language", "de")
    assert said.stdout.startswith("“Über alles” is ready (uber-alles).")
    assert LINK.fullmatch(said.stdout.splitlines()[-1])


def test_an_import_counts_what_came_in_and_what_changed(place: Server, tmp_path: Path) -> None:
    made = place.json("new", "Imported")
    one, odd = tmp_path / "one.md", tmp_path / "odd.md"
    one.write_text("# One\n\nWord")
    said = place.run("import", made["slug"], str(one))
    assert said.stdout == "One: 1 word\n1 chapter came in.\n"
    odd.write_text("# Odd\n\n![gone](gone.png) and")
    missing = tmp_path / "missing.md"
    said = place.run("import", made["slug"], str(one), str(odd), str(missing)).stdout.splitlines()
    assert said[:3] == ["Odd: 1 word", "One: 1 word", f"{missing}: The file. It does not exist."]
    assert said[-2:] == ["2 chapters came in.", "3 things did not come along as they were."]
    said = place.run("import", made["slug"], str(one), str(missing)).stdout.splitlines()
    assert said[-1] == "1 thing did not come along as it was."


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["new", " "], "Title"),
        (["new", "x", "--language", "!"], "Language"),
        (["new", "x", "--time-zone", "Mars"], "time zone"),
        (["new", "x", "--start", "soon"], "Start"),
        (["new", "x", "--days", "99"], "Days"),
        (["link", "nowhere", "--role", "writer"], "There is no guide “nowhere”."),
        (["link", "nowhere", "--role", "king"], "Role"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    shared_server: Server, arguments: list[str], says: str
) -> None:
    assert says in refuses(shared_server.settings, *arguments)


def test_what_is_wrong_is_one_sentence_without_a_server_too(settings: Settings) -> None:
    assert "Title" in refuses(settings, "new", " ")


def one_sentence(text: str) -> bool:
    return "Traceback" not in text and text.count("\n") == 1 and text.strip()[-1] in ".?"


def refuses(settings: Settings, *arguments: str, **more: str) -> str:
    """What a command says that must not succeed."""
    done = run(*arguments, environment=environment(settings) | more)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert one_sentence(done.stderr), done.stderr
    return done.stderr


def test_a_second_server_on_one_data_folder_does_not_start(server: Server) -> None:
    said = refuses(server.settings, "serve", CHAPTERHOUSE_PORT=str(free_port()))
    assert "already uses" in said
    assert httpx.get(f"{server.base}/api/health").is_success
    server.json("new", "Still there")


def test_a_port_that_is_taken_is_named(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.port)):
        said = refuses(settings, "serve")
    assert str(settings.port) in said
    assert "CHAPTERHOUSE_PORT" in said


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CHAPTERHOUSE_PROT", "1", "CHAPTERHOUSE_PROT"),
        ("CHAPTERHOUSE_PORT", "http", "CHAPTERHOUSE_PORT"),
        ("CHAPTERHOUSE_HOST", "256.1.1.1", "CHAPTERHOUSE_HOST"),
        ("CHAPTERHOUSE_DATA_DIR", "/dev/null", "/dev/null"),
        ("CHAPTERHOUSE_DATABASE_URL", "postgresql://x@127.0.0.1:1/x", "database"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    settings: Settings, name: str, value: str, says: str
) -> None:
    assert says in refuses(settings, "serve", **{name: value})


def test_a_data_folder_with_too_long_a_path_is_named(settings: Settings, tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    assert "too long" in refuses(settings, "serve", CHAPTERHOUSE_DATA_DIR=str(deep))


def test_a_newer_database_is_left_alone(databases: Databases, tmp_path: Path) -> None:
    # Not one that is handed to the next test.
    settings = databases.empty(tmp_path / "data")
    migrations.upgrade(settings)
    engine = migrations.sync_engine(settings)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    engine.dispose()
    assert "newer Chapterhouse" in refuses(settings, "serve")


def test_a_server_that_was_killed_starts_again_where_it_was(server: Server) -> None:
    made = server.json("new", "Kept")
    server.kill()
    # Its socket is still lying there; commands go on without it.
    assert (server.settings.data_dir / "server.sock").exists()
    assert server.json("link", "kept", "--role", "reader")["link"]
    server.start()
    token = made["facilitator_link"].partition("#")[2]
    joined = httpx.post(f"{server.base}/api/join", json={"token": token, "name": "Fay"})
    assert joined.json()["guide"] == "kept"
    assert joined.json()["person"].keys() >= {"id", "name", "role"}


def test_a_server_stops_when_asked_also_while_people_are_there(server: Server) -> None:
    from websockets.sync.client import connect

    made = server.json("new", "Open")
    token = made["facilitator_link"].partition("#")[2]
    joined = httpx.post(f"{server.base}/api/join", json={"token": token, "name": "Fay"})
    cookie = joined.headers["set-cookie"].partition(";")[0]
    live = f"{server.socket_base}/api/guides/open/live"
    with connect(live, additional_headers={"Cookie": cookie}) as socket_:
        assert json.loads(socket_.recv())["topic"] == "hello"
        assert server.process is not None
        server.process.terminate()
        assert server.process.wait(10) == 0
    assert not (server.settings.data_dir / "server.sock").exists()
    assert "Traceback" not in server.said()
    assert "ERROR" not in server.said()


def test_only_the_owner_of_the_data_folder_reaches_the_operators_socket(server: Server) -> None:
    path = server.settings.data_dir / "server.sock"
    assert path.stat().st_mode & 0o777 == 0o600
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(path))) as client:
        assert client.get("http://operator/ping").json() == {"status": "ok"}
    assert httpx.get(f"{server.base}/ping").headers["content-type"] != "application/json"
    assert httpx.post(f"{server.base}/guides", json={"title": "x"}).status_code == 405


def test_nothing_secret_is_said_by_the_server(server: Server) -> None:
    made = server.json("new", "Secret")
    token = made["facilitator_link"].partition("#")[2]
    with httpx.Client(base_url=server.base) as client:
        client.post("/api/join", json={"token": token, "name": "Fay"})
        client.get(f"/join?token={token}")
        client.post("/api/join", content=token)
        session = client.cookies["chapterhouse"]
        client.get("/api/me")
    said = server.said()
    assert token not in said
    assert session not in said
    assert "Fay" not in said
