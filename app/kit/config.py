"""Settings: everything an operator can set, as `CHAPTERHOUSE_*` in the environment.

An unknown `CHAPTERHOUSE_*` variable is an error at start: a misspelt setting must not be
silently without effect.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.kit import failpoints

PREFIX = "CHAPTERHOUSE_"
# For the tests and the benchmarks; nothing that an operator sets.
FOREIGN = {"CHAPTERHOUSE_SHARED_DATA", "CHAPTERHOUSE_TEST_DB", failpoints.VARIABLE}


class Settings(BaseSettings):
    """What can be set; the field's name in capitals after `CHAPTERHOUSE_`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    data_dir: Path = Field(
        Path("data"),
        description="Folder of the database, files and exports.",
        validate_default=True,
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    base_url: str | None = Field(
        None, description="Address people open, when a proxy stands in front of the server."
    )
    allowed_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list[str],
        description="Further origins that may open sockets and send changes, separated by commas.",
    )
    database_url: str | None = Field(
        None, description="PostgreSQL address; without it SQLite in the data folder."
    )
    redis_url: str | None = Field(
        None,
        description="Redis address, with which several servers share one PostgreSQL database and "
        "one data folder.",
    )
    create: Literal["auto", "anyone", "operator"] = Field(
        "auto",
        description="Who may start guides: 'anyone', only the 'operator' on the command line, "
        "or 'auto': anyone where the server listens on loopback or in a local network.",
    )
    lan: bool = Field(False, description="Listen on the local network and print its address.")
    max_upload_mb: int = Field(20, ge=1, description="Largest file that may be uploaded, in MB.")
    max_import_mb: int = Field(100, ge=1, description="Largest import in one go, in MB.")
    export_jobs: int = Field(1, ge=1, description="Exports that run at the same time.")
    ghostscript: str | None = Field(
        None,
        description="Path of Ghostscript, a program of its own (AGPL). With it, files for IngramSpark "
        "are converted to CMYK; without it they are said to be not ready.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much the server says."
    )

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [one.strip().rstrip("/").lower() for one in value.split(",") if one.strip()]
        return value

    @field_validator("ghostscript")
    @classmethod
    def _is_program(cls, value: str | None) -> str | None:
        if not value:
            return None
        if shutil.which(value) is None:
            raise ValueError(f"there is no program {value}; leave it out, or install Ghostscript")
        return shutil.which(value)

    @field_validator("data_dir")
    @classmethod
    def _whole(cls, value: Path) -> Path:
        # Converters run in folders of their own, where a relative path leads elsewhere.
        return value.expanduser().absolute()

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
            raise ValueError("must be an address like https://guides.example.org, without a path")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: str | None) -> str | None:
        if not value:
            return None
        if value.partition("://")[0] not in {"postgresql", "postgres", "postgresql+psycopg"}:
            raise ValueError("must begin with postgresql://; for SQLite leave it out")
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str | None) -> str | None:
        if not value:
            return None
        if value.partition("://")[0] not in {"redis", "rediss", "unix"}:
            raise ValueError("must begin with redis://")
        return value

    @model_validator(mode="after")
    def _redis_needs_postgres(self) -> Settings:
        if self.redis_url and not self.database_url:
            raise ValueError(
                "CHAPTERHOUSE_REDIS_URL is for several servers, and they need PostgreSQL: set "
                "CHAPTERHOUSE_DATABASE_URL, or leave Redis out"
            )
        return self

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy address of the database, with its async driver."""
        if self.database_url:
            _, _, rest = self.database_url.partition("://")
            return f"postgresql+psycopg://{rest}"
        return f"sqlite+aiosqlite:///{self.data_dir / 'chapterhouse.db'}"

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is the SQLite file in the data folder."""
        return not self.database_url

    @property
    def base(self) -> str:
        """The address people open, without a slash at the end."""
        if self.base_url:
            return self.base_url.rstrip("/")
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def origin(self) -> str:
        """What a browser on that address sends as its Origin: in small letters, no usual port."""
        parts = urlsplit(self.base)
        usual = {"http": 80, "https": 443}[parts.scheme]
        host = parts.netloc.rpartition("@")[2].lower()
        return f"{parts.scheme}://{host.removesuffix(f':{usual}')}"

    @property
    def secure(self) -> bool:
        """Whether people reach the server over HTTPS."""
        return self.base.startswith("https://")

    @property
    def anyone_may_create(self) -> bool:
        """Whether the start page offers to start a guide."""
        if self.create != "auto":
            return self.create == "anyone"
        if self.lan:
            return True
        # Without an address of its own, a server that listens everywhere may be on the internet.
        address = urlsplit(self.base_url).hostname if self.base_url else self.host
        return is_private_host(address or "")


def is_private_host(host: str) -> bool:
    """Whether `host` names this machine or an address of a private network."""
    if host == "localhost" or host.endswith(".local"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or (address.is_private and not address.is_unspecified)


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """The names in `environment` that look like settings and are none."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | FOREIGN
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def load() -> Settings:
    """Read the settings from the environment.

    Raises:
        ValueError: a `CHAPTERHOUSE_*` variable is unknown or has a value that cannot be used.
    """
    if unknown := unknown_variables(os.environ):
        raise ValueError(
            f"Unknown setting {', '.join(unknown)}. docs/reference/settings.md lists them all."
        )
    try:
        return Settings()  # pyright: ignore[reportCallIssue]
    except ValidationError as error:
        wrong = [
            (f"{PREFIX}{str(one['loc'][0]).upper()}: " if one["loc"] else "")
            + one["msg"].removeprefix("Value error, ")
            for one in error.errors()
        ]
        raise ValueError(f"A setting cannot be used. {'; '.join(wrong)}.") from error
