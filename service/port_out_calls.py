"""What is entered of port-outs: care's own notices, and the cancellation that spares numbers the switch (R38)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from porting.errors import PortingError
from porting.numbers import NumberRange
from service.callers import Caller
from service.refusals import CaseNotFound, FieldProblem, PortOutOver, RequestRefused, refuse
from storage import port_out_lists, port_outs
from storage.holdings import Holding, holdings
from storage.port_outs import CARE, Notice

FARTHEST = timedelta(days=366)


def notice_of(caller: Caller, number: str, winning_carrier: str, leaves_on: date, now: datetime) -> Notice:
    """What care enters. Raises RequestRefused for a number that is none, and for a day out of reach."""
    if abs(leaves_on - now.date()) > FARTHEST:
        raise refuse("/leaves_on", "out_of_range", "A day within a year of today is expected.")
    named = _spelled(number)
    return Notice(
        spans=((named.first_value, named.last_value),), leaves_on=leaves_on, source=CARE,
        winning_carrier=winning_carrier, told_by=caller.actor.name,
    )  # fmt: skip


async def enter(connection: AsyncConnection, notice: Notice, now: datetime) -> tuple[dict[str, Any], bool]:
    """The notice as it stands, and whether it is new; one of a number that nobody here has is kept for care.

    Needs a transaction that writes. Raises RequestRefused for a range of which several cases have a part.
    """
    held = await holdings(connection, notice.spans)
    if len(held) > 1:
        raise _several(held)
    notice_id, is_new = await port_outs.keep(connection, notice, held[0] if held else None, now)
    return await _shown(connection, notice_id), is_new


async def cancel(connection: AsyncConnection, caller: Caller, notice_id: str, now: datetime) -> dict[str, Any]:
    """The partner gives the numbers up with us too: nothing is switched. Cancelled twice it is cancelled.

    Needs a transaction that writes. Raises CaseNotFound for what is not the caller's, PortOutOver.
    """
    known = await port_out_lists.one(connection, notice_id, caller.partner_id)
    if known is None:
        raise CaseNotFound("There is no such port-out.")
    is_new = known["cancelled_at"] is None
    if is_new and not await port_outs.cancel(connection, notice_id, caller.actor.name, now):
        raise PortOutOver(_why_over(known))
    found = await _shown(connection, notice_id)
    # What went wrong between us and our own platform is care's.
    return found if caller.is_care else found | {"note": None}


async def _shown(connection: AsyncConnection, notice_id: str) -> dict[str, Any]:
    found = await port_out_lists.one(connection, notice_id)
    assert found is not None
    return found


def _spelled(number: str) -> NumberRange:
    """With its country in any spelling; without one it would be guessing whose number leaves (R01)."""
    written = number.strip()
    try:
        return NumberRange.parse(f"+{written[2:]}" if written.startswith("00") else written)
    except PortingError as error:
        raise RequestRefused([FieldProblem.of("/number", error)]) from None


def _several(held: list[Holding]) -> RequestRefused:
    named = [line for one in held for line in one.lines]
    text = f"Several cases have a part of the range; send a notice for each: {', '.join(named[:20])}."
    return refuse("/number", "several_cases", text, lines=named)


def _why_over(known: dict[str, Any]) -> str:
    if known["repeats"]:
        return f"Notice {known['repeats']} counts in its place; cancel that one."
    return "The hour is there: the numbers are outbound-only, or are being set so."
