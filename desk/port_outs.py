"""Numbers that leave us, on the desk: every notice with how far it is, entering one, cancelling for a partner (R38)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.responses import Response

from desk import reading
from desk.forms import Fault, Reading, refused
from desk.paging import address
from desk.visits import Sorry, Visit
from porting.errors import PortingError
from service import port_out_calls
from service.refusals import CaseNotFound
from storage import port_out_lists
from storage.paging import BadCursor
from storage.partners import list_partners

PATH = "/desk/port-outs"
A_PAGE = 50
LONGEST_NUMBER, LONGEST_NAME = 64, 200


async def show(visit: Visit) -> Response:
    return await _page(visit)


async def enter(visit: Visit) -> Response:
    """What a winning carrier wrote to care."""
    read = Reading(visit.form)
    number = read.text("number", "the number", LONGEST_NUMBER)
    winner = read.text("winning_carrier", "the winning carrier", LONGEST_NAME, needed=False)
    leaves_on = read.day("leaves_on", "the day on which the number leaves", needed=True)
    faults = read.faults
    if not faults and leaves_on is not None:
        faults = await _enter(visit, number, winner, leaves_on)
    return await _page(visit, faults) if faults else visit.go(PATH, "port_out")


async def cancel(visit: Visit) -> Response:
    """For a partner that gives the numbers up with us too, and to settle what nobody here has."""
    try:
        async with visit.parts.database.begin() as connection:
            await port_out_calls.cancel(connection, visit.caller, visit.path("notice_id"), visit.now)
    except CaseNotFound as error:
        raise Sorry(404, "No such port-out", "There is no notice at this address.") from error
    except PortingError as error:
        return await _page(visit, [Fault("", error.detail)])
    return visit.go(PATH, "port_out_cancelled")


async def _enter(visit: Visit, number: str, winner: str, leaves_on: date) -> list[Fault]:
    try:
        notice = port_out_calls.notice_of(visit.caller, number, winner, leaves_on, visit.now)
        async with visit.parts.database.begin() as connection:
            await port_out_calls.enter(connection, notice, visit.now)
    except PortingError as error:
        return refused(error, {})
    return []


async def _page(visit: Visit, faults: Sequence[Fault] = ()) -> Response:
    page = await reading.page_of(visit, A_PAGE, visit.asked("cursor") or None)
    try:
        async with visit.parts.database.read() as connection:
            found = await port_out_lists.listed(connection, page)
            names = {partner.id: partner.name for partner in await list_partners(connection)}
    except BadCursor as error:
        raise Sorry(400, "No such page", "This page of the list does not exist any more.") from error
    following = found["next_cursor"]
    return visit.page(
        "port_outs.html",
        422 if faults else 200,
        rows=[_row(item, names) for item in found["items"]],
        form={name: visit.form.raw(name) for name in ("number", "winning_carrier", "leaves_on")},
        csrf=visit.staff.csrf,
        errors=faults,
        first=PATH if visit.asked("cursor") else "",
        next=address(PATH, cursor=following) if following else "",
    )


def _row(item: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    more = {"partner_name": names.get(item["partner"], item["partner"]), "next_step": _next_step(item)}
    return item | more | {"cancels": _cancels(item)}


def _cancels(item: dict[str, Any]) -> str:
    """What the button of the row is called, if it has one."""
    if item["status"] == "UNKNOWN_NUMBER":
        return "Settle it"
    return "The partner cancels" if item["status"] in ("RECEIVED", "TOLD") else ""


def _next_step(item: dict[str, Any]) -> str:
    steps = {
        "RECEIVED": "The partner is being told.",
        "TOLD": "The partner knows. At the hour of cut-over the numbers become outbound-only.",
        "OUTBOUND_ONLY": "They left, and are outbound-only.",
        "CANCELLED": f"Cancelled by {item['cancelled_by']}; nothing is switched.",
        "NOT_HELD": "When they were to leave, the case had none of them any more; nothing was switched.",
        "REPEATED": f"{item['repeats']} counts in its place.",
        "UNKNOWN_NUMBER": "No completed line of ours has the number. Find out whose it is, then settle it.",
    }
    trouble = f" It is tried again: {item['note']}." if item["note"] and item["status"] != "NOT_HELD" else ""
    return steps[item["status"]] + trouble
