"""Migrations: up, down and up again on both databases, and they make exactly the tables that the code names."""

import asyncio

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from storage import migrate
from storage.database import Database
from storage.tables import cases


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
    assert await migrate.revision(address(any_database)) == "0001"


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
    case = "INSERT INTO partners VALUES ('P', 'P', 'ACTIVE', 'EUR', '', '[]', 'OWN_FIRST', '', now())"
    line = (
        "INSERT INTO lines (case_id, position, version, number, first, last, count, backwards, country, place,"
        " time_zone, number_type, order_number, status, is_open, requested_date, porting_date, reasons,"
        " temporary_number, temporary_status, cancellation) VALUES ('PC-1', {0}, 1, '+1', {1}, {2}, 1, '1', 'DE', 'DE',"
        " 'UTC', 'GEOGRAPHIC', 1, 'SUBMITTED', {3}, now(), now(), '[]', '', '', '')"
    )
    async with postgresql_database.begin() as connection:
        await connection.execute(text("ALTER TABLE lines DROP CONSTRAINT fk_lines_case_id"))
        await connection.execute(text(case))
        await connection.execute(text(line.format(0, 100, 109, "true")))
        await connection.execute(text(line.format(1, 105, 105, "false")))
    with pytest.raises(IntegrityError, match="ex_lines_open_numbers"):
        async with postgresql_database.begin() as connection:
            await connection.execute(text(line.format(2, 105, 105, "true")))
