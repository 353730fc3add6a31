"""The loops over tables: as much at once as their settings say, and several of a kind never take the same."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from service.carrier_inbox import CarrierInbox
from service.mail_sender import MailSender
from storage import inbox, mails
from storage.database import Database
from tests.effects.stored_cases import store_case
from tests.effects.test_storage_inbox import received
from tests.effects.test_storage_mails import Written, stored
from tests.examples import MONDAY

MAILS = 12


class Relay:
    """Takes every mail, and counts how many sessions are open at once."""

    def __init__(self) -> None:
        self.came: Counter[str] = Counter()
        self.open = self.most = 0

    @asynccontextmanager
    async def session(self) -> AsyncIterator["Relay"]:
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            yield self
        finally:
            self.open -= 1

    async def send(self, mime: bytes, sender: str, recipient: str) -> str:
        self.came[recipient] += 1
        return "250 queued"


def reader(database: Database, at_once: int) -> CarrierInbox:
    """One that meets only messages of orders that no case knows: nothing is asked of a carrier."""
    nobody: Any = None
    return CarrierInbox(database, nobody, nobody, lambda: MONDAY, at_once)


def sender(database: Database, relay: Any, at_once: int) -> MailSender:
    return MailSender(database, relay, "porting@operator.example", lambda: MONDAY, at_once)


async def mails_to_many(database: Database) -> None:
    await store_case(database)
    await stored(database, *(Written(1, recipient=f"{n}@acme.example") for n in range(MAILS)))


async def test_a_reader_takes_as_many_messages_at_once_as_it_may(any_database: Database) -> None:
    for n in range(5):
        await received(any_database, f"evt-{n}", f"PC-{n}-1", f"T-{n}")
    assert [await reader(any_database, 2).once() for _ in range(4)] == [2, 2, 1, 0]


@pytest.mark.parametrize("at_once", [1, 3])
async def test_a_sender_has_as_many_connections_as_it_may(database: Database, at_once: int) -> None:
    await mails_to_many(database)
    relay = Relay()
    assert await sender(database, relay, at_once).once() == MAILS
    assert relay.most == at_once and relay.came == {f"{n}@acme.example": 1 for n in range(MAILS)}


async def test_three_senders_side_by_side_send_each_mail_once(any_database: Database) -> None:
    """R39, I4: they take turns at the outbox, on either database."""
    await mails_to_many(any_database)
    relay = Relay()
    taken = await asyncio.gather(*(sender(any_database, relay, 4).once() for _ in range(3)))
    assert sum(taken) == MAILS and set(relay.came.values()) == {1} and len(relay.came) == MAILS
    async with any_database.read() as connection:
        assert await mails.unsent_count(connection) == 0


async def test_three_readers_side_by_side_take_each_message_once(any_database: Database) -> None:
    """I5: they take turns at the inbox, on either database."""
    for n in range(MAILS):
        await received(any_database, f"evt-{n}", f"PC-{n}-1", f"T-{n}")
    taken = await asyncio.gather(*(reader(any_database, 20).once() for _ in range(3)))
    assert sum(taken) == MAILS
    async with any_database.read() as connection:
        assert await inbox.unsettled_count(connection) == 0
