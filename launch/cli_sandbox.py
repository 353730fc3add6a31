"""Commands that only the stack calls: mailbox, play, and one for each simulated carrier."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from launch.cli_processes import begin
from sandbox.simulated import SIMULATED, Simulated, Surroundings

EXAMPLES = Path(__file__).parents[1] / "examples"


def add_to(app: typer.Typer) -> None:
    for command in (mailbox, play):
        app.command(hidden=True)(command)
    for one in SIMULATED.values():
        app.command(one.part, hidden=True, help=one.says)(_stand_in(one))


def mailbox() -> None:
    """Catch all mail and show it on a page."""
    chosen = begin()
    from launch.process import say_ready
    from sandbox.mailbox import serve

    serve("127.0.0.1", chosen.mailbox_smtp_port, chosen.mailbox_port, chosen.var / "mailbox.db", say_ready)


def _stand_in(one: Simulated) -> Callable[[], None]:
    def serve_it() -> None:
        chosen = begin()
        from launch.clock import clock
        from launch.server import serve

        around = Surroundings(
            folder=chosen.var,
            steering_key=chosen.steering_key,
            now=clock(chosen),
            signing_key=chosen.carrier_signing_key.get_secret_value(),
        )
        serve(one.build(around), "127.0.0.1", getattr(chosen, one.port))

    return serve_it


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
