"""Commands that only the stack calls: mailbox, carrier, clearing house, play."""

from pathlib import Path
from typing import Annotated

import typer

from launch.cli_processes import begin

EXAMPLES = Path(__file__).parents[1] / "examples"


def add_to(app: typer.Typer) -> None:
    for command in (mailbox, carrier, clearing_house, play):
        app.command(hidden=True)(command)


def mailbox() -> None:
    """Catch all mail and show it on a page."""
    chosen = begin()
    from launch.process import say_ready
    from sandbox.mailbox import serve

    serve("127.0.0.1", chosen.mailbox_smtp_port, chosen.mailbox_port, chosen.var / "mailbox.db", say_ready)


def carrier() -> None:
    """Stand in for Telnyx: its porting API, and the calls that steer it."""
    chosen = begin()
    import base64

    from launch.clock import clock
    from launch.server import serve
    from sandbox.carrier.app import CarrierSettings, build

    seed = chosen.carrier_signing_key.get_secret_value()
    app = build(
        CarrierSettings(
            database=chosen.var / "carrier.db",
            api_key=chosen.telnyx_api_key.get_secret_value(),
            now=clock(chosen),
            signing_seed=base64.b64decode(seed) if seed else None,
        )
    )
    serve(app, "127.0.0.1", chosen.carrier_port)


def clearing_house() -> None:
    """Stand in for COIN: its number portability API, and the calls that steer it."""
    chosen = begin()
    from launch.clock import clock
    from launch.server import serve
    from sandbox.coin.app import ClearingHouseSettings, build
    from sandbox.coin.keys import kept_keys

    app = build(
        ClearingHouseSettings(
            database=chosen.var / "clearing-house.db",
            keys=kept_keys(chosen.var),
            steering_key=chosen.telnyx_api_key.get_secret_value(),
            now=clock(chosen),
        )
    )
    serve(app, "127.0.0.1", chosen.clearing_house_port)


def play(
    sandbox_json: Annotated[Path, typer.Argument(help="var/sandbox.json of a sandbox that is running.")],
    stories: Annotated[list[Path] | None, typer.Argument(help="Story files; without any, all the examples.")] = None,
) -> None:
    """Play stories on a running sandbox, step by step; status 0 if all went as told."""
    from launch.trouble import CannotStart
    from sandbox.demo.play import play as play_stories
    from sandbox.demo.story import BadStory

    try:
        raise typer.Exit(play_stories(sandbox_json, stories or sorted(EXAMPLES.glob("*.json"))))
    except BadStory as bad:
        raise CannotStart(f"A story cannot be played. {bad}") from None
