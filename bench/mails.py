"""Rows about mail: the pipeline against the bare library, and how soon a carrier's word is in the partner's mailbox."""

from __future__ import annotations

import asyncio
import itertools
import time
from datetime import UTC, datetime

import aiosmtplib
from sqlalchemy import func, insert, literal, null, select

from bench.copies import open_copies
from bench.rows import Goal, Row, compared, measured, percentile
from bench.stand import CONFIRM_ONLY, SILENT, Stand
from storage.tables import carrier_orders, cases, inbox, mails

SENDER = "porting@portdesk.example"
NEWS_A_SECOND = 5
UNSENT = "SELECT count(*) FROM mails WHERE state != 'SENT'"
UNTOLD = """
    SELECT :count - count(*) FROM mails JOIN cases ON cases.id = mails.case_id
    WHERE template LIKE 'date_confirmed%' AND state = 'SENT' AND reference LIKE :these
"""


async def mail(stand: Stand, quick: bool) -> list[Row]:
    """Mails a second through outbox, claim, relay and note, by the library alone sending the same bytes."""
    count = 24 if quick else 240
    these = stand.new_round()
    await stand.opened(await stand.prepared(count, SILENT))
    await stand.quiet()
    async with stand.database.read() as connection:
        first = (await connection.execute(select(mails.c.mime, mails.c.recipient).limit(1))).one()
    turns = itertools.count(1)

    async def ours() -> float:
        await _put_again(stand, these, next(turns))
        began = time.monotonic()
        await stand.until_none(UNSENT, "all mails to be sent")
        return count / (time.monotonic() - began)

    async def bare() -> float:
        began = time.monotonic()
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=stand.ports["MAILBOX_SMTP"]) as relay:
            for _ in range(count):
                await relay.sendmail(SENDER, [first.recipient], first.mime)
        return count / (time.monotonic() - began)

    return [await compared("mail", "mails/s", Goal(0.6, at_least=True), ours, bare)]


async def _put_again(stand: Stand, these: str, turn: int) -> None:
    """The first mail of each case once more into the outbox, as an announcement would put it there."""
    fresh = {
        "sequence": mails.c.sequence + 1000 * turn, "state": literal("NEW"), "sent_at": null(),
        "first_tried_at": null(),
        "next_try_at": literal(datetime.now(UTC), mails.c.next_try_at.type), "tries": literal(0), "claims": literal(0),
    }  # fmt: skip
    names = [column.name for column in mails.columns if column.name != "id"]
    copies = (
        select(*(fresh.get(name, mails.c[name]) for name in names))
        .join(cases, cases.c.id == mails.c.case_id)
        .where(mails.c.sequence < 1000, mails.c.template.startswith("case_opened"), cases.c.reference.like(these))
    )
    async with stand.database.begin() as connection:
        await connection.execute(insert(mails).from_select(names, copies))


async def news_to_mail(stand: Stand, quick: bool) -> list[Row]:
    """Seconds from a webhook's receipt to the relay's yes for its mail; news come at one pace, many cases are open."""
    count, copied = (10, 20) if quick else (150, 1850)
    these = stand.new_round()
    prepared = await stand.prepared(count, SILENT)
    ids = await stand.opened(prepared)
    await stand.quiet()
    await open_copies(stand, ids[0], copied)
    began = time.monotonic()
    for position, (number, _) in enumerate(prepared):
        await asyncio.sleep(max(0.0, began + position / NEWS_A_SECOND - time.monotonic()))
        await stand.script(number, CONFIRM_ONLY[1:])
    await stand.until_none(UNTOLD, "all to be told", count=count, these=these)
    seconds = await _seconds_to_mail(stand, these)
    return [measured("news_to_mail", "s", Goal(2.0), seconds, percentile(seconds, 0.99))]


async def _seconds_to_mail(stand: Stand, these: str) -> list[float]:
    times = (
        select(mails.c.sent_at, func.max(inbox.c.received_at))
        .join(cases, cases.c.id == mails.c.case_id)
        .join(carrier_orders, carrier_orders.c.case_id == cases.c.id)
        .join(inbox, inbox.c.reference == carrier_orders.c.reference)
        .where(mails.c.template.startswith("date_confirmed"), cases.c.reference.like(these))
        .where(inbox.c.received_at <= mails.c.sent_at)
        .group_by(mails.c.id, mails.c.sent_at)
    )
    async with stand.database.read() as connection:
        return [(sent - received).total_seconds() for sent, received in await connection.execute(times)]
