"""Commands that start the whole stack: run, sandbox, demo."""

from typing import Annotated

import typer

from launch.cli_common import settings


def add_to(app: typer.Typer) -> None:
    for command in (run, demo, sandbox):
        app.command()(command)


def run() -> None:
    """Start everything on the real clock, with its state in ./var, until Ctrl-C.

    Temporal, the mailbox, the carrier and the database are embedded as far as no setting names outside ones.
    """
    from launch import stack

    raise typer.Exit(stack.start(settings()))


def sandbox() -> None:
    """Start everything with a clock that you steer and a simulated carrier, until Ctrl-C.

    The state is wiped at each start. Addresses and keys are written to var/sandbox.json.
    """
    from launch import stack

    raise typer.Exit(stack.start(settings().model_copy(update={"sandbox": True})))


def demo(
    exit_after: Annotated[
        bool, typer.Option("--exit", help="End after the stories; status 0 if all went as told.")
    ] = False,
) -> None:
    """Play the example stories on a sandbox, step by step, then keep serving until Ctrl-C."""
    from launch import stack

    chosen = settings().model_copy(update={"sandbox": True})
    raise typer.Exit(stack.start(chosen, demo=True, exit_after_demo=exit_after))
