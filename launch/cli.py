"""`portdesk`, the operator's tool: every command of it, each group in a file of its own."""

import typer

app = typer.Typer(
    name="portdesk",
    help="The number-porting case manager: start it, feed it, look into it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def root() -> None:
    """The number-porting case manager: start it, feed it, look into it."""


def main() -> None:
    app()


if __name__ == "__main__":
    main()
