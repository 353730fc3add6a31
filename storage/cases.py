"""Cases as they are taken in: acknowledged in one transaction, started afterwards, found again by their references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.announcement import Announcement
from porting.line import NumberLine
from porting.numbers import NumberRange
from porting.policy import Policy
from storage import projection
from storage.charges import Payer
from storage.claims import Conflict, NumbersTaken, claim, claim_conflicts
from storage.rows import header_row, line_row, ordered_row
from storage.serial import dump
from storage.tables import carrier_orders, cases, lines, partners
from storage.upsert import insert_if_new

__all__ = [
    "Conflict", "KnownCase", "NumbersTaken", "Opening", "ReferenceTaken", "Unstarted", "case_by_reference",
    "case_of_order", "claim_conflicts", "mark_started", "open_case", "places", "unstarted", "version",
]

LONGEST_NAME = 200


class ReferenceTaken(Exception):
    """The partner has a case under this reference; `case_by_reference` says which."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A case as it is acknowledged.

    `body` is the request as JSON, `body_hash` its digest, `opening` the packed Case that the workflow is started
    with, `announcement` its first: every line is in it.
    """

    partner_id: str
    reference: str
    body_hash: str
    order_type: str
    ivp: bool
    body: Mapping[str, Any]
    policy: Policy
    opening: bytes
    announcement: Announcement


@dataclass(frozen=True)
class KnownCase:
    """A case that was opened under a reference, and the digest of its body."""

    case_id: str
    body_hash: str


@dataclass(frozen=True)
class Unstarted:
    """A case whose workflow is not known to run, with what it is started with."""

    case_id: str
    opening: bytes


async def open_case(connection: AsyncConnection, opening: Opening) -> None:
    """Stores the case with its lines, timeline and charges: once this is committed, it is acknowledged.

    Needs a transaction that writes; it must be given up when this raises ReferenceTaken, or NumbersTaken (R04).
    """
    announcement = opening.announcement
    currency = await _currency(connection, opening.partner_id)
    # The reference first: a repeated request must hear of its own case and not of its own numbers.
    if not await insert_if_new(connection, cases, _case_row(opening)):
        raise ReferenceTaken(opening.reference)
    await claim(connection, [NumberRange(line.number) for _, line in announcement.lines])
    await connection.execute(insert(lines), _line_rows(announcement))
    payer = Payer(announcement.case_id, opening.partner_id, currency, opening.policy.porting_fee)
    await projection.write_events(connection, announcement, payer)
    await projection.write_orders(connection, announcement)


async def case_by_reference(connection: AsyncConnection, partner_id: str, reference: str) -> KnownCase | None:
    """The partner's case of that reference."""
    query = select(cases.c.id, cases.c.body_hash).where(
        cases.c.partner_id == partner_id, cases.c.reference == reference
    )
    row = (await connection.execute(query)).first()
    return KnownCase(row.id, row.body_hash) if row else None


async def case_of_order(
    connection: AsyncConnection, carrier: str, reference: str, carrier_order_id: str = ""
) -> str | None:
    """The case that has the carrier's order, by our reference at the carrier or by the carrier's own id."""
    held = carrier_orders.c
    known = [held.reference == reference] if reference else []
    known += [held.carrier_order_id == carrier_order_id] if carrier_order_id else []
    for condition in known:
        query = select(held.case_id).where(held.carrier == carrier, condition).limit(1)
        case_id: str | None = (await connection.execute(query)).scalar()
        if case_id:
            return case_id
    return None


async def unstarted(connection: AsyncConnection, limit: int) -> list[Unstarted]:
    """Cases that were acknowledged and whose workflow was not started, the oldest first."""
    query = select(cases.c.id, cases.c.opening).where(cases.c.started_at.is_(None))
    rows = await connection.execute(query.order_by(cases.c.created_at, cases.c.id).limit(limit))
    return [Unstarted(row.id, row.opening) for row in rows]


async def mark_started(connection: AsyncConnection, case_ids: Sequence[str], at: datetime) -> None:
    """Their workflows run; a second start of the same case changes nothing."""
    statement = update(cases).where(cases.c.id.in_(case_ids), cases.c.started_at.is_(None)).values(started_at=at)
    await connection.execute(statement)


# Built once: whoever waits for a change to be shown asks many times, and to build it takes longer than to ask it.
_VERSION = select(cases.c.version).where(cases.c.id == bindparam("case_id"))


async def version(connection: AsyncConnection, case_id: str) -> int | None:
    """The version that the read model has of the case; None when there is no such case."""
    return (await connection.execute(_VERSION, {"case_id": case_id})).scalar()


async def places(connection: AsyncConnection, case_id: str) -> tuple[str, ...]:
    """Where the case's open lines are (`DE-BY@Europe/Berlin`), each place once."""
    query = select(lines.c.place).where(lines.c.case_id == case_id, lines.c.is_open).distinct()
    return tuple(sorted((await connection.execute(query)).scalars()))


async def _currency(connection: AsyncConnection, partner_id: str) -> str:
    query = select(partners.c.currency).where(partners.c.id == partner_id)
    return str((await connection.execute(query)).scalar_one())


def _case_row(opening: Opening) -> dict[str, Any]:
    announcement, ordered = opening.announcement, [line for _, line in opening.announcement.lines]
    end_customer, losing_carrier = _name(opening.body, "end_customer"), _name(opening.body, "losing_carrier")
    found = (announcement.case_id, opening.reference, end_customer, losing_carrier)
    return header_row(announcement.header, announcement.version) | {
        "id": announcement.case_id,
        "partner_id": opening.partner_id,
        "reference": opening.reference,
        "body_hash": opening.body_hash,
        "order_type": opening.order_type,
        "ivp": opening.ivp,
        "body": opening.body,
        "policy": dump(opening.policy, Policy),
        "opening": opening.opening,
        "end_customer": end_customer,
        "losing_carrier": losing_carrier,
        "country": ordered[0].country,
        "first_number": ordered[0].number,
        "lines_count": len(ordered),
        "numbers_count": sum(line.count for line in ordered),
        "search": "\n".join(found).casefold(),
        "created_at": announcement.header.updated_at,
    }


def _name(body: Mapping[str, Any], party: str) -> str:
    """The party's name, cut to what an index takes."""
    given = body.get(party) or {}
    return str(given.get("name") or "")[:LONGEST_NAME]


def _line_rows(announcement: Announcement) -> Sequence[dict[str, Any]]:
    return [_line_row(announcement, position, line) for position, line in announcement.lines]


def _line_row(announcement: Announcement, position: int, line: NumberLine) -> dict[str, Any]:
    place = {"case_id": announcement.case_id, "position": position}
    return place | ordered_row(line) | line_row(line, announcement.version)
