"""From rows to what clients see: the contract's case, line, event, mail and charge, with dates as Python's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from porting.announcement import DateChange
from porting.missing import MissingItem
from porting.numbers import NumberRange
from porting.portability import Validation
from porting.reasons import Reason
from storage.carrier_troubles import CarrierTrouble
from storage.serial import load

MAIL_STATUS = {"NEW": "QUEUED", "CLAIMED": "QUEUED", "SENDING": "QUEUED", "SENT": "SENT", "FAILED": "FAILED"}
SHOWN_OF_CASE = (
    "id", "reference", "partner_id", "order_type", "status", "waiting_on", "waiting_since", "deadline", "next_step",
)  # fmt: skip


def case_shape(
    row: RowMapping,
    body: Mapping[str, Any],
    lines: Sequence[dict[str, Any]],
    documents: Sequence[dict[str, Any]],
    comments_count: int,
    held_up: CarrierTrouble | None,
) -> dict[str, Any]:
    """The case of the contract. `body` is the request with the accepted answers in it; its PIN is never shown."""
    shown = {"partner" if name == "partner_id" else name: row[name] for name in SHOWN_OF_CASE}
    return shown | {
        "lines": lines,
        "lines_count": row["lines_count"],
        "numbers_count": row["numbers_count"],
        "missing": [_missing(item) for item in load(row["missing"], tuple[MissingItem, ...])],
        "date_change": _date_change(row["date_change"]),
        "last_day_for_date_change": row["last_day_for_date_change"],
        "silence_deadline": row["silence_deadline"],
        "carrier_down": _carrier_down(held_up),
        "end_customer": body.get("end_customer"),
        "losing_carrier": _losing_carrier(body.get("losing_carrier")),
        "ivp": row["ivp"],
        "comments_count": comments_count,
        "documents": documents,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "closed_at": row["closed_at"],
        "version": row["version"],
    }


def line_shape(row: RowMapping) -> dict[str, Any]:
    """The contract's line. The hour of the cut-over is shown with a confirmed date only (R21)."""
    numbers = NumberRange(row["number"])
    return {
        "number": row["number"],
        "first": numbers.first,
        "last": numbers.last,
        "count": row["count"],
        "country": row["country"],
        "number_type": row["number_type"],
        "time_zone": row["time_zone"],
        "status": row["status"],
        "reasons": [_reason(load(reason, Reason)) for reason in row["reasons"]],
        "requested_date": row["requested_date"],
        "confirmed_date": row["confirmed_date"],
        "cutover_at": row["cutover_at"] if row["confirmed_date"] else None,
        "completed_at": row["completed_at"],
        "temporary_number": _temporary_number(row),
        "carrier": row["carrier"] or None,
        "carrier_order_id": row["carrier_order_id"] or None,
        "carrier_status": row["carrier_status"] or None,
        "cancellation": row["cancellation"] or None,
        "last_day_for_date_change": row["last_day_for_change"],
        "validation": _validation(row["validation"]),
        "by_hand": bool(row["by_hand"]),
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return vars(reason) | {"donor_value": reason.donor_value or None}


def _validation(dumped: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if dumped is None:
        return None
    said: Validation = load(dumped, Validation)
    reasons = [_reason(one) for one in said.objections]
    return vars(said) | {"donor": said.donor or None, "reason": reasons[0] if reasons else None, "reasons": reasons}


def _temporary_number(row: RowMapping) -> dict[str, Any] | None:
    if not row["temporary_status"]:
        return None
    number = row["temporary_number"] or None
    return {"number": number, "status": row["temporary_status"], "active_at": row["temporary_active_at"]}


def _carrier_down(trouble: CarrierTrouble | None) -> dict[str, Any] | None:
    """What went wrong is for whoever runs the desk, not for the case."""
    if trouble is None:
        return None
    times = {"since": trouble.since, "last_tried_at": trouble.last_at}
    return {"carrier": trouble.carrier, "tries": trouble.tries, **times}


def _missing(item: MissingItem) -> dict[str, Any]:
    return vars(item) | {"numbers": list(item.numbers)}


def _date_change(dumped: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if dumped is None:
        return None
    change: DateChange = load(dumped, DateChange)
    return {
        "id": change.id,
        "date": change.date,
        "numbers": list(change.numbers),
        "status": change.status,
        "fee": {"amount": change.fee, "currency": change.currency},
        "proposed_date": change.proposed_date,
    }


def _losing_carrier(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    shown = {name: value for name, value in given.items() if name != "pin"}
    return shown | {"pin_given": bool(given.get("pin"))}


def event_shape(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sequence": row["sequence"],
        "at": row["at"],
        "kind": row["kind"],
        "actor": {"role": row["role"], "name": row["name"]},
        "numbers": row["numbers"],
        "summary": row["summary"],
        "detail": row["detail"],
        "internal": row["internal"],
    }


def mail_shape(row: Mapping[str, Any]) -> dict[str, Any]:
    """A mail as its case shows it; `at` is when it was sent, before that when it was written."""
    copied = ("id", "sequence", "audience", "subject", "text", "template", "message_id", "numbers", "attachments")
    return {name: row[name] for name in copied} | {
        "to": row["recipient"],
        "at": row["sent_at"] or row["created_at"],
        "status": MAIL_STATUS[row["state"]],
        "error": row["error"] or None,
    }


def charge_shape(row: RowMapping) -> dict[str, Any]:
    copied = ("id", "numbers", "kind", "amount", "currency", "reason", "waived", "at")
    return {name: row[name] for name in copied} | {"case": row["case_id"], "partner": row["partner_id"]}


def grouped(rows: Iterable[RowMapping], shape: Any) -> dict[str, list[dict[str, Any]]]:
    """The shaped rows by the case that they belong to."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["case_id"], []).append(shape(row))
    return found
