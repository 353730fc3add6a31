"""The mails that a recorded step calls for: what storage knows of the case, handed to the writer (R39)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.catalogue import hears
from notifications.envelope import CaseFacts, Envelope, Line, Sender
from porting.country import country
from porting.events import Entry
from porting.policy import Policy
from porting.status import Status
from storage.serial import load
from storage.tables import carrier_orders, cases, lines, partners


@dataclass(frozen=True)
class Letterhead:
    """Who writes, who is care, and under which address people find a case."""

    sender: Sender
    care_addresses: tuple[str, ...]
    public_url: str


class Letters:
    """Reads within the transaction that records, so that a mail says what is recorded with it."""

    def __init__(self, head: Letterhead) -> None:
        self._head = head

    async def facts(self, connection: AsyncConnection, case_id: str, entries: tuple[Entry, ...]) -> Envelope | None:
        """Everything that the mails of the entries are made from; None when nobody hears of them."""
        if not any(hears(entry) for entry in entries):
            return None
        query = (
            select(cases, partners.c.name.label("partner_name"), partners.c.emails)
            .join(partners, partners.c.id == cases.c.partner_id)
            .where(cases.c.id == case_id)
        )
        case = (await connection.execute(query)).one()
        order = and_(carrier_orders.c.case_id == lines.c.case_id, carrier_orders.c.number == lines.c.order_number)
        query = select(lines, carrier_orders.c.by_hand).outerjoin(carrier_orders, order)
        query = query.where(lines.c.case_id == case_id)
        found = await connection.execute(query.order_by(lines.c.position))
        return Envelope(
            case=self._case(case, found.all()),
            sender=self._head.sender,
            partner_addresses=tuple(dict.fromkeys([*case.emails, *(case.body.get("notify") or [])])),
            care_addresses=self._head.care_addresses,
            entries=entries,
        )

    def _case(self, case: Any, found: Sequence[Any]) -> CaseFacts:
        desk = f"{self._head.public_url}/desk/cases/{case.id}"
        countries = dict.fromkeys(line.country for line in found)
        return CaseFacts(
            id=case.id,
            reference=case.reference,
            partner=case.partner_name,
            end_customer=case.end_customer,
            lines=tuple(_line(line) for line in found),
            zone=found[0].time_zone,
            page=f"{self._head.public_url}/v1/porting-cases/{case.id}",
            care_page=desk,
            api=f"{self._head.public_url}/v1/porting-cases/{case.id}",
            advice={code: advice for code in countries if (advice := country(code).advice)},
            usual_times={line.country: _usual_times(line.country) for line in found if line.by_hand},
            policy=load(case.policy, Policy),
        )


def _usual_times(code: str) -> str:
    known = country(code)
    return f"{known.name}: we pass the request on by hand. {known.by_hand.in_words}"


def _line(row: Any) -> Line:
    return Line(
        number=row.number,
        count=row.count,
        status=Status(row.status),
        country=row.country,
        time_zone=row.time_zone,
        order=row.order_number,
        requested_date=row.requested_date,
        confirmed_date=row.confirmed_date,
        cutover_at=row.cutover_at,
        temporary=row.temporary_number,
    )
