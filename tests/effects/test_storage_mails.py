"""The outbox: no mail is lost, none overtakes another of its case, and a second sending has the same bytes."""

import asyncio
import hashlib
import os
import signal
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import LargeBinary, literal, select, update

from storage import mails
from storage.database import Database
from storage.mails import Mail
from storage.tables import mails as table
from tests.effects.storage_rivals import Rivals
from tests.effects.stored_cases import store_case
from tests.examples import MONDAY, a_line

LEASE = timedelta(minutes=2)


@dataclass
class Written:
    """A finished mail, as the writer hands it over."""

    sequence: int
    case_id: str = "PC-1"
    recipient: str = "ops@acme.example"
    template: str = "case_opened.partner"
    audience: str = "partner"
    subject: str = "[PC-1] +498912345678"
    message_id: str = "<PC-1.1@desk.example>"
    in_reply_to: str = "<PC-1@desk.example>"
    references: str = "<PC-1@desk.example>"
    text: str = "Hello"
    html: str = "<p>Hello</p>"
    attachments: tuple[str, ...] = ("cutover.ics",)
    numbers: tuple[str, ...] = ("+498912345678",)
    at: datetime = MONDAY
    mime: bytes = field(default=b"", repr=False)
    sha256: str = ""

    def __post_init__(self) -> None:
        self.mime = f"Subject: {self.case_id} {self.sequence}\r\n\r\n\x00".encode()
        self.sha256 = hashlib.sha256(self.mime).hexdigest()


async def stored(database: Database, *written: Written) -> None:
    async with database.begin() as connection:
        await mails.store(connection, written)


async def two_cases(database: Database) -> None:
    await store_case(database)
    await store_case(database, a_line("+498912345679"), case_id="PC-2")


async def claimed(database: Database, now: datetime = MONDAY, limit: int = 10) -> list[Mail]:
    return await database.write(lambda c: mails.claim(c, now, limit, LEASE))


async def sent(database: Database, mail: Mail, at: datetime = MONDAY) -> bool:
    async with database.begin() as connection:
        if not await mails.mark_sending(connection, mail, at):
            return False
        await mails.mark_sent(connection, mail, at, "250 2.0.0 queued as 1")
        return True


async def failed(database: Database, mail: Mail, at: datetime, again_at: datetime | None) -> None:
    async with database.begin() as connection:
        await mails.mark_sending(connection, mail, at)
        await mails.mark_failed(connection, mail, "451 try later", again_at)


def names(found: list[Mail]) -> list[tuple[str, int]]:
    return [(mail.case_id, mail.sequence) for mail in found]


async def states(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(select(table.c.state).order_by(table.c.id))).scalars())


async def test_the_mails_of_a_case_go_out_in_the_order_of_its_events(any_database: Database) -> None:
    """R39"""
    await two_cases(any_database)
    await stored(any_database, Written(1), Written(2), Written(1, "PC-2"))
    first = await claimed(any_database)
    assert names(first) == [("PC-1", 1), ("PC-2", 1)]
    assert await claimed(any_database) == []
    assert await sent(any_database, first[0])
    assert names(await claimed(any_database)) == [("PC-1", 2)]


async def test_a_recipient_who_cannot_be_reached_keeps_no_other_waiting(any_database: Database) -> None:
    await store_case(any_database)
    care = "care@desk.example"
    await stored(any_database, Written(1), Written(1, recipient=care), Written(2), Written(2, recipient=care))
    for mail in await claimed(any_database):
        if mail.recipient == care:
            await sent(any_database, mail)
        else:
            await failed(any_database, mail, MONDAY, MONDAY + timedelta(hours=1))
    assert [(mail.recipient, mail.sequence) for mail in await claimed(any_database)] == [(care, 2)]


async def test_a_mail_that_lies_there_unpacked_goes_out_as_it_is(any_database: Database) -> None:
    """Mails of an outbox that was filled before mails were packed."""
    await store_case(any_database)
    await stored(any_database, Written(1))
    plain = update(table).values(mime=literal(Written(1).mime, LargeBinary))
    await any_database.write(lambda connection: connection.execute(plain))
    assert [mail.mime for mail in await claimed(any_database)] == [Written(1).mime]


async def test_a_mail_is_stored_once_however_often_it_is_written(any_database: Database) -> None:
    """I4"""
    await store_case(any_database)
    await stored(any_database, Written(1))
    await stored(any_database, Written(1), Written(2))
    assert await states(any_database) == ["NEW", "NEW"]


async def test_a_sender_that_died_while_sending_leaves_the_same_bytes_to_the_next(any_database: Database) -> None:
    """I4, fault 4: the one window that SMTP cannot close."""
    await store_case(any_database)
    await stored(any_database, Written(1))
    (mail,) = await claimed(any_database)
    async with any_database.begin() as connection:
        await mails.mark_sending(connection, mail, MONDAY)
    assert await claimed(any_database, MONDAY + mails.SENDING_LEASE - timedelta(seconds=1)) == []
    (again,) = await claimed(any_database, MONDAY + mails.SENDING_LEASE)
    assert again.mime == mail.mime == Written(1).mime and again.message_id == mail.message_id
    assert (mail.uncertain, again.uncertain) == (False, True)


async def test_a_claim_that_ran_out_sends_nothing(any_database: Database) -> None:
    """A sender that slept wakes up after another has taken over."""
    await store_case(any_database)
    await stored(any_database, Written(1))
    (mail,) = await claimed(any_database)
    (successor,) = await claimed(any_database, MONDAY + LEASE)
    assert not await sent(any_database, mail)
    assert await sent(any_database, successor)


async def test_what_the_relay_took_is_not_sent_again_by_a_later_claim(any_database: Database) -> None:
    await store_case(any_database)
    await stored(any_database, Written(1))
    (mail,) = await claimed(any_database)
    async with any_database.begin() as connection:
        await mails.mark_sending(connection, mail, MONDAY)
    (successor,) = await claimed(any_database, MONDAY + LEASE)
    async with any_database.begin() as connection:
        await mails.mark_sent(connection, mail, MONDAY + LEASE, "250 ok")
    assert not await sent(any_database, successor)
    assert await states(any_database) == ["SENT"]


async def test_a_mail_that_is_refused_for_good_lets_the_next_of_its_case_go(any_database: Database) -> None:
    """R39: a failed mail can never block others."""
    await store_case(any_database)
    await stored(any_database, Written(1), Written(2))
    (mail,) = await claimed(any_database)
    await failed(any_database, mail, MONDAY, None)
    assert names(await claimed(any_database)) == [("PC-1", 2)]
    assert (await states(any_database))[0] == "FAILED"


async def test_tries_come_at_growing_pauses_and_end_after_two_days(any_database: Database) -> None:
    await store_case(any_database)
    await stored(any_database, Written(1))
    now, pauses = MONDAY, []
    while True:
        (mail,) = await claimed(any_database, now)
        async with any_database.begin() as connection:
            await mails.mark_sending(connection, mail, now)
        again_at = mails.next_try(mail, now)
        async with any_database.begin() as connection:
            await mails.mark_failed(connection, mail, "connection refused", again_at)
        if again_at is None:
            break
        pauses.append((again_at - now).total_seconds())
        now = again_at
    assert pauses[:4] == [30, 60, 120, 240] and max(pauses) == 4 * 3600 and pauses == sorted(pauses)
    assert timedelta(hours=48) <= now - MONDAY < timedelta(hours=52)
    assert await states(any_database) == ["FAILED"]


async def test_a_dead_relay_delays_mail_and_nothing_is_lost(any_database: Database) -> None:
    """I4: two days later everything is there, in order."""
    await store_case(any_database)
    await stored(any_database, *(Written(sequence) for sequence in range(1, 6)))
    (mail,) = await claimed(any_database)
    await failed(any_database, mail, MONDAY, MONDAY + timedelta(hours=30))
    later, order = MONDAY + timedelta(hours=30), []
    while found := await claimed(any_database, later):
        order += [mail.sequence for mail in found]
        assert all([await sent(any_database, mail, later) for mail in found])
    assert order == [1, 2, 3, 4, 5]


async def test_those_that_wait_longest_come_first(any_database: Database) -> None:
    """Fairness: neither retries nor a busy case starve the others."""
    await two_cases(any_database)
    many = [Written(number, recipient=f"p{number}@acme.example") for number in range(1, 30)]
    await stored(any_database, *many)
    (retry,) = await claimed(any_database, limit=1)
    await failed(any_database, retry, MONDAY, MONDAY + timedelta(seconds=30))
    await stored(any_database, Written(1, "PC-2", at=MONDAY + timedelta(seconds=20)))
    now = MONDAY + timedelta(seconds=40)
    found = names(await claimed(any_database, now, limit=100))
    assert found[-2:] == [("PC-2", 1), ("PC-1", 1)]


async def test_the_next_mail_due_is_one_that_may_go(any_database: Database) -> None:
    """What waits behind a retry is not due, or whoever waits for the next date would turn in circles."""
    await store_case(any_database)
    await stored(any_database, Written(1), Written(2))
    async with any_database.read() as connection:
        assert await mails.next_due(connection) == MONDAY
    (mail,) = await claimed(any_database)
    again_at = MONDAY + timedelta(minutes=5)
    await failed(any_database, mail, MONDAY, again_at)
    async with any_database.read() as connection:
        assert await mails.next_due(connection) == again_at
        assert await mails.unsent_count(connection) == 2


async def test_two_senders_of_two_processes_send_each_mail_once(any_database: Database, rivals: Rivals) -> None:
    """Fault 14: no duplicate without a crash."""
    await store_case(any_database)
    await stored(any_database, *(Written(1, recipient=f"p{number}@acme.example") for number in range(30)))
    said = await asyncio.to_thread(rivals.run, any_database, "claim_mails", 2, 20)
    assert len(said) == len(set(said)) == 30 and set(await states(any_database)) == {"SENT"}


async def test_a_sender_killed_in_the_act_loses_nothing(any_database: Database, rivals: Rivals) -> None:
    """Fault 4, with kill -9."""
    await store_case(any_database)
    await stored(any_database, Written(1))
    (sender,) = await asyncio.to_thread(rivals.start, any_database, "die_sending")
    assert await asyncio.to_thread(rivals.line) == "sending"
    os.kill(sender, signal.SIGKILL)
    assert await asyncio.to_thread(rivals.rest) == ([], [-signal.SIGKILL])
    (mail,) = await claimed(any_database, MONDAY + LEASE)
    assert mail.uncertain and mail.mime == Written(1).mime and mail.tries == 1
    assert await sent(any_database, mail, MONDAY + LEASE)


async def test_a_mail_cannot_be_written_for_a_case_that_is_not_stored(any_database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await stored(any_database, Written(1, "PC-9"))
