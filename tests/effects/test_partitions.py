"""deploy/postgresql/partitions.sql, tried: over timeline and mails by month the product works as over whole tables."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text

from activities.letters import Letters
from activities.records import RecordActivities
from porting import verbs
from porting.commands import AddComment
from porting.diary import next_alarm
from storage import mails, migrate
from storage.database import Database
from tests.effects.databases import Server
from tests.effects.stored_cases import store_case
from tests.effects.test_archive import a_life, all_sent, everything, put_away
from tests.effects.test_records import HEAD
from tests.effects.test_storage_mails import Written
from tests.examples import CARE, MONDAY, a_line, later
from tests.house.sources import ROOT

SCRIPT = (ROOT / "deploy" / "postgresql" / "partitions.sql").read_text()


@pytest.fixture
async def url(postgresql: Server) -> AsyncIterator[str]:
    connection = await asyncpg.connect(postgresql.url("postgres"))
    await connection.execute("CREATE DATABASE by_month")
    yield postgresql.url("by_month")
    await connection.execute("DROP DATABASE by_month WITH (FORCE)")
    await connection.close()


@pytest.fixture
async def whole(url: str) -> AsyncIterator[Database]:
    """A database with two closed cases, as migrations make it."""
    await migrate.upgrade(url)
    database = Database(url)
    await a_life(database)
    await a_life(database, "PC-2", "+498912345679")
    yield database
    await database.close()


@pytest.fixture
async def by_month(whole: Database, url: str) -> Database:
    connection = await asyncpg.connect(url)
    await connection.execute(SCRIPT)
    await connection.close()
    return whole


async def rows_in(database: Database, partition: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {partition}"))).scalar_one())


async def test_what_was_stored_lies_in_its_month_and_is_shown_as_before(whole: Database, url: str) -> None:
    """The example's cases open in November 2026 and end in December."""
    before = await everything(whole)
    counts = [await rows_in(whole, table) for table in ("events", "mails")]
    connection = await asyncpg.connect(url)
    await connection.execute(SCRIPT)
    await connection.close()
    assert await everything(whole) == before
    assert [await rows_in(whole, table) for table in ("events", "mails")] == counts
    lying = {table: await rows_in(whole, f"{table}_{MONDAY:%Y_%m}") for table in ("events", "mails")}
    assert 0 < lying["events"] < counts[0] and 0 < lying["mails"] < counts[1]
    assert await migrate.is_current(url)


async def test_what_is_told_twice_is_recorded_and_mailed_once(by_month: Database) -> None:
    """R39: the instant is part of the key, and it is the same each time."""
    case = await a_life(by_month, "PC-3", "+498912345670")
    verbs.tell(case, AddComment(actor=CARE, comment_id="CO-9", text="again"), later(days=21))
    told, record = case.announce(next_alarm(case)), RecordActivities(by_month, Letters(HEAD))
    await record.announce(told)
    counts = [await rows_in(by_month, table) for table in ("events", "mails")]
    for _ in range(2):
        await record.announce(told)
    assert [await rows_in(by_month, table) for table in ("events", "mails")] == counts


async def test_mails_are_claimed_in_order_and_by_one_alone(by_month: Database) -> None:
    async with by_month.begin() as connection:
        first = await mails.claim(connection, later(days=30), 10)
    async with by_month.begin() as connection:
        assert await mails.claim(connection, later(days=30), 10) == []
        assert await mails.mark_sending(connection, first[0], later(days=30))
        await mails.mark_sent(connection, first[0], later(days=30), "250")
    async with by_month.begin() as connection:
        [following] = await mails.claim(connection, later(days=30), 10)
    assert {one.case_id for one in first} == {"PC-1", "PC-2"}
    assert (following.case_id, following.sequence > first[0].sequence) == (first[0].case_id, True)


async def test_a_month_that_the_archive_has_emptied_can_be_dropped(by_month: Database) -> None:
    """What is shown stays the same; a later case is untouched."""
    after = later(days=70)
    await store_case(by_month, a_line("+498912345670"), case_id="PC-3", at=after)
    async with by_month.begin() as connection:
        await mails.store(connection, [Written(1, case_id="PC-3", at=after)])
    await all_sent(by_month)
    before = await everything(by_month)
    assert await put_away(by_month) == 2
    emptied = [f"{table}_{month:%Y_%m}" for table in ("events", "mails") for month in (MONDAY, later(days=20))]
    assert [await rows_in(by_month, partition) for partition in emptied] == [0, 0, 0, 0]
    async with by_month.begin() as connection:
        for partition in emptied:
            await connection.execute(text(f"DROP TABLE {partition}"))
    assert await everything(by_month) == before
    assert (await rows_in(by_month, "events"), await rows_in(by_month, "mails")) == (1, 1)
