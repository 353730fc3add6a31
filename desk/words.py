"""How the desk says things: statuses, people, moments and numbers as words; pure, so that a test can read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

WAITING = {
    "CARE": "Care",
    "PARTNER": "Partner",
    "CARRIER": "Carrier",
    "CUTOVER": "Cut-over",
    "NOBODY": "Nobody",
}

TONES = {
    "SUBMITTED": "blue",
    "PENDING_APPROVAL": "blue",
    "MISSING_DATA": "amber",
    "CONFIRMED": "teal",
    "PORTING_INCOMPLETE": "red",
    "COMPLETED": "green",
    "REJECTED": "red",
    "TERMINATED": "grey",
    "OUTBOUND": "violet",
    "CARE": "red",
    "PARTNER": "amber",
    "CARRIER": "blue",
    "CUTOVER": "teal",
    "NOBODY": "grey",
    "PENDING": "blue",
    "ACCEPTED": "green",
    "COUNTERED": "amber",
    "DECLINED": "red",
    "RECEIVED": "blue",
    "TOLD": "amber",
    "OUTBOUND_ONLY": "violet",
    "CANCELLED": "grey",
    "NOT_HELD": "grey",
    "REPEATED": "grey",
    "UNKNOWN_NUMBER": "red",
}

FIELDS = {
    "losing_carrier.account_number": "Account number",
    "losing_carrier.pin": "PIN",
    "losing_carrier.billing_number": "Billing number",
    "losing_carrier.new_billing_number": "Billing number of lines that stay",
    "losing_carrier.contract_end_date": "End of contract",
    "end_customer.name": "Customer's name",
    "end_customer.contact_name": "Contact",
    "loa": "Letter of authorisation",
    "invoice": "Latest bill",
}

ROLES = {"partner": "Partner", "care": "Care", "carrier": "Carrier", "system": "Portdesk"}

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def tone(word: str) -> str:
    """The colour family of a status or of whom a case waits for; the word itself always stands beside it."""
    return TONES.get(word, "grey")


def plain(code: str) -> str:
    """`MISSING_DATA` as `MISSING DATA`."""
    return str(code).replace("_", " ")


def waiting(code: str) -> str:
    return WAITING.get(code, plain(code).capitalize())


def field_name(path: str) -> str:
    """A path of the opening body as a person would call it."""
    last = path.rsplit(".", 1)[-1].replace("_", " ")
    return FIELDS.get(path, last.capitalize())


def role(code: str) -> str:
    return ROLES.get(code, code.capitalize())


def count(number: int, noun: str, nouns: str = "") -> str:
    """`1 line`, `1,200 lines`."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def day(value: date) -> str:
    """`Thu 14 Jan 2027`."""
    return f"{value:%a} {value.day} {value:%b %Y}"


def moment(value: datetime, zone: str = "UTC") -> str:
    """`Thu 14 Jan 2027, 14:00 CET`: always with its zone (R22)."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {local:%H:%M} {zone_name(local)}"


def zone_name(local: datetime) -> str:
    """The zone's usual letters, or UTC+03 where it has none."""
    name = local.tzname() or "UTC"
    return name if name.isalpha() else f"UTC{name}"


def instant(value: datetime) -> str:
    """What a machine reads in a `<time datetime>`."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def span(length: timedelta) -> str:
    """`3 days`, `1 hour`, rounded down to the largest unit; `a moment` below a minute."""
    seconds = int(abs(length.total_seconds()))
    for size, unit in _UNITS:
        if seconds >= size:
            return count(seconds // size, unit)
    return "a moment"


def relative(value: datetime, now: datetime) -> str:
    """`in 3 days`, `2 hours ago`."""
    return f"in {span(value - now)}" if value > now else f"{span(now - value)} ago"


def due(value: datetime, now: datetime) -> str:
    """A deadline: `in 3 days`, or `2 hours overdue`."""
    return f"in {span(value - now)}" if value > now else f"{span(now - value)} overdue"


def urgency(value: datetime | None, now: datetime) -> str:
    """`late`, `soon` (within a day) or `calm`."""
    if value is None:
        return "calm"
    if value <= now:
        return "late"
    return "soon" if value - now <= timedelta(days=1) else "calm"


def some(numbers: Sequence[str], shown: int = 3) -> str:
    """The first few numbers, and how many more: `+4989…10, +4989…11 and 9 more`."""
    named = ", ".join(numbers[:shown])
    rest = len(numbers) - shown
    return f"{named} and {rest:,} more" if rest > 0 else named


def first_and_more(first: str, lines: int) -> str:
    """`+4989123456 +19`: the first line of a case and how many more it has."""
    return first if lines <= 1 else f"{first} +{lines - 1:,}"


def mix(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The statuses of a case's lines, the most frequent first."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def mix_text(counts: Mapping[str, int]) -> str:
    """`3 × CONFIRMED · 1 × MISSING DATA`."""
    return " · ".join(f"{number} × {plain(status)}" for status, number in mix(counts))


def tally(statuses: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for status in statuses:
        found[status] = found.get(status, 0) + 1
    return found


def money(amount: str, currency: str) -> str:
    """`50.00 EUR`."""
    return f"{amount} {currency}"
