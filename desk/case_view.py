"""What the page of a case shows, made from the case as the read model has it; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from desk import words
from desk.paging import address, page_number, paging
from porting.country import countries
from porting.portability import has_lapsed
from porting.waiting import some

LINES_A_PAGE = 100
ENTRIES_A_PAGE = 50
DAY = timedelta(days=1)

Json = Mapping[str, Any]

# Which deed is likely, by whom the case waits for.
LIKELY = {"PARTNER": "extension", "CARE": "carrier-news", "CARRIER": "carrier-news", "CUTOVER": "date"}

SHOWS = (("", "All"), ("partner", "Partner"), ("carrier", "Carrier"), ("care", "Care"), ("internal", "Internal"))


@dataclass(frozen=True)
class Silence:
    """The partner's clock as a countdown: `days` of `of` are over; `until` ends it (R28)."""

    days: int
    of: int
    until: datetime


@dataclass(frozen=True)
class Offer:
    """A deed as a button; `first` is the one that is likely to be wanted."""

    path: str
    name: str
    first: bool


@dataclass(frozen=True)
class Fact:
    name: str
    value: str


def silence(case: Json, days: int, events: Sequence[Json], now: datetime) -> Silence | None:
    """How far the silence clock has run; None while no clock runs (R28). `days` is the policy's."""
    until = case["silence_deadline"]
    if until is None or case["closed_at"] is not None:
        return None
    of = days + _extension(events)
    passed = (now - (until - of * DAY)) // DAY
    return Silence(min(max(passed, 0), of), of, until)


def _extension(events: Sequence[Json]) -> int:
    """The days that care gave since the clock began (R30): an act of the partner, or a new question, begins it anew."""
    days = 0
    for event in events:
        if event["actor"]["role"] == "partner" or event["kind"] == "data_missing":
            days = 0
        elif event["kind"] == "clock_extended":
            days += event["detail"]["days"]
    return days


def is_open(line: Json) -> bool:
    return line["status"] not in {"COMPLETED", "REJECTED", "TERMINATED", "OUTBOUND"}


def deeds(case: Json) -> list[Offer]:
    """What is worth offering; whether it is allowed, the rules say when it is asked for."""
    statuses = {line["status"] for line in case["lines"]}
    is_running = any(is_open(line) for line in case["lines"])
    offers = (
        ("CONFIRMED" in statuses, "date", "Change the date"),
        ("MISSING_DATA" in statuses, "extension", "Give more time"),
        (is_running, "carrier-news", "Enter carrier news"),
        (any(is_open(line) and line["carrier"] for line in case["lines"]), "validation", "Ask for a validation"),
        (is_running, "cancellation", "Cancel lines"),
    )
    likely = LIKELY.get(case["waiting_on"])
    return [Offer(path, name, path == likely) for is_worth_it, path, name in offers if is_worth_it]


def change(case: Json, events: Sequence[Json]) -> dict[str, str] | None:
    """The date change in two sentences (R24, R25)."""
    asked = case["date_change"]
    if asked is None:
        return None
    day = words.day(asked["date"])
    sentences = {
        "PENDING": f"The carrier was asked for {day}. Until it answers, the old date stands.",
        "ACCEPTED": f"The carrier accepted {day}.",
        "COUNTERED": _countered(asked, day),
        "DECLINED": f"The carrier declined {day}; the old date stands.",
    }
    said = {"status": asked["status"], "sentence": sentences[asked["status"]], "fee_sentence": _fee(asked, events)}
    return said | _proposal(case, asked)


def _proposal(case: Json, asked: Json) -> dict[str, str]:
    """The way to take up what the carrier proposed, which costs nothing more (R25)."""
    day = asked["proposed_date"]
    if asked["status"] != "COUNTERED" or day is None or case["closed_at"] is not None:
        return {"link": "", "link_text": ""}
    link = address(f"/desk/cases/{case['id']}/date", month=f"{day:%Y-%m}", date=day.isoformat())
    return {"link": link, "link_text": f"Take up {words.day(day)}"}


def _countered(asked: Json, day: str) -> str:
    proposed = asked.get("proposed_date")
    instead = words.day(proposed) if proposed else "another date"
    return f"The carrier proposes {instead} instead of {day}; the old date stands until one is agreed."


def _fee(asked: Json, events: Sequence[Json]) -> str:
    fee = words.money(asked["fee"]["amount"], asked["fee"]["currency"])
    details = [event["detail"] for event in events if event["kind"] == "date_change_asked"]
    waived = next((detail["waived_because"] for detail in details if detail["change_id"] == asked["id"]), "")
    return f"The fee was waived: {waived}." if waived else f"The fee of {fee} was charged when it was asked for."


def customer(case: Json) -> str:
    """The end customer's name; a request may have come without."""
    return (case["end_customer"] or {}).get("name") or "Unnamed customer"


def lapsed(line: Json, now: datetime) -> bool:
    """Whether the line's validation holds no more (R15)."""
    return has_lapsed(line["validation"]["valid_until"], now, line["time_zone"])


def facts(case: Json, partner: str) -> list[Fact]:
    """What was ordered, by whom and for whom; what is empty is left out."""
    customer, donor = case["end_customer"] or {}, case["losing_carrier"] or {}
    given = [
        ("Customer", "\n".join(part for part in (customer.get("name"), _address(customer.get("address"))) if part)),
        ("Contact", "\n".join(part for part in (customer.get("contact_name"), customer.get("email")) if part)),
        ("Partner", f"{partner}, reference {case['reference']}"),
        ("Losing carrier", donor.get("name") or ""),
        ("Account there", donor.get("account_number") or ""),
        ("Contract there ends", _day(donor.get("contract_end_date"))),
        ("Order", _order(case)),
        ("Last day for a date change", _day(case["last_day_for_date_change"])),
        ("Opened", words.moment(case["created_at"])),
        ("Last changed", words.moment(case["updated_at"])),
        ("Closed", words.moment(case["closed_at"]) if case["closed_at"] else ""),
    ]
    return [Fact(name, value) for name, value in given if value]


def _day(value: date | str | None) -> str:
    return words.day(value) if isinstance(value, date) else value or ""


def _order(case: Json) -> str:
    kind = words.plain(case["order_type"]).capitalize()
    return f"{kind} with temporary numbers (IVP)" if case["ivp"] else kind


def _address(address: Json | None) -> str:
    if not address:
        return ""
    street = " ".join(part for part in (address.get("street"), address.get("house_number")) if part)
    city = " ".join(part for part in (address.get("postal_code"), address.get("city"), address.get("region")) if part)
    return "\n".join(part for part in (street, city, address.get("country")) if part)


def letters(case: Json, writers: Collection[str]) -> list[dict[str, str]]:
    """For each order that is open at a carrier which prepares its letter: whose it is, of which numbers, and where."""
    found: dict[tuple[str, str], list[str]] = {}
    for line in case["lines"]:
        if is_open(line) and line["carrier"] in writers and line["carrier_order_id"]:
            found.setdefault((line["carrier"], line["carrier_order_id"]), []).append(line["number"])
    return [
        {
            "carrier": carrier,
            "numbers": some(numbers),
            "link": address(f"/desk/cases/{case['id']}/letter", number=numbers[0]),
        }
        for (carrier, _), numbers in found.items()
    ]


def advice(case: Json) -> list[str]:
    """What the countries of the lines say is good to know (R44)."""
    known = countries()
    codes = dict.fromkeys(line["country"] for line in case["lines"])
    return [known[code].advice for code in codes if code in known and known[code].advice]


def line_page(case: Json, asked: str) -> dict[str, Any]:
    """One page of the lines, and the mix of all their statuses."""
    lines: Sequence[Json] = case["lines"]
    pages = paging(len(lines), LINES_A_PAGE, page_number(asked), _lines_link(case["id"]))
    start = (pages.number - 1) * LINES_A_PAGE
    return {
        "lines": lines[start : start + LINES_A_PAGE],
        "line_total": len(lines),
        "statuses": words.tally(line["status"] for line in lines),
        "pages": pages,
    }


def _lines_link(case_id: str) -> Any:
    return lambda number: address(f"/desk/cases/{case_id}", page=number) + "#lines"


def timeline_page(case_id: str, items: Sequence[Json], show: str, asked: str) -> dict[str, Any]:
    """The newest entries of the kind that is shown, and where older ones are."""
    found = [entry(item) for item in reversed(items) if _is_shown(item, show)]
    shown = ENTRIES_A_PAGE * page_number(asked)
    older = address(f"/desk/cases/{case_id}", show=show, entries=page_number(asked) + 1) + "#timeline"
    return {
        "entries": found[:shown],
        "older": older if len(found) > shown else "",
        "shows": [
            {"name": name, "link": address(f"/desk/cases/{case_id}", show=key) + "#timeline", "current": key == show}
            for key, name in SHOWS
        ],
    }


def _is_shown(item: Json, show: str) -> bool:
    if show == "internal":
        return bool(item.get("internal"))
    return not show or item["actor"]["role"] == show


def entry(item: Json) -> dict[str, Any]:
    """A timeline entry; what somebody wrote stands apart from the sentence about it."""
    said = (item.get("detail") or {}).get("text", "") if item["kind"] == "comment_added" else ""
    return {**item, "internal": bool(item.get("internal")), "comment": said}
