"""The outbox: mails rendered once, sent in the order of their case, the same bytes however often it takes (R39)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.leases import Lanes, pause
from storage.tables import mails
from storage.upsert import insert_new

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=4)
GIVEN_UP_AFTER = timedelta(hours=48)
# A worker that died holds up what it had claimed for half a minute; what it was handing over waits until no
# sending can last any longer, since two at once would send the mail twice (notifications.mailer.LIMIT).
LEASE = timedelta(seconds=30)
SENDING_LEASE = timedelta(seconds=60)
KEPT = (
    "case_id", "sequence", "recipient", "template", "audience", "subject", "message_id", "in_reply_to", "references",
    "text", "html", "mime", "sha256",
)  # fmt: skip
OUTBOX = Lanes(mails, ("case_id", "recipient"))


class Finished(Protocol):
    """A finished mail, as its writer hands it over; `at` is when what it tells of happened."""

    @property
    def case_id(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def recipient(self) -> str: ...
    @property
    def template(self) -> str: ...
    @property
    def attachments(self) -> Sequence[str]: ...
    @property
    def numbers(self) -> Sequence[str]: ...
    @property
    def mime(self) -> bytes: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True)
class Mail:
    """A claimed mail. `uncertain` says that a sender died while it was handing it over: it may have arrived."""

    id: int
    case_id: str
    sequence: int
    recipient: str
    message_id: str
    mime: bytes
    tries: int
    claims: int
    first_tried_at: datetime | None
    uncertain: bool


async def store(connection: AsyncConnection, messages: Iterable[Finished]) -> None:
    """Puts mails into the outbox; one that is there already stays as it is."""
    await insert_new(connection, mails, [_row(message) for message in messages])


async def note_unwritten(
    connection: AsyncConnection, case_id: str, sequence: int, why: str, at: datetime
) -> None:
    """A mail that could not be written stands in the outbox as FAILED, so that care sees what nobody was told."""
    blank = dict.fromkeys(("recipient", "message_id", "in_reply_to", "references", "html", "reply"), "")
    row: dict[str, Any] = blank | {
        "case_id": case_id, "sequence": sequence, "template": "unwritten", "audience": "care", "mime": b"",
        "subject": f"[{case_id}] a mail could not be written", "text": "", "sha256": "", "attachments": [],
        "numbers": [], "state": "FAILED", "tries": 0, "claims": 0, "next_try_at": None, "created_at": at,
        "error": why,
    }  # fmt: skip
    await insert_new(connection, mails, [row])


async def claim(connection: AsyncConnection, now: datetime, limit: int, lease: timedelta = LEASE) -> list[Mail]:
    """Mails to send now, for this worker alone until the lease is over: the oldest of each case and recipient.

    First come those that are due longest, so that no case and no retry starves another.
    """
    return [_claimed(row) for row in await OUTBOX.claim(connection, now, limit, lease)]


async def mark_sending(connection: AsyncConnection, mail: Mail, at: datetime) -> bool:
    """Notes, before the first byte goes out, that the mail may arrive; False when the claim is lost: do not send."""
    first = func.coalesce(mails.c.first_tried_at, at)
    values = {
        "state": "SENDING", "tries": mail.tries + 1, "first_tried_at": first, "next_try_at": at + SENDING_LEASE,
    }  # fmt: skip
    return await OUTBOX.settle(connection, mail.id, values, mail.claims)


async def mark_sent(connection: AsyncConnection, mail: Mail, at: datetime, reply: str) -> None:
    """The relay took it. True also of a claim that ran out, since it spares the next claim a second sending."""
    sent = {"state": "SENT", "sent_at": at, "reply": reply, "error": "", "next_try_at": None}
    await OUTBOX.settle(connection, mail.id, sent)


async def mark_failed(
    connection: AsyncConnection, mail: Mail, error: str, next_try_at: datetime | None
) -> None:
    """The relay did not take it: another try then, or none, and the case's next mails go on."""
    state = "FAILED" if next_try_at is None else "NEW"
    await OUTBOX.settle(connection, mail.id, {"state": state, "error": error, "next_try_at": next_try_at}, mail.claims)


def next_try(mail: Mail, at: datetime) -> datetime | None:
    """When to try again after a failure at `at`: 30 s, doubled each time up to 4 h; None after 48 hours of trying."""
    if mail.first_tried_at is not None and at - mail.first_tried_at >= GIVEN_UP_AFTER:
        return None
    return at + pause(FIRST_PAUSE, mail.tries, LONGEST_PAUSE)


async def unsent_count(connection: AsyncConnection) -> int:
    """Mails that are neither sent nor given up."""
    return await OUTBOX.waiting(connection)


async def next_due(connection: AsyncConnection) -> datetime | None:
    """When the next mail may be claimed."""
    return await OUTBOX.next_due(connection)


def _row(message: Any) -> dict[str, Any]:
    return {name: getattr(message, name) for name in KEPT} | {
        "attachments": list(message.attachments),
        "numbers": list(message.numbers),
        "state": "NEW",
        "tries": 0,
        "claims": 0,
        "next_try_at": message.at,
        "created_at": message.at,
        "error": "",
        "reply": "",
    }


def _claimed(row: dict[str, Any]) -> Mail:
    fields = {name: row[name] for name in Mail.__dataclass_fields__ if name != "uncertain"}
    return Mail(**fields, uncertain=row["state"] == "SENDING")
