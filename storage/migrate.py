"""Brings a database to the tables of this version, and back; two that try at once take turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import Database
from storage.locks import hold
from storage.tables import cases

FOLDER = Path(__file__).parent / "migrations"
HEAD = "head"


async def upgrade(url: str, revision: str = HEAD) -> None:
    """Runs the revisions that are missing, all or none. Raises storage.database.Unavailable."""
    await _locked(url, lambda config: command.upgrade(config, revision))


async def downgrade(url: str, revision: str = "base") -> None:
    """Takes revisions back; what their tables held is gone."""
    await _locked(url, lambda config: command.downgrade(config, revision))


async def revision(url: str) -> str | None:
    """The revision that the database stands at; None for one that was never migrated."""
    found: str | None = await _asked(url, lambda connection: _compared(connection).get_current_revision())
    return found


async def is_current(url: str) -> bool:
    """Whether every revision has run."""
    return await revision(url) == ScriptDirectory.from_config(_config()).get_current_head()


async def differences(url: str) -> list[Any]:
    """What the database lacks of storage.tables or has beside them; empty when the revisions are complete."""
    return list(await _asked(url, lambda connection: compare_metadata(_compared(connection), cases.metadata)))


def upgrade_now(url: str, revision: str = HEAD) -> None:
    """`upgrade` for callers without an event loop."""
    asyncio.run(upgrade(url, revision))


async def _locked(url: str, run: Callable[[Config], None]) -> None:
    database = Database(url)
    try:
        async with database.begin() as connection:
            await hold(connection, "migration")
            await connection.run_sync(_run, run)
    finally:
        await database.close()


def _run(connection: Connection, run: Callable[[Config], None]) -> None:
    config = _config()
    config.attributes["connection"] = connection
    run(config)


async def _asked(url: str, question: Callable[[Connection], Any]) -> Any:
    database = Database(url)
    try:
        async with database.read() as connection:
            return await connection.run_sync(question)
    finally:
        await database.close()


def _compared(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"compare_type": True})


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
