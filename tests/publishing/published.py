"""Words for tests of publication: a guide with chapters, an edition of it, a reader without an account."""

from __future__ import annotations

from typing import Any

import anyio

from tests.exporting.conftest import SAMPLE
from tests.importing.uploads import bring, folder
from tests.people_at_work import Browser, People

TEXT = b"# Your rights\n\n## At work\n\nYou may talk to each other.[^1]\n\n[^1]: Section 7.\n"


async def a_guide(people: People, title: str = "Bread & Roses", **files: bytes) -> Browser:
    """A facilitator in a guide with some chapters."""
    fay = await people.start_guide(title, region="New York", licence="CC BY 4.0")
    await bring(fay, {f"{name}.md": text for name, text in (files or {"rights": TEXT}).items()})
    return fay


async def the_sample(people: People) -> Browser:
    """A facilitator in the sample guide."""
    fay = await people.start_guide("Organizing Together Online", region="New York City")
    await bring(fay, folder(SAMPLE))
    return fay


async def edition(fay: Browser, *formats: str, **more: str) -> dict[str, Any]:
    """An edition once it has been made."""
    begun = await fay.yes("POST", "editions", json={"formats": list(formats), **more})

    with anyio.fail_after(60):
        while True:
            listed = (await fay.yes("GET", "publication"))["editions"]
            found: dict[str, Any] = next(one for one in listed if one["id"] == begun["id"])
            if found["status"] not in {"waiting", "running"}:
                break
            await anyio.sleep(0.05)
    assert found["status"] == "done", found["error"]
    return found


async def publish(fay: Browser, *formats: str, **more: str) -> dict[str, Any]:
    """An edition that the public sees."""
    made = await edition(fay, *formats, **more)
    out: dict[str, Any] = await fay.yes("POST", f"editions/{made['id']}/publish")
    return out


def at(fay: Browser, path: str = "") -> str:
    """An address below the guide's public page."""
    return f"/read/{fay.slug}/{path}"
