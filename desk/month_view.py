"""A month of days to choose from: weeks of squares, and why a day cannot be had, said short and said in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from porting.dates import Day
from service.change_days import ChangeDays

WEEKEND = ("Saturday", "Sunday")
LONGEST_IN_A_SQUARE = 24
YEARS_SHOWN = timedelta(days=730)


@dataclass(frozen=True)
class Square:
    """One day of the grid: `reason` in full, `short` as it fits; `stands` marks the date that holds now."""

    date: date
    bookable: bool
    reason: str
    short: str
    stands: bool


@dataclass(frozen=True)
class WhyNot:
    """Days that cannot be had for one reason."""

    days: str
    text: str


def first_of(month: str, otherwise: date, today: date) -> date:
    """The first day of a month written YYYY-MM; months that are over, or years away, are not shown."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        first = otherwise.replace(day=1)
    return min(max(first, today.replace(day=1)), (today + YEARS_SHOWN).replace(day=1))


def month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def name(first: date) -> str:
    """`January 2027`."""
    return f"{first:%B %Y}"


def weeks(free: ChangeDays, standing: date | None) -> list[list[Square | None]]:
    """Rows from Monday to Sunday; None where a square belongs to another month."""
    squares: list[Square | None] = [None] * free.days[0].date.weekday()
    squares += [_square(day, standing, free) for day in free.days]
    squares += [None] * (-len(squares) % 7)
    return [squares[start : start + 7] for start in range(0, len(squares), 7)]


def _square(day: Day, standing: date | None, free: ChangeDays) -> Square:
    if day.date == standing:
        return Square(day.date, False, "This is the date that stands now", "stands now", True)
    reason = day.reason or ""
    return Square(day.date, day.bookable, reason, _short(day.date, reason, free), False)


def _short(day: date, reason: str, free: ChangeDays) -> str:
    if reason in WEEKEND:
        return "weekend"
    if len(reason) <= LONGEST_IN_A_SQUARE:
        return reason
    if free.earliest <= day <= free.latest:
        return "holiday"
    return "too early" if day < free.earliest else "too far off"


def reasons(days: Sequence[Day], standing: date | None) -> list[WhyNot]:
    """Every reason once, with its days; weekends are one reason."""
    found: dict[str, list[date]] = {}
    for day in days:
        if day.reason and day.date != standing:
            reason = "No porting at weekends" if day.reason in WEEKEND else day.reason
            found.setdefault(reason, []).append(day.date)
    return [WhyNot(_runs(dates), reason) for reason, dates in found.items()]


def _runs(dates: Iterable[date]) -> str:
    """`1–14, 24 Dec`: days one after another are named from the first to the last."""
    runs: list[list[date]] = []
    for day in dates:
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    named = [str(run[0].day) if len(run) == 1 else f"{run[0].day}–{run[-1].day}" for run in runs]
    return f"{', '.join(named)} {runs[0][0]:%b}"
