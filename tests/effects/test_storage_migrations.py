"""Migrations: up, down and up again on both databases, and they make exactly the tables that the code names."""

import asyncio
import json
from contextlib import nullcontext

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from storage import migrate
from storage.database import Database
from storage.tables import cases
from tests.effects.stored_cases import store_case
from tests.examples import a_line


def address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


async def tables_of(database: Database) -> set[str]:
    async with database.read() as connection:
        return set(await connection.run_sync(lambda c: inspect(c).get_table_names()))


@pytest.mark.filterwarnings("ignore:.*expression-based index")
async def test_the_revisions_make_exactly_the_tables_that_the_code_names(any_database: Database) -> None:
    assert await tables_of(any_database) == {*cases.metadata.tables, "alembic_version"}
    assert await migrate.differences(address(any_database)) == []


async def test_everything_can_be_taken_back_and_made_again(any_database: Database) -> None:
    await migrate.downgrade(address(any_database))
    assert await tables_of(any_database) == {"alembic_version"}
    assert not await migrate.is_current(address(any_database))
    await migrate.upgrade(address(any_database))
    assert await migrate.is_current(address(any_database))


async def test_a_second_upgrade_changes_nothing(any_database: Database) -> None:
    await migrate.upgrade(address(any_database))
    assert await migrate.revision(address(any_database)) == "0011"


async def test_two_processes_that_migrate_at_once_take_turns(any_database: Database) -> None:
    await migrate.downgrade(address(any_database))
    await asyncio.gather(*(migrate.upgrade(address(any_database)) for _ in range(4)))
    assert await migrate.is_current(address(any_database))


async def test_the_index_on_the_losing_carrier_is_made_by_hand_and_there(any_database: Database) -> None:
    """Neither database can compare an index over an expression, so `differences` would not miss it."""
    catalog = "sqlite_master" if any_database.is_sqlite else "pg_indexes"
    column = "name" if any_database.is_sqlite else "indexname"
    async with any_database.read() as connection:
        query = text(f"SELECT 1 FROM {catalog} WHERE {column} = 'ix_cases_losing_carrier'")
        assert (await connection.execute(query)).first()


async def test_postgresql_itself_refuses_a_number_on_two_open_lines(postgresql_database: Database) -> None:
    """R04 holds even for a writer that forgets to ask."""
    await store_case(postgresql_database, a_line("+4989010710X"))
    copy = "INSERT INTO lines SELECT (copied).* FROM (SELECT json_populate_record(l, CAST(:change AS json)) AS copied"
    for position, is_open in ((1, False), (2, True)):
        change = json.dumps({"position": position, "is_open": is_open, "first": 49890107105, "last": 49890107105})
        with pytest.raises(IntegrityError, match="ex_lines_open_numbers") if is_open else nullcontext():
            async with postgresql_database.begin() as connection:
                await connection.execute(text(f"{copy} FROM lines l WHERE position = 0) c"), {"change": change})
