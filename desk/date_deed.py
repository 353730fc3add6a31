"""Changing a confirmed date: the day from a month that says why not, the fee agreed or waived (R23-R25)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from desk import month_view, reading, words
from desk.case_view import Fact
from desk.deeds import Check, Json
from desk.forms import Reading
from desk.paging import address
from desk.visits import Sorry, Visit
from service.calls import Call
from service.change_days import ChangeDays, days_for_change

ALL = ""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class DateChange:
    """The carrier keeps one date an order, so what is moved is an order, or all of them (R25)."""

    path: ClassVar[str] = "date"
    name: ClassVar[str] = "Change the date"
    template: ClassVar[str] = "date.html"
    flash: ClassVar[str] = "date"
    fields: ClassVar[Mapping[str, str]] = {
        "fee_not_accepted": "accept_fee", "date_unchanged": "date", "date_not_possible": "date",
    }  # fmt: skip

    def blank(self, visit: Visit) -> dict[str, Any]:
        asked = {name: visit.asked(name) for name in ("order", "month", "date")}
        return {**asked, "day": None, "accept_fee": False, "waive": ""}

    def read(self, read: Reading) -> dict[str, Any]:
        form = read.form
        return {
            "order": form.raw("order"), "month": form.raw("month"), "date": form.raw("date"),
            "day": read.day("date", "one of the days that can be had", needed=True),
            "accept_fee": form.raw("accept_fee") == "1",
            "waive": read.text("waive", "the reason", 500, needed=False),
        }  # fmt: skip

    async def context(self, visit: Visit, case: Json, given: Json) -> dict[str, Any]:
        lines = moved(case, given["order"])
        if not lines:
            raise Sorry(409, "No date to change", "Only a confirmed date can be changed, and this case has none.")
        first = min(lines, key=lambda line: line["cutover_at"])
        today = visit.now.date()
        start = month_view.first_of(given["month"], given["day"] or first["confirmed_date"], today)
        numbers = [line["number"] for line in lines]
        parts = visit.parts
        free = await days_for_change(parts.database, parts.calendars, visit.now, case["id"], numbers, start)
        return {
            "numbers": numbers,
            "current": first,
            "last_day": min(line["last_day_for_date_change"] for line in lines),
            "orders": orders(case, given["order"]),
            "fee": free.fee,
            "refusal": free.refusal.detail if free.refusal else "",
            **grid(case, given["order"], start, free, first["confirmed_date"], today),
        }

    async def check(self, visit: Visit, case: Json, given: Json) -> Check:
        lines = moved(case, given["order"])
        before = " and ".join(words.day(day) for day in sorted({line["confirmed_date"] for line in lines}))
        after = words.day(given["day"])
        terms = await reading.terms_of(visit, case["id"])
        fee, charge = said_of_fee(given, words.money(terms.policy.change_fee, terms.currency))
        facts = [
            Fact("Lines", words.some([line["number"] for line in lines], 10)),
            Fact("Stands now", before),
            Fact("Asked for", after),
            Fact("The fee", fee),
        ]
        consequences = [
            charge,
            f"The carrier is asked for {after}. It accepts it, proposes another day, or declines.",
            f"Until it answers, {before} stands, and no other change can be asked for.",
            "The partner is told of the answer.",
        ]
        return Check(f"Move the date to {after}?", facts, consequences, f"Ask for {after}")

    async def do(self, visit: Visit, call: Call, given: Json) -> None:
        case = await reading.case_of(visit)
        numbers = [line["number"] for line in moved(case, given["order"])] if given["order"] else []
        calls = visit.parts.calls
        await calls.change_date(call, given["day"], numbers, given["accept_fee"], given["waive"])


def said_of_fee(given: Json, fee: str) -> tuple[str, str]:
    """What was settled about the fee, and what will happen to it (R24)."""
    if given["waive"]:
        return f"Waived: {given['waive']}", f"The charge of {fee} is written down as waived."
    if given["accept_fee"]:
        return f"{fee}, the partner agrees", f"{fee} is charged at once, and not returned if the donor declines."
    return "Neither agreed nor waived", "Nothing is charged: that is right only for a day that the carrier proposed."


def moved(case: Json, order: str) -> list[Json]:
    """The lines whose date would be changed: the confirmed ones, of one carrier order or of all."""
    lines = [line for line in case["lines"] if line["status"] == "CONFIRMED" and line["confirmed_date"]]
    return [line for line in lines if order in (ALL, line["carrier_order_id"])]


def orders(case: Json, chosen: str) -> list[dict[str, Any]]:
    """The carrier orders that have a confirmed date, as links; and all of them together. One alone is no choice."""
    found: dict[str, Json] = {}
    for line in moved(case, ALL):
        found.setdefault(line["carrier_order_id"] or "", line)
    link = f"/desk/cases/{case['id']}/date"
    each = [
        {"name": f"{line['number']}, {words.day(line['confirmed_date'])}", "link": address(link, order=order),
         "current": order == chosen}
        for order, line in found.items()
    ]  # fmt: skip
    return [{"name": "All of them", "link": link, "current": chosen == ALL}, *each] if len(each) > 1 else []


def grid(case: Json, order: str, start: date, free: ChangeDays, standing: date, today: date) -> dict[str, Any]:
    """The month as rows of squares, the reasons below it, and the months beside it."""
    link = f"/desk/cases/{case['id']}/date"
    before, after = month_view.month_before(start), month_view.month_after(start)

    def month(first: date) -> dict[str, str]:
        return {"name": month_view.name(first), "link": address(link, month=f"{first:%Y-%m}", order=order)}

    return {
        "month": f"{start:%Y-%m}",
        "month_name": month_view.name(start),
        "weekdays": WEEKDAYS,
        "weeks": month_view.weeks(free, standing),
        "reasons": month_view.reasons(free.days, standing),
        "earliest": free.earliest,
        "before": month(before) if before >= today.replace(day=1) else None,
        "after": month(after) if after <= free.latest else None,
    }
