"""The inbox: what a carrier sends is kept once, taken in order, and tried until it is settled."""

import asyncio
from datetime import datetime, timedelta

from storage import inbox
from storage.database import Database
from storage.inbox import Arrival
from tests.effects.storage_rivals import Rivals
from tests.examples import MONDAY

LEASE = timedelta(minutes=2)


async def received(database: Database, dedupe: str, reference: str = "PC-1-1", order: str = "T-1") -> bool:
    payload = {"kind": "porting_order.status_changed", "said": dedupe}
    async with database.begin() as connection:
        return await inbox.receive(connection, "telnyx", dedupe, reference, order, payload, MONDAY)


async def claimed(database: Database, now: datetime = MONDAY) -> list[Arrival]:
    return await database.write(lambda c: inbox.claim(c, now, 20, LEASE))


async def done(database: Database, arrival: Arrival) -> None:
    await database.write(lambda c: inbox.done(c, arrival.id, MONDAY, "read"))


async def test_a_message_that_comes_twice_is_kept_once(any_database: Database) -> None:
    """Fault 9: duplicates, also after the first is settled."""
    assert await received(any_database, "evt-1")
    assert not await received(any_database, "evt-1")
    (arrival,) = await claimed(any_database)
    assert (arrival.payload["said"], arrival.reference, arrival.carrier_order_id) == ("evt-1", "PC-1-1", "T-1")
    await done(any_database, arrival)
    assert not await received(any_database, "evt-1")
    assert await claimed(any_database, MONDAY + timedelta(days=3)) == []


async def test_of_fifty_deliveries_at_once_one_is_kept(any_database: Database) -> None:
    kept = await asyncio.gather(*(received(any_database, "evt-1") for _ in range(50)))
    assert sum(kept) == 1


async def test_messages_of_one_order_are_taken_one_after_another(any_database: Database) -> None:
    for dedupe in ("evt-1", "evt-2"):
        await received(any_database, dedupe)
    await received(any_database, "evt-3", "PC-2-1")
    first = await claimed(any_database)
    assert [arrival.dedupe for arrival in first] == ["evt-1", "evt-3"]
    assert await claimed(any_database) == []
    await done(any_database, first[0])
    assert [arrival.dedupe for arrival in await claimed(any_database)] == ["evt-2"]


async def test_messages_without_reference_go_by_the_carriers_order_and_then_alone(any_database: Database) -> None:
    await received(any_database, "evt-1", "", "T-1")
    await received(any_database, "evt-2", "", "T-1")
    await received(any_database, "evt-3", "", "")
    await received(any_database, "evt-4", "", "")
    assert [arrival.dedupe for arrival in await claimed(any_database)] == ["evt-1", "evt-3", "evt-4"]


async def test_what_cannot_be_settled_is_tried_at_growing_pauses(any_database: Database) -> None:
    """Fault 9: a carrier that is down when it should be read."""
    await received(any_database, "evt-1")
    now, pauses = MONDAY, []
    for _ in range(12):
        (arrival,) = await claimed(any_database, now)
        until = inbox.next_try(arrival, now)
        async with any_database.begin() as connection:
            await inbox.postpone(connection, arrival.id, until, "the carrier is down")
            assert await inbox.next_due(connection) == until
        pauses.append((until - now).total_seconds())
        now = until
    assert pauses[:4] == [5, 10, 20, 40] and pauses[-1] == 900


async def test_a_worker_that_died_loses_its_messages_to_the_next(any_database: Database) -> None:
    """Fault 3"""
    await received(any_database, "evt-1")
    assert await claimed(any_database)
    assert await claimed(any_database, MONDAY + LEASE - timedelta(seconds=1)) == []
    assert await claimed(any_database, MONDAY + LEASE)


async def test_a_settled_message_stays_settled(any_database: Database) -> None:
    """A worker that slept cannot bring it back."""
    await received(any_database, "evt-1")
    (arrival,) = await claimed(any_database)
    await done(any_database, arrival)
    async with any_database.begin() as connection:
        await inbox.postpone(connection, arrival.id, MONDAY, "late")
        assert await inbox.unsettled_count(connection) == 0


async def test_a_key_longer_than_an_index_takes_is_still_one_message(any_database: Database) -> None:
    assert await received(any_database, "e" * 5000, "r" * 5000, "o" * 5000)
    assert not await received(any_database, "e" * 5000)
    assert await received(any_database, "e" * 4999 + "f")


async def test_two_workers_of_two_processes_take_each_message_once(any_database: Database, rivals: Rivals) -> None:
    """Fault 14"""
    for number in range(20):
        await received(any_database, f"evt-{number}", f"PC-{number % 7}")
    said = await asyncio.to_thread(rivals.run, any_database, "claim_inbox", 2, 25)
    assert len(said) == len(set(said)) and len(said) >= 7
    async with any_database.read() as connection:
        assert await inbox.unsettled_count(connection) == 20 - len(said)


async def test_a_message_is_forgotten_ninety_days_after_it_was_settled_and_never_before(any_database: Database) -> None:
    """The newest stays, and one that nobody could settle holds up no other."""
    for number in range(1, 5):
        await received(any_database, f"evt-{number}", f"PC-{number}-1")
    _, *settled = await claimed(any_database)
    for arrival in settled:
        await done(any_database, arrival)

    async def purged(days: int, limit: int = 10) -> int:
        return await any_database.write(lambda c: inbox.purge(c, MONDAY + timedelta(days=days), limit))

    assert await purged(89) == 0
    assert [await purged(90, limit=1), await purged(90), await purged(90)] == [1, 1, 0]
    assert [arrival.dedupe for arrival in await claimed(any_database, MONDAY + timedelta(days=400))] == ["evt-1"]
    assert [await received(any_database, f"evt-{number}") for number in range(1, 5)] == [False, True, True, False]
