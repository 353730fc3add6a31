"""The many open cases of the bench: each has numbers of its own, however often cases are copied."""

from sqlalchemy import func, select

from bench.copies import copy_cases
from storage.database import Database
from storage.tables import cases, lines
from tests.effects.stored_cases import store_case
from tests.examples import a_line


async def test_copies_of_two_cases_share_no_number(any_database: Database) -> None:
    """PostgreSQL refuses a number that is open twice; SQLite would take it, and measure a book that cannot be."""
    for case_id, number, count in (("PC-1", "+498912345678", 3), ("PC-2", "+498912345679", 2)):
        await store_case(any_database, a_line(number), case_id=case_id)
        await copy_cases(any_database, case_id, count)
    async with any_database.read() as connection:
        opened = (await connection.execute(select(func.count()).select_from(cases))).scalar_one()
        numbers = (await connection.execute(select(func.count(lines.c.first.distinct())))).scalar_one()
    assert opened == numbers == 7
