"""What the read model knows of one case: enough to check a call before the case itself is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.announcement import DateChange
from porting.errors import CaseClosed, PortingError, RangeCannotBeSplit, UnknownNumber
from porting.missing import MissingItem
from porting.numbers import NumberRange, NumberType
from porting.status import Status
from service.refusals import CaseNotFound
from storage.serial import load
from storage.tables import carrier_orders, cases, lines
from storage.terms import CutoverTerms, cutover_terms

NOT_THERE = "There is no such case."
ID = re.compile(r"PC-[0-9A-Z]{1,37}")


@dataclass(frozen=True)
class KnownLine:
    """A line as it is shown; `last_day_for_change` only where a date is confirmed.

    `first_possible` and `valid_until` bound a date that is chosen without asking the carrier, `date_is_ours`.
    """

    number: str
    count: int
    country: str
    place: str
    time_zone: str
    number_type: NumberType
    order_number: int
    status: Status
    is_open: bool
    last_day_for_change: date | None
    first_possible: date | None = None
    valid_until: date | None = None
    date_is_ours: bool = False


@dataclass(frozen=True)
class KnownCase:
    """A case as it is shown, with its terms."""

    id: str
    partner_id: str
    version: int
    closed_at: datetime | None
    missing: tuple[MissingItem, ...]
    date_change: DateChange | None
    lines: tuple[KnownLine, ...]
    terms: CutoverTerms

    def named(self, numbers: Sequence[str]) -> list[KnownLine]:
        """The lines of these names; all open ones without any. Raises RangeCannotBeSplit (R03), UnknownNumber."""
        by_name = {line.number: line for line in self.lines}
        for unnamed in (number for number in numbers if number not in by_name):
            raise _no_line(unnamed, by_name)
        return [by_name[number] for number in numbers] or [line for line in self.lines if line.is_open]

    def require_open(self) -> None:
        """Raises CaseClosed."""
        if self.closed_at is not None:
            raise CaseClosed("The case is closed; open a new one from its copy.")


def _no_line(number: str, lines: Iterable[str]) -> PortingError:
    for line in lines:
        if NumberRange(line).overlaps(NumberRange(number)):
            return RangeCannotBeSplit(f"{number} is part of {line}, which is one line. Name {line}.", line=line)
    return UnknownNumber(f"{number} is no line of this case.", number=number)


async def known_case(connection: AsyncConnection, case_id: str, partner_id: str | None) -> KnownCase:
    """The case, if it is the partner's (care: any). Raises CaseNotFound."""
    await owned_version(connection, case_id, partner_id)
    row = (await connection.execute(select(cases).where(cases.c.id == case_id))).mappings().one()
    return KnownCase(
        id=case_id,
        partner_id=row["partner_id"],
        version=row["version"],
        closed_at=row["closed_at"],
        missing=load(row["missing"], tuple[MissingItem, ...]),
        date_change=load(row["date_change"], DateChange | None),
        lines=await _lines(connection, case_id),
        terms=await cutover_terms(connection, case_id),
    )


async def owned_version(connection: AsyncConnection, case_id: str, partner_id: str | None) -> int:
    """The version of the case, if the caller may see it. Raises CaseNotFound, in the same words for both reasons."""
    query = select(cases.c.partner_id, cases.c.version).where(cases.c.id == case_id)
    row = (await connection.execute(query)).first() if ID.fullmatch(case_id) else None
    if row is None or partner_id not in (None, row.partner_id):
        raise CaseNotFound(NOT_THERE)
    return int(row.version)


async def _lines(connection: AsyncConnection, case_id: str) -> tuple[KnownLine, ...]:
    approved = ("first_possible", "valid_until", "date_is_ours")
    columns = [lines.c[name] for name in KnownLine.__dataclass_fields__ if name not in approved]
    columns += [carrier_orders.c[name] for name in approved]
    order = and_(carrier_orders.c.case_id == lines.c.case_id, carrier_orders.c.number == lines.c.order_number)
    query = select(*columns).outerjoin(carrier_orders, order).where(lines.c.case_id == case_id)
    rows = await connection.execute(query.order_by(lines.c.position))
    return tuple(_line(dict(row)) for row in rows.mappings())


def _line(row: Mapping[str, Any]) -> KnownLine:
    kinds = {"number_type": NumberType(row["number_type"]), "status": Status(row["status"])}
    bounds = {} if row["date_is_ours"] else {"first_possible": None, "valid_until": None}
    return KnownLine(**dict(row) | kinds | bounds | {"date_is_ours": bool(row["date_is_ours"])})


def one_per_place(wanted: Iterable[KnownLine]) -> list[KnownLine]:
    """One line for each place: what follows from a date is the same for all lines there."""
    return list({line.place: line for line in wanted}.values())


def spelled(numbers: Sequence[str]) -> tuple[str, ...]:
    """Lines as they are kept, however they were written. Raises InvalidNumber."""
    return tuple(NumberRange.parse(number).text for number in numbers)


@dataclass(frozen=True)
class Approved:
    """Between which days, both included, the date of some lines can be chosen; None where nothing bounds it."""

    first: date | None
    last: date | None

    @classmethod
    def of(cls, wanted: Iterable[KnownLine]) -> Approved:
        """What holds for all of the lines."""
        given = list(wanted)
        return cls(
            max((line.first_possible for line in given if line.first_possible), default=None),
            min((line.valid_until for line in given if line.valid_until), default=None),
        )
