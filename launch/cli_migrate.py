"""The command that brings the database up to date: migrate."""

from typing import TYPE_CHECKING, Annotated

import typer

from launch.cli_common import refuse, settings

if TYPE_CHECKING:
    from launch.settings import Settings


def add_to(app: typer.Typer) -> None:
    app.command()(migrate)


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; status 1 if there is something to do.")
    ] = False,
    seed_sandbox: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Bring the database to the tables of this version. Safe to repeat, and while others do the same."""
    import asyncio

    from storage import migrate as migrations
    from storage.database import Unavailable

    chosen = settings()
    chosen.var.mkdir(parents=True, exist_ok=True)
    try:
        if check:
            if not asyncio.run(migrations.is_current(chosen.database)):
                refuse("The database is not up to date: run `portdesk migrate`.")
            return
        asyncio.run(migrations.upgrade(chosen.database))
        if seed_sandbox:
            asyncio.run(_seed(chosen))
    except Unavailable as trouble:
        refuse(str(trouble))


async def _seed(chosen: "Settings") -> None:
    from launch.cli_database import now
    from launch.sandbox_json import write_credentials
    from launch.seed import seed
    from storage.database import Database

    database = Database(chosen.database)
    try:
        write_credentials(chosen.var, await seed(database, now()))
    finally:
        await database.close()
