"""10,000 numbers in one case: opened, confirmed, read and listed within what a person waits for."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from porting import verbs
from porting.orders import OrderStatus
from storage import queries
from storage.database import Database
from storage.filters import CaseFilters
from tests.effects.stored_cases import a_page, announce, store_case
from tests.examples import MONDAY, WISH, a_line, a_snapshot, news

LINES = 10_000


@asynccontextmanager
async def at_most(seconds: float) -> AsyncIterator[None]:
    """Seconds of this process's own work: how busy the machine is with others is not what is measured."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


async def test_a_case_of_ten_thousand_lines_is_opened_confirmed_and_read(any_database: Database) -> None:
    case = await store_case(any_database, *(a_line(f"+4989{number:06d}") for number in range(LINES)))
    verbs.hear(case, news(a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=WISH)), MONDAY)
    async with at_most(10):
        await announce(any_database, case)
    async with any_database.read() as connection:
        async with at_most(1.5):
            shown = await queries.case(connection, "PC-1")
        async with at_most(0.5):
            await queries.cases(connection, CaseFilters(q="köhler"), a_page())
        async with at_most(0.5):
            found = await queries.find_number(connection, 4989000000 + LINES - 1)
    assert shown is not None and len(shown["lines"]) == shown["numbers_count"] == LINES
    assert {line["status"] for line in shown["lines"]} == {"CONFIRMED"}
    assert [item["line"] for item in found["items"]] == ["+4989009999"]
