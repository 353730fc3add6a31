"""`portdesk reconcile`: compares open cases with their carriers now, as happens by itself every night."""

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from launch.cli_common import AsJson, settings, show

if TYPE_CHECKING:
    from activities.reconciliation import Report


def add_to(app: typer.Typer) -> None:
    app.command("reconcile")(reconcile)


def reconcile(as_json: AsJson = False) -> None:
    """Compare every open case with its carrier orders: drift goes to the case, unknown orders are named."""
    report = asyncio.run(_run())
    if as_json:
        typer.echo(json.dumps(asdict(report), indent=2))
    else:
        counts = ("compared", "drifted", "repaired", "for_care", "unread")
        row = {name: getattr(report, name) for name in counts}
        show([row | {"unknown_orders": len(report.unknown)}], as_json=False)
        for line in _remarks(report):
            typer.echo(line)
    raise typer.Exit(1 if report.down else 0)


def _remarks(report: "Report") -> list[str]:
    down = [f"! {name} could not be asked: {why}" for name, why in report.down.items()]
    unknown = [f"no case knows {order}" for order in report.unknown]
    return [*down, *unknown, *(f"{name} has no list of its orders" for name in report.unlisted)]


async def _run() -> "Report":
    from activities.reconciliation import Reconciliation
    from launch.foundation import found

    base = found(settings())
    try:
        return await Reconciliation(base.database, base.carriers, base.now).run()
    finally:
        await base.close()
