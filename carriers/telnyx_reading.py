"""Telnyx's orders, events and errors as values of ours; what cannot be read is Trouble, never a crash."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from carriers import telnyx_words as words
from carriers.answers import one_line
from carriers.contract import Hint, Trouble, TroubleKind
from carriers.telnyx_client import CarrierSaysNo, Json
from porting.dates import local_date
from porting.instructions import Refused
from porting.orders import OrderSnapshot, OrderStatus
from porting.reasons import Reason, reason

ZoneOf = Callable[[str], str]

LONGEST_TEXT, LONGEST_COMMENT, LONGEST_NAME = 500, 4000, 100
# These never bear a payload.
WITHOUT_PAYLOAD = frozenset({"porting_order.loa_updated", "porting_order.sharing_token_expired"})
NOT_ACTIVATED = {"Failed", "Conflict"}


def order_id(order: Json) -> str:
    """The order's id; Trouble when it bears none."""
    found = order.get("id")
    if not isinstance(found, str) or not found:
        raise Trouble(TroubleKind.GARBAGE, "the carrier shows an order without an id")
    return found


def status_of(order: Json) -> str:
    """The status in the carrier's own word; Trouble when there is none."""
    value = _at(order, "status", "value")
    if not isinstance(value, str) or not value:
        raise Trouble(TroubleKind.GARBAGE, "the carrier shows an order without a status")
    return value


def reference_of(order: Json) -> str:
    return _text(order.get("customer_reference"))


def created_at(order: Json) -> datetime:
    return read_moment(order.get("created_at")) or datetime.min.replace(tzinfo=UTC)


def count_of(order: Json) -> int:
    """How many numbers the order holds, of which the answer names fifty at the most."""
    count = order.get("porting_phone_numbers_count")
    return count if isinstance(count, int) else len(rows_of(order))


def rows_of(order: Json) -> list[Json]:
    """The number rows that came with the order."""
    rows = order.get("phone_numbers")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def numbers_in(rows: Iterable[Json]) -> tuple[str, ...]:
    return tuple(number for row in rows if isinstance(number := row.get("phone_number"), str))


def may_need_asking(order: Json) -> bool:
    """Whether somebody may have to ask the carrier's people: it stopped the order, or says what we cannot read."""
    return words.STATUSES.get(status_of(order), OrderStatus.UNKNOWN) in (OrderStatus.EXCEPTION, OrderStatus.UNKNOWN)


def names_of(order: Json, sub_request: Json) -> str:
    """What the vendor's people call the order: its support key, and the numbers that their older system gave it."""
    named = (
        ("support key", order.get("support_key")),
        ("sub-request", sub_request.get("sub_request_id")), ("port request", sub_request.get("port_request_id")),
    )  # fmt: skip
    return ", ".join(f"{what} {name}" for what, value in named if (name := _text(value, LONGEST_NAME)))


def requested_at(order: Json) -> datetime | None:
    return read_moment(_at(order, "activation_settings", "foc_datetime_requested"))


def confirmed_at(order: Json) -> datetime | None:
    return read_moment(_at(order, "activation_settings", "foc_datetime_actual"))


def is_fast(order: Json) -> bool:
    """Whether the order is a FastPort order."""
    return _at(order, "activation_settings", "fast_port_eligible") is True


def takes_our_hour(order: Json) -> bool:
    """Whether it is ported at the hour that we name, of the date that is confirmed."""
    return is_fast(order) and status_of(order) == "foc-date-confirmed" and confirmed_at(order) is not None


def is_declined(order: Json) -> bool:
    """Whether the carrier said no to another date, the old one standing."""
    return status_of(order) == "foc-date-confirmed" and words.DATE_REJECTED in _codes(order)


def has_failures(order: Json) -> bool:
    """Whether some number of the order did not come to life."""
    return _at(order, "activation_settings", "activation_status") in NOT_ACTIVATED or bool(_failed(rows_of(order)))


def snapshot(
    order: Json, rows: list[Json], zone_of: ZoneOf, now: datetime, *, job_failed: bool = False, known_as: str = ""
) -> OrderSnapshot:
    """The order in our words. `rows` are its numbers, empty when it is the only one under its reference and large."""
    raw = status_of(order)
    first = next(iter(numbers_in(rows or rows_of(order))), "")
    zone = zone_of(first) if first else "UTC"
    actual, requested = confirmed_at(order), requested_at(order)
    declined = is_declined(order)
    countered = declined and requested is not None and requested != actual
    return OrderSnapshot(
        carrier_order_id=order_id(order),
        reference=reference_of(order),
        status=words.STATUSES.get(raw, OrderStatus.UNKNOWN),
        raw_status=_text(raw),
        as_of=read_moment(order.get("updated_at")) or now,
        numbers=numbers_in(rows),
        date=local_date(actual, zone) if actual else None,
        requested_date=local_date(requested, zone) if requested else None,
        proposed_date=local_date(requested, zone) if countered and requested else None,
        date_declined=declined,
        reasons=_reasons(order, first),
        failed=_failed(rows or rows_of(order), all_of_them=job_failed),
        hour_is_ours=takes_our_hour(order),
        known_as=known_as,
    )


def as_refused(shown: OrderSnapshot, no: Refused | None) -> OrderSnapshot:
    """The order told as one that lacks something, when the carrier did not take it."""
    return replace(shown, status=OrderStatus.EXCEPTION, reasons=no.reasons) if no else shown


def as_deleted(shown: OrderSnapshot) -> OrderSnapshot:
    """The draft told as cancelled, which nobody will show us again."""
    return replace(shown, status=OrderStatus.CANCELLED, raw_status="deleted")


def refusal(no: CarrierSaysNo, code: str = "DATA_INVALID") -> Refused:
    """A 422 in our words: each error with the carrier's code, its words, and the field where it can be told."""
    return Refused(reasons=tuple(_refused_because(error, code) for error in no.errors))


def hint(event: Json, now: datetime) -> Hint:
    """The hint in one event of the carrier's, from a webhook or from its list."""
    dedupe, kind = event.get("id"), event.get("event_type")
    if not isinstance(dedupe, str) or not isinstance(kind, str):
        raise Trouble(TroubleKind.GARBAGE, "the carrier's event has no id or no type")
    occurred = event.get("occurred_at") or event.get("created_at") or _at(event, "payload", "updated_at")
    comment_id, comment = _carriers_comment(event)
    return Hint(
        # So that an event that comes without its payload does not stand in the way of the same one with it.
        dedupe=dedupe if event.get("payload") is not None else f"{dedupe}/bare",
        reference=_text(_at(event, "payload", "customer_reference")),
        carrier_order_id=_event_order(event),
        kind=_text(kind),
        occurred_at=read_moment(occurred) or now,
        comment=comment,
        comment_id=comment_id,
    )


def lacks_payload(event: Json) -> bool:
    """Whether an event says only that it was: the vendor makes its payload later, or lost it."""
    return event.get("payload") is None and event.get("event_type") not in WITHOUT_PAYLOAD


def as_comment_event(event: Json, comment: Json) -> Json:
    """The event with a comment of the order's list in place of the payload that it lacks."""
    said = {"porting_order_id": _event_order(event), "comment": comment}
    return {**event, "id": f"{event['id']}/{_text(comment.get('id'))}", "payload": said}


def _event_order(event: Json) -> str:
    """The order that the event is about; for a split the one that we know, which was there before."""
    places = (("payload", "from", "id"), ("payload", "porting_order_id"), ("porting_order_id",), ("payload", "id"))
    return next((found for path in places if (found := _text(_at(event, *path)))), "")


def _carriers_comment(event: Json) -> tuple[str, str]:
    """The id and the text of a comment that we did not write ourselves."""
    comment = _at(event, "payload", "comment")
    if not isinstance(comment, dict) or comment.get("user_type") == "user":
        return "", ""
    return _text(comment.get("id")), _text(comment.get("body"), LONGEST_COMMENT)


def _refused_because(error: Json, code: str) -> Reason:
    pointer = _text(_at(error, "source", "pointer"))
    field = words.our_field(pointer)
    code = "DATE_NOT_AVAILABLE" if field == "requested_date" and code == "DATA_INVALID" else code
    text = _text(error.get("detail")) or _text(error.get("title"))
    given = reason(code, text, _text(error.get("code")) or None)
    return replace(given, field=field) if field else given


def _reasons(order: Json, first: str) -> tuple[Reason, ...]:
    details = _at(order, "status", "details")
    rows = [row for row in details if isinstance(row, dict)] if isinstance(details, list) else []
    found = tuple(_reason(row, first) for row in rows)
    return found or ((reason("OTHER"),) if status_of(order) == "exception" else ())


def _reason(row: Json, first: str) -> Reason:
    code = _text(row.get("code")) or "OTHER"
    given = words.our_reason(code, _text(row.get("description")))
    return replace(given, field=words.pin_field(first)) if given.code == "PIN_INVALID" else given


def _codes(order: Json) -> set[str]:
    details = _at(order, "status", "details")
    return {_text(row.get("code")) for row in details if isinstance(row, dict)} if isinstance(details, list) else set()


def _failed(rows: list[Json], *, all_of_them: bool = False) -> tuple[str, ...]:
    """Where only the job is shown as failed, all numbers that are not known to live."""
    named = numbers_in(row for row in rows if row.get("activation_status") in NOT_ACTIVATED)
    if named or not all_of_them:
        return named
    return numbers_in(row for row in rows if row.get("activation_status") != "Active")


def _at(value: Any, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _text(value: Any, longest: int = LONGEST_TEXT) -> str:
    return one_line(value, longest)


def read_moment(value: Any) -> datetime | None:
    """An instant of the carrier's, None where it names none. Raises Trouble."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise Trouble(TroubleKind.GARBAGE, f"the carrier's date {_text(value)!r} cannot be read") from error
