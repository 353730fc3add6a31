"""Commands that only the stack calls: mailbox, carrier, play."""

import typer

from launch.cli_processes import begin


def add_to(app: typer.Typer) -> None:
    for command in (mailbox,):
        app.command(hidden=True)(command)


def mailbox() -> None:
    """Catch all mail and show it on a page."""
    chosen = begin()
    from launch.process import say_ready
    from sandbox.mailbox import serve

    serve("127.0.0.1", chosen.mailbox_smtp_port, chosen.mailbox_port, chosen.var / "mailbox.db", say_ready)
