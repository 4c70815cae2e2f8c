"""The Dockerfile and docker-compose.yml, as far as they can be checked without a container engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.kit.config import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SETTINGS = {f"CHAPTERHOUSE_{name.upper()}" for name in Settings.model_fields}


def test_there_are_the_application_a_postgresql_and_a_redis() -> None:
    images = {name: service.get("image", "") for name, service in COMPOSE["services"].items()}
    assert set(images) == {"app", "postgres", "redis"}
    assert images["postgres"].startswith("postgres:")
    assert images["redis"].startswith("redis:")


def test_every_setting_that_is_used_exists() -> None:
    used = set(COMPOSE["services"]["app"]["environment"])
    used |= set(re.findall(r"CHAPTERHOUSE_[A-Z_]+", DOCKERFILE))
    assert used <= SETTINGS


def test_every_volume_is_declared_and_every_dependency_can_tell_that_it_is_healthy() -> None:
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"]
        for name, condition in service.get("depends_on", {}).items():
            assert condition == {"condition": "service_healthy"}
            assert "healthcheck" in COMPOSE["services"][name]


def test_nothing_but_the_proxys_port_is_open_and_only_to_this_machine() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8000:8000"]


def test_no_password_is_written_down() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"PASSWORD: (?!\$\{POSTGRES_PASSWORD:\?)\S+", text) == []


def test_the_application_sees_its_database_under_the_name_it_has() -> None:
    url = COMPOSE["services"]["app"]["environment"]["CHAPTERHOUSE_DATABASE_URL"]
    user = COMPOSE["services"]["postgres"]["environment"]["POSTGRES_USER"]
    database = COMPOSE["services"]["postgres"]["environment"]["POSTGRES_DB"]
    assert url.startswith(f"postgresql://{user}:")
    assert url.endswith(f"@postgres:5432/{database}")


def test_everything_that_is_copied_into_the_image_exists() -> None:
    ignored = {line.strip() for line in (ROOT / ".dockerignore").read_text().splitlines()}
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert source not in ignored


def test_the_image_runs_as_nobody_special_and_starts_a_command_that_exists() -> None:
    assert re.search(r"^USER (?!root)\w+$", DOCKERFILE, re.M)
    assert 'CMD ["chapterhouse", "serve"]' in DOCKERFILE
    assert 'chapterhouse = "app.cli:main"' in (ROOT / "pyproject.toml").read_text()


def test_the_image_has_the_versions_the_project_asks_for() -> None:
    assert "FROM python:3.11" in DOCKERFILE
    assert "FROM node:20" in DOCKERFILE
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text()


def test_compose_itself_accepts_the_file() -> None:
    if shutil.which("docker") is None:
        pytest.skip("the docker client is not installed")
    if subprocess.run(
        ["docker", "compose", "version"], capture_output=True, check=False
    ).returncode:
        pytest.skip("the docker client has no compose")
    environment = {**os.environ, "POSTGRES_PASSWORD": "x", "BASE_URL": "https://write.example.org"}
    checked = subprocess.run(
        ["docker", "compose", "config", "--quiet"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
