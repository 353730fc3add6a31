"""The ledger: which events cost something, and the one row that each such cost gets (R24, R32, R42)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from porting.events import CaseOpened, DateChangeAsked, Entry, TemporaryNumbersActive
from porting.numbers import NumberRange


@dataclass(frozen=True)
class Payer:
    """Who pays for a case, in which currency, and what the case's policy asks for porting."""

    case_id: str
    partner_id: str
    currency: str
    porting_fee: str


def charge_rows(payer: Payer, entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    """The charges that the events bring about. The same event always makes the same row."""
    return [row for entry in entries for row in _charges(payer, entry)]


def _charges(payer: Payer, entry: Entry) -> Iterator[dict[str, Any]]:
    event = entry.event
    if isinstance(event, DateChangeAsked):
        if event.waived_because or Decimal(event.fee):
            yield _row(payer, entry.at, "DATE_CHANGE", event.change_id, event.numbers, event.fee) | {
                "currency": event.currency,
                "waived": bool(event.waived_because),
                "reason": _reason(event),
            }
    elif isinstance(event, TemporaryNumbersActive):
        for given in event.assigned if Decimal(event.price) else ():
            amount = str(Decimal(event.price) * NumberRange(given.temporary).count)
            reason = f"Temporary number {given.temporary}"
            yield _row(payer, entry.at, "TEMPORARY_NUMBER", given.number, (given.number,), amount) | {"reason": reason}
    elif isinstance(event, CaseOpened) and Decimal(payer.porting_fee):
        yield _row(payer, entry.at, "PORTING", "", event.numbers, payer.porting_fee) | {"reason": "Porting order"}


def _reason(event: DateChangeAsked) -> str:
    change = f"Date change from {event.before} to {event.date}"
    return f"{change}, waived: {event.waived_because}" if event.waived_because else change


def _row(
    payer: Payer, at: datetime, kind: str, key: str, numbers: tuple[str, ...], amount: str
) -> dict[str, Any]:
    digest = hashlib.sha256("\n".join((payer.case_id, kind, key)).encode()).hexdigest()
    return {
        "id": f"CH-{digest[:20]}",
        "case_id": payer.case_id,
        "partner_id": payer.partner_id,
        "kind": kind,
        "key": key,
        "numbers": list(numbers),
        "amount": amount,
        "currency": payer.currency,
        "waived": False,
        "at": at,
    }
