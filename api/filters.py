"""The filters of the lists of cases and orders, read from the address."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query

from api.guard import CallerOf
from api.problems import of_fields
from api.text import Day, Line, Moment
from porting.numbers import parse_search, search_ending
from porting.status import Status, WaitingOn
from storage.filters import CaseFilters

Country = Annotated[str, Query(pattern="^[A-Za-z]{2}$")]


def filters_of(
    caller: CallerOf,
    status: Status | None = None,
    waiting_on: WaitingOn | None = None,
    number: Annotated[Line | None, Query(description="Any spelling; finds the ranges that hold it.")] = None,
    reference: Line | None = None,
    country: Country | None = None,
    losing_carrier: Line | None = None,
    partner: Annotated[Line | None, Query(description="A partner's id; for care.")] = None,
    porting_date_from: Day | None = None,
    porting_date_to: Day | None = None,
    updated_since: Moment | None = None,
    q: Annotated[Line | None, Query(description="Free text: id, reference, customer, carrier, number.")] = None,
) -> CaseFilters | None:
    """What to narrow a list by; None when a partner asks for another's cases, of which it sees none.

    Raises Problem invalid_number.
    """
    if caller.partner_id is not None and partner not in (None, caller.partner_id):
        return None
    value = parse_search(number) if number else None
    if number and value is None:
        raise of_fields([{"pointer": "/number", "code": "invalid_number", "message": _hint(number)}])
    return CaseFilters(
        partner=caller.partner_id or partner, status=status, waiting_on=waiting_on, number=value, reference=reference,
        country=country.upper() if country else None, losing_carrier=losing_carrier,
        porting_date_from=porting_date_from, porting_date_to=porting_date_to, updated_since=updated_since, q=q,
    )  # fmt: skip


Filters = Annotated[CaseFilters | None, Depends(filters_of)]
NOTHING: dict[str, Any] = {"items": [], "next_cursor": None}


def _hint(number: str) -> str:
    if search_ending(number):
        return "The number has no country code; write it like +498912345678, or search with `q`."
    return "This is no telephone number."
