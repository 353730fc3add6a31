"""Sends what lies in the outbox: claimed, noted as being sent, handed to the relay, noted as sent (R39)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from carriers.crash import crash_point
from notifications.mailer import Mailer, MailTrouble, Session
from storage import mails
from storage.database import Database

BATCH = 40
CONNECTIONS = 4
Outcome = Callable[[AsyncConnection], Awaitable[None]]


async def nothing_yet(connection: AsyncConnection) -> None:
    """What there is to note before the first mail."""


class MailSender:
    """Sends the same bytes however often it takes. Only a death between the relay's yes and the note sends twice."""

    def __init__(
        self, database: Database, mailer: Mailer, sender: str, now: Callable[[], datetime], at_once: int = CONNECTIONS,
        sent: Callable[[int], None] = lambda mail_id: None,
    ) -> None:
        self._database = database
        self._mailer = mailer
        self._sender = sender
        self._now = now
        self._at_once = at_once
        self._sent = sent

    async def once(self) -> int:
        """Send what is due; answers how many mails were taken up."""
        claimed = await self._claim()
        shares = [claimed[n :: self._at_once] for n in range(self._at_once)]
        await asyncio.gather(*(self._send_all(share) for share in shares if share))
        return len(claimed)

    async def _claim(self) -> list[mails.Mail]:
        # A look first: to claim takes the write lock, and most of the time there is nothing to claim.
        async with self._database.read() as connection:
            due = await mails.next_due(connection)
        if due is None or due > self._now():
            return []
        async with self._database.begin() as connection:
            return await mails.claim(connection, self._now(), BATCH)

    async def _send_all(self, share: list[mails.Mail]) -> None:
        async with self._mailer.session() as session:
            outcome: Outcome = nothing_yet
            for mail in share:
                outcome = await self._send(session, mail, outcome)
            async with self._database.begin() as connection:
                await outcome(connection)

    async def _send(self, session: Session, mail: mails.Mail, last: Outcome) -> Outcome:
        """Notes how the last mail fared together with this one's sending: a write less for each mail."""
        async with self._database.begin() as connection:
            await last(connection)
            if not await mails.mark_sending(connection, mail, self._now()):
                return nothing_yet
        crash_point("before_data")
        try:
            reply = await session.send(mail.mime, self._sender, mail.recipient)
        except MailTrouble as trouble:
            until = None if trouble.permanent else mails.next_try(mail, self._now())
            return partial(mails.mark_failed, mail=mail, error=trouble.text, next_try_at=until)
        crash_point("after_data")
        self._sent(mail.id)
        return partial(mails.mark_sent, mail=mail, at=self._now(), reply=reply)
