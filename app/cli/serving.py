"""`chapterhouse serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.shared import cli, effective
from app.kit import config, qr, serving

LAN_NOTICE = (
    "Phones and laptops on the same Wi-Fi can open this address. It is plain HTTP: others on this\n"
    "network could read along. docs/how-to/a-room-without-internet.md says how to change that."
)


@cli.command()
def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Make a demo guide and print a link that opens it.")
    ] = False,
) -> None:
    """Run the server."""
    import uvloop

    from app.demo import open_demo
    from app.main import create_app
    from app.operator import create_operator_app

    settings = effective(config.load())
    listening = serving.bind(settings)
    if settings.port == 0:
        settings.port = listening.getsockname()[1]
    app = create_app(settings)

    async def ready() -> None:
        print(f"Chapterhouse is running on {settings.base}", flush=True)
        if settings.lan:
            print(LAN_NOTICE)
            print(qr.terminal(settings.base), flush=True)
        if demo:
            print("The demo guide, as its facilitator:", await open_demo(app), sep="\n", flush=True)

    uvloop.run(serving.serve(app, create_operator_app(app), settings, listening, ready))
