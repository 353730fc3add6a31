"""From values of the rules to rows: the one place that says which field goes into which column."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from porting.announcement import Announcement, DateChange, Header
from porting.events import AnyEvent, Entry, is_internal
from porting.line import NumberLine, TemporaryStatus
from porting.missing import MissingItem
from porting.numbers import NumberRange
from porting.orders import CarrierOrder
from porting.portability import Validation
from porting.reasons import Reason
from porting.sentences import summary
from porting.status import Status
from storage.serial import dump

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# Before a confirmation the date on a line's plan is no date of the line (R21).
DATED = frozenset({Status.CONFIRMED, Status.PORTING_INCOMPLETE, Status.COMPLETED})


def header_row(header: Header, version: int) -> dict[str, Any]:
    """The columns of `cases` that follow the process."""
    return {
        "version": version,
        "status": header.status,
        "waiting_on": header.waiting_on,
        "waiting_since": header.waiting_since,
        "deadline": header.deadline,
        "queue_at": header.deadline or NEVER,
        "next_step": header.next_step,
        "missing": dump(header.missing, tuple[MissingItem, ...]),
        "date_change": dump(header.date_change, DateChange | None),
        "last_day_for_date_change": header.last_day_for_date_change,
        "silence_deadline": header.silence_deadline,
        "alarm_at": header.alarm_at,
        "updated_at": header.updated_at,
        "closed_at": header.closed_at,
        "work_due_at": header.work_due_at,
    }


def ordered_row(line: NumberLine) -> dict[str, Any]:
    """The columns of `lines` that stay as they were ordered."""
    numbers = NumberRange(line.number)
    return {
        "number": line.number,
        "first": numbers.first_value,
        "last": numbers.last_value,
        "count": line.count,
        "backwards": backwards(line.number),
        "country": line.country,
        "place": line.place,
        "time_zone": line.time_zone,
        "number_type": line.number_type,
    }


def line_row(line: NumberLine, version: int) -> dict[str, Any]:
    """The columns of `lines` that follow the process."""
    confirmed = _confirmed(line)
    return {
        "version": version,
        "order_number": line.order,
        "status": line.status,
        "is_open": line.is_open,
        "requested_date": line.requested_date,
        "confirmed_date": confirmed,
        "porting_date": confirmed or line.requested_date,
        "cutover_at": line.plan.cutover_at if line.plan else None,
        "last_day_for_change": line.plan.last_day_for_change if line.plan and confirmed else None,
        "completed_at": line.completed_at,
        "reasons": dump(line.reasons, tuple[Reason, ...]) if line.reasons else [],
        "cancellation": line.cancellation,
        "validation": dump(line.validation, Validation) if line.validation else None,
    } | _temporary_row(line)


def _confirmed(line: NumberLine) -> date | None:
    return line.plan.date if line.plan and line.status in DATED else None


def _temporary_row(line: NumberLine) -> dict[str, Any]:
    given = line.temporary
    return {
        "temporary_number": given.number if given else "",
        "temporary_status": TemporaryStatus(given.status) if given else "",
        "temporary_active_at": given.active_at if given else None,
    }


def order_row(case_id: str, order: CarrierOrder) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "number": order.number,
        "carrier": order.carrier,
        "reference": order.reference,
        "carrier_order_id": order.carrier_order_id,
        "carrier_status": order.carrier_status,
        "as_of": order.as_of,
        "sent": order.sent,
        "for_care": order.for_care,
        "first_possible": order.first_possible,
        "valid_until": order.valid_until,
        "date_is_ours": order.capabilities.date_is_ours,
        "by_hand": order.capabilities.is_by_hand,
    }


def event_rows(announcement: Announcement) -> list[dict[str, Any]]:
    return [event_row(announcement.case_id, entry) for entry in announcement.entries]


def event_row(case_id: str, entry: Entry) -> dict[str, Any]:
    """What happened, with the sentence that the timeline shows."""
    detail = dump(entry.event, AnyEvent)
    kind, numbers = detail.pop("kind"), detail.pop("numbers")
    if not detail["corrects"]:
        del detail["corrects"]
    return {
        "case_id": case_id,
        "sequence": entry.sequence,
        "at": entry.at,
        "kind": kind,
        "role": entry.actor.role,
        "name": entry.actor.name,
        "internal": is_internal(entry.event),
        "numbers": numbers,
        "summary": summary(entry.event),
        "detail": detail,
    }


def backwards(number: str) -> str:
    """The digits from the last to the first, without X: what ends alike then begins alike, and an index finds it."""
    return number.lstrip("+").rstrip("X")[::-1]
