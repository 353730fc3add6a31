"""The stock of temporary numbers: never on two lines at once, back after a quarantine (R31-R34)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from porting.numbers import NumberRange
from storage import stock
from storage.database import Database
from storage.stock import StockNumber
from tests.effects.storage_rivals import Rivals
from tests.examples import MONDAY

QUARANTINE = 30


async def stocked(database: Database, *texts: str, country: str = "DE") -> int:
    numbers = [StockNumber(NumberRange(text), country) for text in texts]
    async with database.begin() as connection:
        return await stock.import_numbers(connection, numbers, MONDAY)


async def given(
    database: Database, line: str = "+491", case: str = "PC-1", count: int = 1, country: str = "DE",
    at: datetime = MONDAY, only: bool = False,
) -> str | None:  # fmt: skip
    return await database.write(
        lambda c: stock.allocate(c, case, line, count, country, at, same_country_only=only)
    )


async def taken_back(database: Database, line: str = "+491", at: datetime = MONDAY) -> str | None:
    return await database.write(lambda c: stock.release(c, "PC-1", line, at, QUARANTINE))


async def listed(database: Database, at: datetime = MONDAY, state: str | None = None) -> Sequence[dict]:
    async with database.read() as connection:
        return await stock.list_stock(connection, at, state)


async def test_a_line_that_asks_again_gets_the_number_it_has(any_database: Database) -> None:
    """R33: an activity is tried more than once."""
    await stocked(any_database, "+4930100001", "+4930100002")
    first = await given(any_database)
    assert first == await given(any_database) == "+4930100001"
    assert [row["state"] for row in await listed(any_database)] == ["ASSIGNED", "FREE"]


async def test_none_is_to_be_had_when_all_are_out(any_database: Database) -> None:
    """R32"""
    await stocked(any_database, "+4930100001")
    assert await given(any_database, "+491") == "+4930100001"
    assert await given(any_database, "+492") is None


async def test_a_range_gets_a_range_of_its_size(any_database: Database) -> None:
    """R31"""
    await stocked(any_database, "+4930100001", "+493020000X", "+49303000XX")
    assert await given(any_database, "+4989010710X", count=10) == "+493020000X"
    assert await given(any_database, "+498901072XX", count=100) == "+49303000XX"
    assert await given(any_database, "+4989010730X", count=10) is None


async def test_numbers_of_the_lines_country_come_first(any_database: Database) -> None:
    """R32"""
    await stocked(any_database, "+3906100001", country="IT")
    await stocked(any_database, "+4930100001")
    assert await given(any_database, "+491") == "+4930100001"
    assert await given(any_database, "+492", only=True) is None
    assert await given(any_database, "+492") == "+3906100001"


async def test_a_number_given_back_rests_before_another_line_gets_it(any_database: Database) -> None:
    """R33: 30 days, to the second."""
    await stocked(any_database, "+4930100001")
    await given(any_database, "+491")
    assert await taken_back(any_database, "+491") == "+4930100001"
    assert await taken_back(any_database, "+491") is None
    end = MONDAY + timedelta(days=QUARANTINE)
    assert await given(any_database, "+492", at=end - timedelta(seconds=1)) is None
    assert [row["state"] for row in await listed(any_database, end)] == ["FREE"]
    assert await given(any_database, "+492", at=end) == "+4930100001"


async def test_the_number_that_rested_longest_is_given_first(any_database: Database) -> None:
    """R33: calls to its last holder have the most time to stop."""
    await stocked(any_database, "+4930100001", "+4930100002")
    await given(any_database, "+491")
    await taken_back(any_database, "+491", MONDAY + timedelta(days=1))
    later = MONDAY + timedelta(days=60)
    assert await given(any_database, "+492", at=later) == "+4930100002"


async def test_an_import_again_adds_nothing_and_an_overlap_is_refused(any_database: Database) -> None:
    assert await stocked(any_database, "+493020000X") == 1
    assert await stocked(any_database, "+493020000X", "+4930300001") == 1
    with pytest.raises(ValueError, match=r"\+4930200005 overlaps \+493020000X"):
        await stocked(any_database, "+4930400001", "+4930200005")
    assert [row["number"] for row in await listed(any_database)] == ["+493020000X", "+4930300001"]


async def test_the_list_names_the_line_that_has_each_number(any_database: Database) -> None:
    """R34"""
    await stocked(any_database, "+4930100001", "+4930100002")
    await given(any_database, "+498912345678", case="PC-7")
    (row,) = await listed(any_database, state="ASSIGNED")
    assert (row["number"], row["case_id"], row["line_number"]) == ("+4930100001", "PC-7", "+498912345678")
    async with any_database.read() as connection:
        assert await stock.stock_counts(connection, MONDAY) == {"FREE": 1, "ASSIGNED": 1, "QUARANTINED": 0}


async def test_the_database_itself_keeps_a_line_from_having_two_numbers(any_database: Database) -> None:
    """R33, I8"""
    await stocked(any_database, "+4930100001", "+4930100002")
    both = "UPDATE stock SET state = 'ASSIGNED', case_id = 'PC-1', line_number = '+491'"
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with any_database.begin() as connection:
            await connection.execute(text(both))


async def test_workers_of_several_processes_never_get_the_same_number(any_database: Database, rivals: Rivals) -> None:
    """R33, I8: three processes want 60 of 50 numbers."""
    await stocked(any_database, *(f"+49301{number:05d}" for number in range(50)))
    said = await asyncio.to_thread(rivals.run, any_database, "allocate", 3, 20)
    numbers = [word for word in said if word != "None"]
    assert len(said) == 60 and len(numbers) == len(set(numbers)) == 50


async def test_processes_that_ask_for_the_same_line_get_the_same_number(any_database: Database, rivals: Rivals) -> None:
    """R33: a worker that was thought dead goes on beside its successor."""
    await stocked(any_database, *(f"+49301{number:05d}" for number in range(40)))
    said = await asyncio.to_thread(rivals.run, any_database, "allocate_same", 3, 12)
    assert len(said) == 36 and len(set(said)) == 12
    assert len(await listed(any_database, state="ASSIGNED")) == 12
