"""Commands about our own temporary numbers (R32): stock import, stock list."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from launch.cli_common import AsJson, refuse, show

if TYPE_CHECKING:
    from storage.stock import StockNumber

stock = typer.Typer(help="Our own temporary numbers, for lines with IVP (R31-R34).", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(stock, name="stock")


@stock.command("import")
def import_stock(
    file: Annotated[
        Path, typer.Argument(help="CSV whose first column is a number or range, like +4930555010X.", exists=True)
    ],
) -> None:
    """Add numbers to the stock. Those that are there stay as they are, so a file may be imported again."""
    from launch.cli_database import now, writing
    from storage.stock import import_numbers

    numbers = list(_numbers(file))
    try:
        added = writing(lambda connection: import_numbers(connection, numbers, now()))
    except ValueError as trouble:
        refuse(f"Nothing was imported: {trouble}.")
    typer.echo(f"{added} of {len(numbers)} are new.")


def _numbers(file: Path) -> "Iterator[StockNumber]":
    """Every number of the file; the first wrong line ends the command, before anything is written."""
    from geography.places import place_of
    from porting.errors import PortingError
    from porting.numbers import NumberRange
    from storage.stock import StockNumber

    with file.open(newline="", encoding="utf-8-sig") as rows:
        for count, row in enumerate(csv.reader(rows), 1):
            if not row or not row[0].strip() or (count == 1 and row[0].strip().lower() == "number"):
                continue
            try:
                number = NumberRange.parse(row[0])
                yield StockNumber(number, place_of(number).country)
            except PortingError as refusal:
                refuse(f"{file}, line {count}: {refusal.detail} Nothing was imported.")


@stock.command("list")
def list_stock(
    state: Annotated[str, typer.Option(help="Only FREE, ASSIGNED or QUARANTINED ones.")] = "", as_json: AsJson = False
) -> None:
    """List the stock, with the line that has each number."""
    from launch.cli_database import now, reading
    from storage.stock import list_stock as listed

    show(reading(lambda connection: listed(connection, now(), state.upper() or None)), as_json=as_json)
