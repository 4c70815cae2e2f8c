"""Every route of the application, what it says it needs, and a request that it would take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app.guides.access import declared
from app.kit.config import Settings
from app.main import create_app
from tests.people_at_work import Browser, People

# For everybody, without a declaration: they know nothing of guides.
PUBLIC = {"/api/health", "/api/ready", "/{path:path}"}
SAFE = {"GET", "HEAD"}


@dataclass(frozen=True)
class Route:
    """One method of one path; `needs` is what its checks declare (None: nothing at all)."""

    method: str
    path: str
    needs: str | None

    @property
    def ids(self) -> list[str]:
        """The names of the ids in its path, without the guide's slug."""
        return [name for name in self.names if name != "slug"]

    @property
    def names(self) -> list[str]:
        """Everything in its path that is filled in."""
        parts = self.path.split("{")[1:]
        return [part.split("}")[0].split(":")[0] for part in parts]

    @property
    def in_guide(self) -> bool:
        """Whether it is about one guide and its members."""
        return self.path.startswith("/api/guides/{slug}")

    def at(self, **names: str) -> str:
        """Its address with everything filled in; ids that are not given are nobody's."""
        return self.path.replace(":path", "").format(
            **{name: names.get(name, "0" * 26) for name in self.names}
        )

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes() -> list[Route]:
    """All HTTP routes of the application."""
    return [
        Route(method, route.path, _declared(route))
        for route in api_routes(create_app(Settings()).routes)
        for method in sorted(route.methods)
    ]


def api_routes(among: list[BaseRoute]) -> Iterator[APIRoute]:
    """The API routes, also those of routers that were included."""
    for route in among:
        if isinstance(route, APIRoute):
            yield route
        elif (router := getattr(route, "original_router", None)) is not None:
            yield from api_routes(router.routes)


async def one_of_everything(people: People) -> tuple[Browser, dict[str, str]]:
    """A facilitator in a new guide, and the names that stand in the paths of routes."""
    fay = await people.start_guide()
    ana = await people.join("writer", "Ana")
    return fay, {
        "slug": fay.slug,
        "chapter_id": (await fay.chapter())["id"],
        "part_id": (await fay.yes("POST", "parts", json={"title": "x"}))["id"],
        "task_id": (await fay.yes("POST", "tasks", json={"title": "x"}))["id"],
        "person_id": ana.id,
        "invitation_id": (await fay.invite("reader"))["id"],
    }


def _declared(route: APIRoute) -> str | None:
    found = {declared[call] for call in _calls(route.dependant) if call in declared}
    # Several checks on the way (the guide, then the chapter in it): the strictest one counts.
    stronger = found - {"read"} or found
    assert len(stronger) <= 1, f"{route.path} declares {stronger}"
    return stronger.pop() if stronger else None


def _calls(dependant: Dependant) -> Iterator[Any]:
    for one in dependant.dependencies:
        yield one.call
        yield from _calls(one)


def bodies(app: FastAPI) -> dict[tuple[str, str], dict[str, Any]]:
    """For each route with a body, the smallest one that its schema takes, as httpx arguments."""
    schema = app.openapi()
    made: dict[tuple[str, str], dict[str, Any]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            for kind, described in content.items():
                value = _example(described["schema"], schema)
                if kind == "application/json":
                    made[method.upper(), path] = {"json": value}
                else:
                    made[method.upper(), path] = {
                        "files": [
                            (name, ("x.txt", b"x", "text/plain"))
                            for name in described_properties(described["schema"], schema)
                        ]
                    }
    return made


def described_properties(schema: dict[str, Any], whole: dict[str, Any]) -> list[str]:
    """The names of an object's properties."""
    return list(_resolved(schema, whole).get("properties", {}))


def _resolved(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _example(schema: dict[str, Any], whole: dict[str, Any]) -> Any:
    schema = _resolved(schema, whole)
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], whole)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", [])
            return {name: _example(schema["properties"][name], whole) for name in wanted}
        case "array":
            return [_example(schema["items"], whole)] * max(1, schema.get("minItems", 1))
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "string" if schema.get("format") == "date-time":
            return "2027-01-01T00:00:00Z"
        case _:
            return "x"
