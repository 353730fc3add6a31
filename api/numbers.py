"""Numbers: the finder, the calendar of bookable days, and what a country asks for."""

from __future__ import annotations

from datetime import timedelta
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
from porting.errors import InvalidNumber
from porting.numbers import NumberRange, NumberType, parse_search, search_ending
from storage import queries

router = APIRouter(prefix="/v1", tags=["Numbers"], route_class=Guarded)
USUAL_DAYS, MOST_DAYS = 62, 366
Number = Annotated[Line, Query(description="E.164, or a range.", examples=["+498912345678"])]


@router.get("/numbers/{number:path}", response_model=FoundNumberView, **reads())
async def find(number: str, caller: CallerOf, parts: PartsOf) -> dict[str, Any]:
    """Every case with the number, in any spelling and also inside a range, newest first."""
    value, ending = parse_search(number), search_ending(number)
    if value is None and ending is None:
        raise InvalidNumber("This is no telephone number.")
    async with parts.database.read() as connection:
        found = await queries.find_number(connection, value, caller.partner_id) if value else None
        if ending and not (found and found["items"]):
            items = await queries.find_ending(connection, ending, caller.partner_id)
            found = {"number": found["number"] if found else number, "items": items}
    return found or {"number": number, "items": []}


@router.get("/requirements", response_model=Items[RequirementView], **reads())
async def requirements(
    country: Annotated[str, Query(pattern="^[A-Za-z]{2}$", examples=["IT"])],
    number_type: NumberType = NumberType.GEOGRAPHIC,
) -> dict[str, Any]:
    """What a request for such a number must bring; without a required item it waits in MISSING_DATA."""
    return {"items": [vars(item) for item in served(country.upper()).requirements_for(number_type)]}


@router.get("/calendar", response_model=CalendarView, **reads())
async def calendar(
    number: Number, caller: CallerOf, parts: PartsOf, from_: Annotated[Day | None, Query(alias="from")] = None,
    to: Day | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The days that can be booked, and of each other day why not; two months from today if nothing else is said."""
    numbers = NumberRange.parse(_with_plus(number))
    first = from_ or parts.bookings.today(numbers)
    last = to or first + timedelta(days=USUAL_DAYS)
    _check_span((last - first).days)
    found = await parts.bookings.of(numbers, first, last, caller.partner_id)
    return vars(found) | {"items": [vars(day) for day in found.days]}


def _with_plus(number: str) -> str:
    """A plus that was not escaped in the address came in as a blank, which was trimmed."""
    return number if number.startswith(("+", "0")) or not number[:1].isdigit() else f"+{number}"


def _check_span(days: int) -> None:
    if not 0 <= days <= MOST_DAYS:
        message = f"`to` lies on or after `from`, and at most {MOST_DAYS} days later."
        raise of_fields([{"pointer": "/to", "code": "out_of_range", "message": message}])
