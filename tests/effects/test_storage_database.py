"""The database under load and under fire: writers take turns, what was acknowledged survives, trouble has one word."""

import asyncio
import os
import signal
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from storage import platform, serial
from storage.bookmarks import bookmark, keep_bookmark
from storage.columns import UTCDateTime
from storage.database import Database, Unavailable
from storage.doctor import Backlog, backlog
from storage.export import export_case
from storage.inbox import receive
from storage.projection import UnknownCase
from storage.tables import cases, cursors
from tests.effects.storage_rivals import Rivals, put_a_counter
from tests.effects.stored_cases import a_partner, store_case
from tests.examples import MONDAY


async def counter(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(select(cursors.c.value))).scalar_one())


async def test_a_storm_of_writers_in_three_processes_loses_no_update(any_database: Database, rivals: Rivals) -> None:
    """Fault 7, finding 6: SQLite's default would keep 205 of 450 and say nothing."""
    await put_a_counter(any_database)
    said = await asyncio.to_thread(rivals.run, any_database, "count", 3, 60)
    assert await counter(any_database) == 180
    assert sorted(int(seen) for seen in said) == list(range(180))


async def test_tasks_of_one_process_take_turns(any_database: Database) -> None:
    await put_a_counter(any_database)

    async def one_higher() -> None:
        async with any_database.begin() as connection:
            seen = select(cursors.c.value).with_for_update()
            value = int((await connection.execute(seen)).scalar_one())
            await connection.execute(cursors.update().values(value=str(value + 1)))

    await asyncio.gather(*(one_higher() for _ in range(100)))
    assert await counter(any_database) == 100


async def test_what_was_acknowledged_is_there_after_a_kill(any_database: Database, rivals: Rivals) -> None:
    """I1: kill -9 of a process that opens cases, at a moment of its own choosing."""
    async with any_database.begin() as connection:
        await a_partner(connection)
    (opener,) = await asyncio.to_thread(rivals.start, any_database, "acknowledge", 1, 500)
    acknowledged = [await asyncio.to_thread(rivals.line) for _ in range(12)]
    os.kill(opener, signal.SIGKILL)
    rest, codes = await asyncio.to_thread(rivals.rest)
    acknowledged += rest
    assert codes == [-signal.SIGKILL]
    async with any_database.read() as connection:
        stored = set((await connection.execute(select(cases.c.id))).scalars())
    assert set(acknowledged) <= stored and len(stored) < 500


async def test_a_reader_sees_one_moment_and_waits_for_no_writer(any_database: Database) -> None:
    await put_a_counter(any_database)
    async with any_database.read() as reader:
        before = (await reader.execute(select(cursors.c.value))).scalar()
        async with any_database.begin() as writer:
            await writer.execute(cursors.update().values(value="7"))
        assert (await reader.execute(select(cursors.c.value))).scalar() == before == "0"
    assert await counter(any_database) == 7


async def test_an_exception_undoes_the_whole_transaction(any_database: Database) -> None:
    await put_a_counter(any_database)
    for mishap in (KeyError, TimeoutError):
        with pytest.raises(mishap):
            async with any_database.begin() as connection:
                await connection.execute(cursors.update().values(value="9"))
                raise mishap
    assert await counter(any_database) == 0


async def test_sqlite_writes_through_to_the_disk_and_holds_foreign_keys(database: Database) -> None:
    pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    async with database.read() as connection:
        found = {name: (await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in pragmas}
    assert found == pragmas


async def test_a_database_that_is_not_there_is_unavailable_and_no_stack_of_a_driver(tmp_path: Path) -> None:
    """Finding 23: asyncpg raises a bare ConnectionRefusedError."""
    for url in ("postgresql://portdesk@127.0.0.1:9/none", f"sqlite:///{tmp_path / 'no' / 'folder' / 'x.db'}"):
        gone = Database(url)
        with pytest.raises(Unavailable):
            async with gone.read():
                pass
        await gone.close()


async def test_a_restarted_postgresql_is_used_again_without_a_word(postgresql_database: Database) -> None:
    """Fault 7: connections that died are replaced before they are used."""
    await put_a_counter(postgresql_database)
    async with postgresql_database.read() as connection:
        await connection.execute(select(cursors.c.value))
    other = Database(postgresql_database.url.render_as_string(hide_password=False))
    async with other.begin() as connection:
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        await connection.execute(text(f"{kill} AND pid <> pg_backend_pid()"))
    await other.close()
    assert await counter(postgresql_database) == 0


async def test_a_connection_that_dies_in_a_transaction_is_trouble_and_not_a_fault(
    postgresql_database: Database,
) -> None:
    with pytest.raises(Unavailable):
        async with postgresql_database.begin() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def test_a_deadlock_is_settled_by_doing_the_loser_again(postgresql_database: Database) -> None:
    async with postgresql_database.begin() as connection:
        await connection.execute(insert(cursors), [{"name": n, "value": "0", "updated_at": MONDAY} for n in "ab"])
    met = asyncio.Barrier(2)
    tries = 0

    async def write(first: str, second: str) -> None:
        async def work(connection: object) -> None:
            nonlocal tries
            tries += 1
            for name in (first, second):
                await connection.execute(cursors.update().where(cursors.c.name == name).values(value=first))  # type: ignore[attr-defined]
                if name == first and tries <= 2:
                    await met.wait()

        await postgresql_database.write(work)

    await asyncio.gather(write("a", "b"), write("b", "a"))
    assert tries == 3


async def test_a_fault_of_ours_is_not_called_trouble(any_database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with any_database.read() as connection:
            await connection.execute(text("SELECT * FROM no_such_table"))


def test_an_instant_without_a_zone_is_refused_and_others_become_utc() -> None:
    """Finding 7"""
    column = UTCDateTime()
    with pytest.raises(ValueError, match="no time zone"):
        column.process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type]  # noqa: DTZ001
    berlin = datetime.fromisoformat("2026-01-01T14:00:00+01:00")
    assert str(column.process_bind_param(berlin, None)) == "2026-01-01 13:00:00+00:00"  # type: ignore[arg-type]


async def test_the_doctor_counts_what_waits_and_since_when(any_database: Database) -> None:
    async with any_database.read() as connection:
        assert await backlog(connection) == Backlog(0, None, 0, None, 0, None, 0)
    await store_case(any_database)
    async with any_database.begin() as connection:
        later = MONDAY + timedelta(minutes=1)
        await receive(connection, "telnyx", "evt-1", "r", "", {}, later)
        assert await backlog(connection) == Backlog(1, MONDAY, 1, later, 0, None, 0)


async def test_everything_of_a_case_is_exported_but_its_pin(any_database: Database) -> None:
    await store_case(any_database)
    async with any_database.read() as connection:
        exported = await export_case(connection, "PC-1")
        with pytest.raises(UnknownCase):
            await export_case(connection, "PC-9")
    assert exported["case"]["body"]["losing_carrier"]["pin"] == "••••"
    assert [line["number"] for line in exported["lines"]] == ["+498912345678"]
    assert exported["events"][0]["kind"] == "case_opened" and "opening" not in exported["case"]


async def test_a_bookmark_is_kept_until_it_is_moved(any_database: Database) -> None:
    async with any_database.begin() as connection:
        assert await bookmark(connection, "feed/telnyx") is None
        for value in ("1", "2"):
            await keep_bookmark(connection, "feed/telnyx", value, MONDAY)
        assert await bookmark(connection, "feed/telnyx") == "2"


async def test_the_recorded_platform_keeps_the_last_mode_of_each_number(any_database: Database) -> None:
    """R06, R29"""
    async with any_database.begin() as connection:
        await platform.set_mode(connection, ["+491234567", "+4989010710X"], "OUTBOUND_ONLY", "PC-1", MONDAY)
        await platform.set_mode(connection, ["+491234567"], "FULL", "PC-1", MONDAY)
        modes = await platform.modes(connection, ["+491234567", "+4989010710X", "+490000000"])
        assert modes == {"+491234567": "FULL", "+4989010710X": "OUTBOUND_ONLY"}
        assert [row["number"] for row in await platform.list_numbers(connection, "PC-1")] == [
            "+491234567", "+4989010710X",
        ]  # fmt: skip


async def test_what_postgresql_cannot_keep_does_not_stop_a_write(any_database: Database) -> None:
    """A carrier's words reach the timeline; the doors refuse such signs of partners themselves."""
    async with any_database.begin() as connection:
        await keep_bookmark(connection, "a\x00b", "half \ud800 a pair", MONDAY)
        assert await bookmark(connection, "ab") == "half ? a pair"


def test_a_packed_value_is_the_same_when_it_is_unpacked() -> None:
    packed = serial.pack({"at": MONDAY}, dict[str, datetime])
    assert serial.unpack(packed, dict[str, datetime]) == {"at": MONDAY}
    assert serial.load(serial.dump(MONDAY, datetime), datetime) == MONDAY
