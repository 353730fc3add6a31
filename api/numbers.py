"""Numbers: the finder, the calendar of bookable days, and what a country asks for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.guard import CallerOf, Guarded
from api.operations import reads
from api.parts import PartsOf
from api.problems import of_fields
from api.schemas.base import Items
from api.schemas.lists import CalendarView, FoundNumberView, RequirementView
from api.text import Day, Line
from porting.country import country as served
from porting.numbers import NumberRange, NumberType
from service.finder import find_cases

router = APIRouter(prefix="/v1", tags=["Numbers"], route_class=Guarded)
USUAL_DAYS, MOST_DAYS = 62, 366
LAST_FIRST = date.max - timedelta(days=USUAL_DAYS)
From = Annotated[Day | None, Query(alias="from")]
Number = Annotated[Line, Query(description="E.164, or a range.", examples=["+498912345678"])]


@router.get("/numbers/{number:path}", response_model=FoundNumberView, **reads())
async def find(number: str, caller: CallerOf, parts: PartsOf) -> dict[str, Any]:
    """Every case with the number, in any spelling and also inside a range, newest first."""
    async with parts.database.read() as connection:
        return await find_cases(connection, number, caller.partner_id)


@router.get("/requirements", response_model=Items[RequirementView], **reads())
async def requirements(
    country: Annotated[str, Query(pattern="^[A-Za-z]{2}$", examples=["IT"])],
    number_type: NumberType = NumberType.GEOGRAPHIC,
) -> dict[str, Any]:
    """What a request for such a number must bring; without a required item it waits in MISSING_DATA."""
    return {"items": [vars(item) for item in served(country.upper()).requirements_for(number_type)]}


@router.get("/calendar", response_model=CalendarView, **reads())
async def calendar(
    number: Number, caller: CallerOf, parts: PartsOf, from_: From = None, to: Day | None = None
) -> dict[str, Any]:
    """The days that can be booked, and of each other day why not; two months from today if nothing else is said."""
    numbers = NumberRange.parse(_with_plus(number))
    first, last = _span(from_ or parts.bookings.today(numbers), to)
    found = await parts.bookings.of(numbers, first, last, caller.partner_id)
    return vars(found) | {"items": [vars(day) for day in found.days]}


def _with_plus(number: str) -> str:
    """A plus that was not escaped in the address came in as a blank, which was trimmed."""
    return number if number.startswith(("+", "0")) or not number[:1].isdigit() else f"+{number}"


def _span(first: date, to: date | None) -> tuple[date, date]:
    last = to or min(first, LAST_FIRST) + timedelta(days=USUAL_DAYS)
    if not 0 <= (last - first).days <= MOST_DAYS:
        message = f"`to` lies on or after `from`, and at most {MOST_DAYS} days later."
        raise of_fields([{"pointer": "/to", "code": "out_of_range", "message": message}])
    return first, last
