"""What a list of cases can be narrowed by; text of a user is only ever compared, never read as a pattern."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from porting.numbers import parse_search, search_ending
from porting.status import WaitingOn
from storage.claims import LARGEST_RANGE
from storage.tables import cases, lines

WILDCARDS = 3  # a range ends with at most XXX


@dataclass(frozen=True, kw_only=True)
class CaseFilters:
    """Each that is given must hold. `partner` is a partner's id and, for a partner's own key, always set.

    `number` is the value of an E.164 number (`porting.numbers.parse_search`); ranges that hold it are found.
    `reference` is compared exactly, `losing_carrier` without regard to upper and lower case. `q` is searched in id,
    reference, end customer and losing carrier, and is a number in any spelling. `overdue_at`: work by hand was due
    by then (R43).
    """

    partner: str | None = None
    status: str | None = None
    waiting_on: str | None = None
    number: int | None = None
    reference: str | None = None
    country: str | None = None
    losing_carrier: str | None = None
    porting_date_from: date | None = None
    porting_date_to: date | None = None
    updated_since: datetime | None = None
    q: str | None = None
    overdue_at: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        yield from self._of_the_case()
        if self.number is not None:
            yield cases.c.id.in_(_holding(holds(self.number)))
        if self.country is not None:
            yield _some_line(lines.c.country == self.country)
        yield from self._of_the_dates()
        if self.q and self.q.strip():
            yield _says(self.q.strip())

    def _of_the_case(self) -> Iterator[ColumnElement[bool]]:
        same = {"partner_id": self.partner, "status": self.status}
        same |= {"waiting_on": self.waiting_on, "reference": self.reference}
        yield from (cases.c[name] == value for name, value in same.items() if value is not None)
        if self.waiting_on not in (None, WaitingOn.NOBODY):
            # A closed case waits for nobody; said so, the index of the open ones serves.
            yield cases.c.closed_at.is_(None)
        if self.losing_carrier is not None:
            yield func.lower(cases.c.losing_carrier) == func.lower(self.losing_carrier)
        if self.overdue_at is not None:
            yield cases.c.work_due_at <= self.overdue_at
        if self.updated_since is not None:
            yield cases.c.updated_at >= self.updated_since

    def _of_the_dates(self) -> Iterator[ColumnElement[bool]]:
        """One line must lie between both dates, and not one after the first and another before the second."""
        bounds = []
        if self.porting_date_from is not None:
            bounds.append(lines.c.porting_date >= self.porting_date_from)
        if self.porting_date_to is not None:
            bounds.append(lines.c.porting_date <= self.porting_date_to)
        if bounds:
            yield _some_line(*bounds)


def holds(value: int) -> ColumnElement[bool]:
    """Whether the line is the number, or a range with it; the lower bound lets the index on `first` do the work."""
    return and_(lines.c.first.between(value - (LARGEST_RANGE - 1), value), lines.c.last >= value)


def ends_with(digits: str) -> ColumnElement[bool]:
    """Whether the line is, or holds, a number that ends with the digits."""
    return or_(*(_ends_with(digits, wildcards) for wildcards in range(min(WILDCARDS, len(digits) - 1) + 1)))


def _ends_with(digits: str, wildcards: int) -> ColumnElement[bool]:
    start = digits[: len(digits) - wildcards][::-1]
    # The colon is the sign after 9: the bounds take in whatever begins so, and an index can serve them.
    alike = and_(lines.c.backwards >= start, lines.c.backwards < start + ":")
    return and_(lines.c["count"] == 10**wildcards, alike)


def _holding(condition: ColumnElement[bool]) -> Select[str]:
    return select(lines.c.case_id).where(condition)


def _some_line(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(lines.c.case_id).where(lines.c.case_id == cases.c.id, *conditions))


def _says(text: str) -> ColumnElement[bool]:
    found = [cases.c.search.contains(text.casefold(), autoescape=True)]
    value, ending = parse_search(text), search_ending(text)
    if value is not None:
        found.append(cases.c.id.in_(_holding(holds(value))))
    if ending is not None:
        found.append(cases.c.id.in_(_holding(ends_with(ending))))
    return or_(*found)
