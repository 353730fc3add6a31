"""Cases as the read model hands them out, for the desk's pages: ordinary, large, empty, and hostile."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

NOW = datetime(2026, 12, 7, 9, 30, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>{{7*7}}"


def line(number: str = "+498912301071X", **changes: Any) -> dict[str, Any]:
    sample: dict[str, Any] = {
        "number": number, "first": number.replace("X", "0"), "last": number.replace("X", "9"),
        "count": 10 if number.endswith("X") else 1, "country": "DE", "number_type": "GEOGRAPHIC",
        "time_zone": "Europe/Berlin", "status": "CONFIRMED", "reasons": [], "requested_date": date(2026, 12, 21),
        "confirmed_date": date(2026, 12, 22), "cutover_at": datetime(2026, 12, 22, 13, 0, tzinfo=UTC),
        "completed_at": None, "temporary_number": None, "carrier": "telnyx",
        "carrier_order_id": "f24151b6-3389-41d3-8747-7dd8c681e5e2", "carrier_status": "foc-date-confirmed",
    }  # fmt: skip
    return sample | changes


def waiting_line(number: str, **changes: Any) -> dict[str, Any]:
    return line(number, status="MISSING_DATA", confirmed_date=None, cutover_at=None, carrier_status="exception",
                **changes)  # fmt: skip


def item(**changes: Any) -> dict[str, Any]:
    return {
        "id": "MI-1", "numbers": ["+498912301080"], "code": "PIN_INVALID", "field": "losing_carrier.pin",
        "prompt": "The PIN or transfer code is not the right one.", "kind": "VALUE", "status": "OPEN",
        "since": NOW - timedelta(days=12),
    } | changes  # fmt: skip


def case(**changes: Any) -> dict[str, Any]:
    lines = changes.pop("lines", None) or [line(), waiting_line("+498912301080")]
    sample: dict[str, Any] = {
        "id": "PC-01KC3M8XJ4", "reference": "order-4711", "partner": "Acme Telecom", "order_type": "FULL_PORTING",
        "status": "MISSING_DATA", "waiting_on": "PARTNER", "waiting_since": NOW - timedelta(days=12),
        "deadline": NOW + timedelta(days=18), "silence_deadline": NOW + timedelta(days=18),
        "next_step": "The partner must give the right PIN for +498912301080.", "lines": lines, "missing": [item()],
        "date_change": None, "last_day_for_date_change": date(2026, 12, 15),
        "end_customer": {
            "name": "Bäckerei Huber GmbH", "contact_name": "Anna Huber", "email": "anna@huber.example",
            "address": {"street": "Sendlinger Straße", "house_number": "12", "postal_code": "80331",
                        "city": "München", "region": "BY", "country": "DE"},
        },
        "losing_carrier": {"name": "Deutsche Telekom", "account_number": "4400112233", "contract_end_date": None},
        "ivp": True, "comments_count": 1, "documents": [], "created_at": NOW - timedelta(days=14),
        "updated_at": NOW - timedelta(days=2), "closed_at": None, "version": 12,
    }  # fmt: skip
    return sample | changes


def event(sequence: int, role: str, summary: str, **changes: Any) -> dict[str, Any]:
    return {
        "sequence": sequence, "at": NOW - timedelta(days=14 - sequence), "kind": "order_sent",
        "actor": {"role": role, "name": {"carrier": "telnyx", "care": "Mia Berg"}.get(role, "")}, "numbers": [],
        "summary": summary, "detail": {}, "internal": False,
    } | changes  # fmt: skip


def events() -> list[dict[str, Any]]:
    return [
        event(1, "partner", "The case was opened for 2 lines, with temporary numbers."),
        event(2, "system", "The order was sent to telnyx for Mon 21 Dec 2026.", numbers=["+498912301071X"]),
        event(3, "carrier", "The carrier confirmed Tue 22 Dec 2026, 14:00 CET.", numbers=["+498912301071X"]),
        event(4, "carrier", "The PIN is not the right one.", numbers=["+498912301080"]),
        event(5, "care", "A comment was written.", kind="comment_added", internal=True,
              detail={"text": "Called them: Anna is back on Monday."}),
        event(9, "system", "A message of the carrier changed nothing: it came twice.", internal=True),
        event(11, "system", "The partner was reminded after 7 days."),
    ]  # fmt: skip


def row(**changes: Any) -> dict[str, Any]:
    return {
        "id": "PC-01KC3M8XJ4", "reference": "order-4711", "number": "+498912301071X", "more": 19, "country": "DE",
        "customer": "Bäckerei Huber GmbH", "partner": "Acme Telecom",
        "statuses": {"CONFIRMED": 19, "MISSING_DATA": 1}, "waiting_on": "PARTNER",
        "next_step": "The partner must give the right PIN for +498912301080.", "deadline": NOW + timedelta(days=18),
    } | changes  # fmt: skip


def rows() -> list[dict[str, Any]]:
    return [
        row(id="PC-01KC3M8XJ1", number="+390612345678", more=0, country="IT", customer="Studio Rossi",
            statuses={"PORTING_INCOMPLETE": 1}, waiting_on="CARE", deadline=NOW - timedelta(hours=3),
            next_step="The cut-over failed. Find out from the carrier why, and enter what it says."),
        row(id="PC-01KC3M8XJ2", number="+12125550123", more=2, country="US", customer="Harbor Coffee LLC",
            statuses={"CONFIRMED": 3}, waiting_on="CUTOVER", deadline=NOW + timedelta(hours=9),
            next_step="The numbers move today at 14:00 EST."),
        row(),
        row(id="PC-01KC3M8XJ5", number="+442071838750", more=0, country="GB", customer="Thistle & Sons Ltd",
            statuses={"PENDING_APPROVAL": 1}, waiting_on="CARRIER", deadline=None, partner="Northwind Voice",
            next_step="The losing carrier decides. Portdesk hears of it by itself."),
    ]  # fmt: skip
