"""Dates that are asked for on an open case: whether they can be had, and what follows from them (R22-R25, R27)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from geography.calendars import Calendars
from porting.announcement import ChangeStatus
from porting.country import country
from porting.dates import CutoverPlan, local_date, plan_cutover
from porting.errors import DateAfterApproval, DateTooEarly, NotConfirmed, PortingError, TooLate
from porting.status import Status
from service.known_case import Approved, KnownCase, KnownLine, one_per_place
from service.refusals import FieldProblem, RequestRefused
from service.wishes import Terms, common_dates, last_common_date, wish_problems


def confirmed(case: KnownCase, numbers: tuple[str, ...]) -> list[KnownLine]:
    return [line for line in case.named(numbers) if line.status is Status.CONFIRMED]


def check_new_date(case: KnownCase, numbers: tuple[str, ...], day: date, calendars: Calendars, now: datetime) -> None:
    """Whether a confirmed date can be moved to that day (R23).

    Raises RequestRefused with the nearest date; or what weighs more, NotConfirmed or TooLate with the last day. A
    date that the carrier itself proposed is early enough.
    """
    lines = confirmed(case, numbers)
    notice = 0 if _is_proposed(case, day) else case.terms.policy.change_notice_business_days
    terms = [Terms.at(calendars.of(line.place), now, notice) for line in one_per_place(lines)]
    problems = wish_problems(terms, day, case.terms.policy.max_days_ahead, "/date")
    problems += _outside(Approved.of(lines), terms, day)
    if problems or not lines:
        raise _weightier(lines, now) or RequestRefused(problems)


def _outside(approved: Approved, terms: list[Terms], day: date) -> list[FieldProblem]:
    """What the losing carrier did not approve, where the choice of a date is ours within its approval."""
    if approved.first is not None and day < approved.first:
        nearest = common_dates(terms, approved.first)[0]
        why = f"The losing carrier approved no date before {approved.first}. The nearest available date is {nearest}."
        return [FieldProblem("/date", DateTooEarly.code, why, {"nearest_date": nearest})]
    if approved.last is not None and day > approved.last:
        last = last_common_date(terms, approved.last)
        why = f"The losing carrier's approval lapses after {approved.last}: the last possible day is {last}."
        return [FieldProblem("/date", DateAfterApproval.code, why, {"last_day": last})]
    return []


def check_carriers_date(
    case: KnownCase, numbers: tuple[str, ...], day: date, calendars: Calendars, now: datetime
) -> None:
    """Whether a carrier can have named that day: no weekend, no holiday, not over. Raises RequestRefused."""
    terms = [Terms.at(calendars.of(line.place), now, 0) for line in one_per_place(case.named(numbers))]
    _refuse_unless_possible(case, terms, day, "/date")


def check_new_wish(
    case: KnownCase, numbers: tuple[str, ...], day: date, calendars: Calendars, now: datetime, pointer: str
) -> None:
    """Whether lines that go to the carrier again can ask for that day (R08). Raises RequestRefused."""
    lines = case.named(numbers)
    terms = [Terms.at(calendars.of(line.place), now, _lead_days(case, line)) for line in one_per_place(lines)]
    _refuse_unless_possible(case, terms, day, pointer)


def plans(case: KnownCase, lines: Iterable[KnownLine], day: date, calendars: Calendars) -> tuple[CutoverPlan, ...]:
    """What follows from the day at each place, by the case's own policy and the partner's zone (R22)."""
    policy, zone = case.terms.policy, case.terms.time_zone
    return tuple(plan_cutover(calendars.of(line.place), day, policy, zone) for line in one_per_place(lines))


def _is_proposed(case: KnownCase, day: date) -> bool:
    change = case.date_change
    return change is not None and change.status is ChangeStatus.COUNTERED and change.proposed_date == day


def _refuse_unless_possible(case: KnownCase, terms: list[Terms], day: date, pointer: str) -> None:
    if problems := wish_problems(terms, day, case.terms.policy.max_days_ahead, pointer):
        raise RequestRefused(problems)


def _lead_days(case: KnownCase, line: KnownLine) -> int:
    together = sum(other.count for other in case.lines if other.order_number == line.order_number)
    return country(line.country).lead_days(line.number_type, together)


def _weightier(lines: list[KnownLine], now: datetime) -> PortingError | None:
    """What the case would say to any day at all: told first, so that nobody looks for a better one in vain."""
    if not lines:
        return NotConfirmed("Only a confirmed date can be changed; this case has none for these lines.")
    for line in lines:
        last = line.last_day_for_change
        if last and local_date(now, line.time_zone) > last:
            return TooLate(f"It is too late to change the date: the last day for it was {last}.", last_day=last)
    return None
