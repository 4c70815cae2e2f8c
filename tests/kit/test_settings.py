"""Settings: what an operator can set, and what becomes of a mistake."""

from __future__ import annotations

import pytest

from app.kit import config
from app.kit.config import Settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [f"CHAPTERHOUSE_{field.upper()}" for field in Settings.model_fields]:
        monkeypatch.delenv(name, raising=False)


def test_a_misspelt_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAPTERHOUSE_DATADIR", "/srv")
    with pytest.raises(ValueError, match="CHAPTERHOUSE_DATADIR"):
        config.load()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "eighty", "CHAPTERHOUSE_PORT"),
        ("PORT", "70000", "CHAPTERHOUSE_PORT"),
        ("CREATE", "everyone", "CHAPTERHOUSE_CREATE"),
        ("DATABASE_URL", "mysql://root@localhost/x", "postgresql://"),
        ("DATABASE_URL", "sqlite:///x.db", "leave it out"),
        ("BASE_URL", "guides.example.org", "https://"),
        ("BASE_URL", "https://example.org/guides", "without a path"),
    ],
)
def test_a_value_that_cannot_be_used_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"CHAPTERHOUSE_{name}", value)
    with pytest.raises(ValueError, match="cannot be used") as caught:
        config.load()
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_origins_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAPTERHOUSE_ALLOWED_ORIGINS", "https://A.example/, https://b.example")
    assert config.load().allowed_origins == ["https://a.example", "https://b.example"]


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ({"base_url": "https://Guides.Example.org/"}, "https://guides.example.org"),
        ({"base_url": "https://x.example:443"}, "https://x.example"),
        ({"base_url": "http://x.example:80"}, "http://x.example"),
        ({"base_url": "http://x.example:8443"}, "http://x.example:8443"),
        ({"host": "::1", "port": 8001}, "http://[::1]:8001"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:8000"),
    ],
)
def test_the_address_people_open_is_the_origin_their_browsers_send(
    given: dict[str, str], origin: str
) -> None:
    assert Settings(**given).origin == origin


@pytest.mark.parametrize(
    ("given", "may"),
    [
        ({}, True),
        ({"host": "localhost"}, True),
        ({"host": "192.168.1.5"}, True),
        ({"lan": True}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "::"}, False),
        ({"host": "8.8.8.8"}, False),
        ({"base_url": "https://guides.example.org"}, False),
        ({"base_url": "https://guides.example.org", "create": "anyone"}, True),
        ({"create": "operator"}, False),
    ],
)
def test_guides_are_started_by_anyone_only_where_nobody_else_can_come(
    given: dict[str, object], may: bool
) -> None:
    assert Settings(**given).anyone_may_create is may
