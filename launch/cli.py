"""`portdesk`, the operator's tool: its commands, each group in a file of its own."""

import sys

import typer

from launch import (
    cli_cases,
    cli_mail,
    cli_migrate,
    cli_partners,
    cli_processes,
    cli_reconcile,
    cli_sandbox,
    cli_settings,
    cli_stack,
    cli_stock,
)
from launch.console import complain
from launch.trouble import CannotStart

app = typer.Typer(
    name="portdesk",
    help="The number-porting case manager: start it, feed it, look into it. Settings are PORTDESK_* variables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
GROUPS = (
    cli_stack,
    cli_processes,
    cli_reconcile,
    cli_migrate,
    cli_sandbox,
    cli_partners,
    cli_cases,
    cli_stock,
    cli_mail,
    cli_settings,
)
for group in GROUPS:
    group.add_to(app)


def main() -> None:
    """Trouble that the operator can mend is one line on stderr, never a stack trace."""
    try:
        app()
    except CannotStart as trouble:
        complain(str(trouble))
        sys.exit(2)


if __name__ == "__main__":
    main()
