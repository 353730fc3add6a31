"""Idempotency keys: the first response again, never a second effect, and no key is stuck for ever."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from storage import idempotency
from storage.database import Database
from storage.idempotency import Begun, InProgress, Outcome, Replay, Reused
from storage.tables import cursors
from tests.examples import MONDAY

SECOND = timedelta(seconds=1)
HEADERS = {"Location": "/v1/porting-cases/PC-1"}


async def begun(
    database: Database, key: str = "k", owner: str = "PA-1", body: str = "hash", after: timedelta = timedelta()
) -> Outcome:
    return await database.write(lambda c: idempotency.begin(c, owner, key, body, MONDAY + after))


async def finished(database: Database, call: Outcome) -> bool:
    assert isinstance(call, Begun)
    return await database.write(lambda c: idempotency.finish(c, call, 201, HEADERS, b'{"id":"PC-1"}'))


async def test_the_same_call_again_gets_the_first_response(any_database: Database) -> None:
    assert await finished(any_database, await begun(any_database))
    assert await begun(any_database, after=timedelta(days=29)) == Replay(201, HEADERS, b'{"id":"PC-1"}')


async def test_the_key_with_another_body_is_refused_also_while_the_first_runs(any_database: Database) -> None:
    call = await begun(any_database)
    assert await begun(any_database, body="other") == Reused()
    await finished(any_database, call)
    assert await begun(any_database, body="other") == Reused()


async def test_a_call_that_runs_is_waited_for(any_database: Database) -> None:
    await begun(any_database)
    assert await begun(any_database, after=10 * SECOND) == InProgress(50 * SECOND)


async def test_a_call_that_died_can_be_made_again(any_database: Database) -> None:
    """I1: kill -9 between begin and finish."""
    dead = await begun(any_database)
    successor = await begun(any_database, after=60 * SECOND)
    assert isinstance(successor, Begun) and successor.again
    assert not await finished(any_database, dead)
    assert await finished(any_database, successor)


async def test_a_call_that_did_nothing_leaves_no_trace(any_database: Database) -> None:
    call = await begun(any_database)
    assert isinstance(call, Begun)
    await any_database.write(lambda c: idempotency.abandon(c, call))
    assert isinstance(await begun(any_database, body="other"), Begun)


async def test_a_finished_call_cannot_be_abandoned(any_database: Database) -> None:
    call = await begun(any_database)
    assert isinstance(call, Begun)
    await finished(any_database, call)
    await any_database.write(lambda c: idempotency.abandon(c, call))
    assert isinstance(await begun(any_database), Replay)


async def test_keys_of_two_owners_never_meet(any_database: Database) -> None:
    await finished(any_database, await begun(any_database))
    assert isinstance(await begun(any_database, owner="PA-2"), Begun)
    assert isinstance(await begun(any_database, owner="care:1a2b3c4d"), Begun)


async def test_keys_are_kept_for_thirty_days(any_database: Database) -> None:
    await finished(any_database, await begun(any_database))
    assert isinstance(await begun(any_database, after=timedelta(days=30)), Begun)
    await begun(any_database, key="young", after=timedelta(days=20))
    async with any_database.begin() as connection:
        assert await idempotency.purge(connection, MONDAY + timedelta(days=45), 10) == 0
        assert [await idempotency.purge(connection, MONDAY + timedelta(days=60), 1) for _ in range(3)] == [1, 1, 0]


async def test_a_key_that_is_used_again_while_old_ones_go_is_not_forgotten(any_database: Database) -> None:
    """I2: on PostgreSQL the purge has found the old row, and waits for the one who takes it over."""
    await finished(any_database, await begun(any_database))
    month = MONDAY + timedelta(days=30)
    async with any_database.begin() as connection:
        call = await idempotency.begin(connection, "PA-1", "k", "hash", month)
        purging = asyncio.create_task(any_database.write(lambda c: idempotency.purge(c, month, 10)))
        if not any_database.is_sqlite:
            while not await somebody_waits_for_a_lock(any_database):  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.01)
    assert await purging == 0
    assert await finished(any_database, call)


async def somebody_waits_for_a_lock(database: Database) -> bool:
    async with database.read() as connection:
        waiting = await connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        return bool(waiting.scalar_one())


async def test_of_a_hundred_equal_calls_at_once_one_runs(any_database: Database) -> None:
    """I2"""
    outcomes = await asyncio.gather(*(begun(any_database) for _ in range(100)))
    assert sum(isinstance(outcome, Begun) for outcome in outcomes) == 1
    assert all(isinstance(outcome, Begun | InProgress) for outcome in outcomes)


async def test_of_many_that_find_a_dead_call_one_takes_over(any_database: Database) -> None:
    await begun(any_database)
    outcomes = await asyncio.gather(*(begun(any_database, after=61 * SECOND) for _ in range(40)))
    assert sum(isinstance(outcome, Begun) for outcome in outcomes) == 1


async def test_effect_and_response_are_kept_or_lost_together(any_database: Database) -> None:
    call = await begun(any_database)
    assert isinstance(call, Begun)
    with pytest.raises(ZeroDivisionError):
        async with any_database.begin() as connection:
            await connection.execute(insert(cursors).values(name="effect", value="1", updated_at=MONDAY))
            await idempotency.finish(connection, call, 201, {}, b"")
            raise ZeroDivisionError
    assert isinstance(await begun(any_database), InProgress)
