"""Reading what a customer sent: request bodies that may hold anything, and comments that ask for a cut."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sandbox.carrier.acts import CONFIRMED
from sandbox.carrier.days import Days
from sandbox.carrier.http import Refusal
from sandbox.carrier.order import Order
from sandbox.carrier.store import stamp

NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")
CUT = re.compile(r"please cancel these numbers of the order:", re.IGNORECASE)
CUT_NUMBERS = re.compile(r"(\+[0-9]{6,15})(?: to (\+[0-9]{6,15}))?")
DATE_POINTER = "/activation_settings/foc_datetime_requested"


def cut_numbers(comment: str) -> set[str] | None:
    """The numbers that a comment asks to be taken out of its order; None when it asks for nothing like it."""
    if not CUT.match(comment):
        return None
    return {number for first, last in CUT_NUMBERS.findall(comment) for number in _between(first, last or first)}


def fill(order: Order, body: dict[str, Any]) -> None:
    """Puts the data of an update on the order."""
    order.reference = text(body, "customer_reference") or order.reference
    order.group = text(body, "customer_group_reference") or order.group
    order.webhook_url = text(body, "webhook_url") or order.webhook_url
    order.admin |= _object(at(body, "end_user", "admin"))
    order.location |= _object(at(body, "end_user", "location"))
    order.documents |= _object(body.get("documents"))
    if "misc" in body:
        plain = {"new_billing_phone_number": None, "remaining_numbers_action": None, "type": "full"}
        order.misc = {**plain, **(order.misc or {}), **_object(body["misc"])}
    if isinstance(body.get("requirements"), list):
        order.requirements = [
            {name: str(row[name]) for name in ("requirement_type_id", "field_value") if name in row}
            for row in body["requirements"] if isinstance(row, dict)
        ]  # fmt: skip


def wish(order: Order, wanted: Any, now: datetime, days: Days) -> None:
    """A wished date; with a date that stands it is the question for another (and asked twice it is asked once)."""
    asked = _possible(order, wanted, now, days)
    if order.status == CONFIRMED and not (order.asked_at and order.requested == asked):
        order.asked_at = stamp(now) if asked != order.actual else ""
        order.move(CONFIRMED)
    order.requested = asked


def _possible(order: Order, wanted: Any, now: datetime, days: Days) -> str:
    try:
        moment = datetime.fromisoformat(wanted)
    except (TypeError, ValueError):
        raise Refusal(422, "foc_datetime_requested is no date.", pointer=DATE_POINTER) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment <= now:
        raise Refusal(422, "foc_datetime_requested is in the past.", pointer=DATE_POINTER)
    if why := days.calendar(order.place).why_not(days.today(moment, order.place)):
        raise Refusal(422, f"foc_datetime_requested is no business day there: {why}.", pointer=DATE_POINTER)
    return stamp(moment)


def numbers(body: dict[str, Any]) -> list[str]:
    found = body.get("phone_numbers")
    if not isinstance(found, list) or not found:
        raise Refusal(422, "phone_numbers is missing.", pointer="/phone_numbers")
    for number in found:
        if not isinstance(number, str) or not NUMBER.fullmatch(number):
            raise Refusal(422, f"{number} is no +E.164 number.", pointer="/phone_numbers")
    return list(dict.fromkeys(found))


def _between(first: str, last: str) -> list[str]:
    """The numbers from the first to the last, a thousand at the most."""
    return [f"+{value}" for value in range(int(first), min(int(last), int(first) + 999) + 1)]


def at(value: Any, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal(422, f"{name} must be a string.", pointer=f"/{name}")
    return value or ""
