"""What the commands share: the settings, printing as a table or as JSON, and refusing in one line."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from launch.console import complain

if TYPE_CHECKING:  # importing the settings takes half a second, which `--help` need not spend
    from launch.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings() -> "Settings":
    """The settings of this process; raises SettingsError, which `main` tells."""
    from launch.settings import load

    return load()


def refuse(text: str, status: int = 1) -> NoReturn:
    complain(text)
    raise typer.Exit(status)


def show(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Rows with the same keys, as JSON or as columns; an empty list is said to be one."""
    if as_json:
        typer.echo(json.dumps(rows, indent=2, default=str))
        return
    if not rows:
        typer.echo("none")
        return
    table = [[key.replace("_", " ") for key in rows[0]], *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(table[0]))]
    for cells in table:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
