"""The interface's types are those of the API that this server serves."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from app.kit.config import Settings
from app.main import create_app

FRONTEND = Path(__file__).parents[2] / "frontend"


def test_the_types_of_the_interface_are_those_of_the_api(tmp_path: Path) -> None:
    served = tmp_path / "openapi.json"
    served.write_text(json.dumps(create_app(Settings()).openapi()))
    made = tmp_path / "schema.d.ts"
    script = json.loads((FRONTEND / "package.json").read_text())["scripts"]["api"]
    options = script.partition("src/api/schema.d.ts")[2].split()
    subprocess.run(
        [FRONTEND / "node_modules" / ".bin" / "openapi-typescript", served, "-o", made, *options],
        check=True,
        capture_output=True,
    )
    kept = (FRONTEND / "src" / "api" / "schema.d.ts").read_text()
    assert kept == made.read_text(), "Run `npm --prefix frontend run api`."
