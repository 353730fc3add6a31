"""The carrier's letter of authorisation: filled in for an order of a case, to be signed and uploaded (R11)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from carriers.contract import PortCarrier, Trouble
from carriers.letters import PreparesLetters
from porting.errors import PortingError
from porting.status import Status
from service.known_case import KnownCase, known_case, spelled
from storage.database import Database
from storage.tables import carrier_orders

_IN_WORDS = {
    False: "The carrier does not answer now; ask for the letter again in a few minutes.",
    True: "The carrier cannot prepare the letter until a setting is corrected; write to care, who can settle it.",
}


class NoLetter(PortingError):
    """The carrier prepares none, or the line goes to no carrier."""

    code = "no_letter"


class OrderNotSent(PortingError):
    """There is nothing yet from which the carrier could prepare a letter."""

    code = "order_not_sent"


class CarrierUnavailable(PortingError):
    """The carrier does not answer now."""

    code = "carrier_unavailable"


def who_prepares(carriers: Mapping[str, PortCarrier]) -> frozenset[str]:
    """The names of those that prepare letters."""
    return frozenset(name for name, carrier in carriers.items() if isinstance(carrier, PreparesLetters))


async def carrier_letter(
    database: Database, carriers: Mapping[str, PortCarrier], case_id: str, partner_id: str | None, number: str = ""
) -> bytes:
    """The letter for the line's order, a PDF. Without a line: for the first one that lacks something, or is open.

    Raises CaseNotFound, CaseClosed, UnknownNumber, NoLetter, OrderNotSent, CarrierUnavailable.
    """
    async with database.read() as connection:
        case = await known_case(connection, case_id, partner_id)
        name, reference, order_id = await _order_of(connection, case, number)
    carrier = carriers.get(name)
    if not isinstance(carrier, PreparesLetters):
        raise NoLetter("The carrier of this line prepares no letter; use your own form of the letter of authorisation.")
    try:
        letter = await carrier.letter(reference, order_id) if order_id else None
    except Trouble as trouble:
        raise CarrierUnavailable(_IN_WORDS[trouble.permanent]) from None
    if letter is None:
        raise OrderNotSent("The carrier does not have this order now; it prepares the letter from the order's data.")
    return letter


async def _order_of(connection: AsyncConnection, case: KnownCase, number: str) -> tuple[str, str, str]:
    """Carrier, reference and the carrier's id of the order; empty for a line that goes to no carrier."""
    case.require_open()
    lines = case.named(spelled([number] if number else []))
    first = min(lines, key=lambda line: line.status is not Status.MISSING_DATA)
    held = carrier_orders.c
    query = select(held.carrier, held.reference, held.carrier_order_id).where(
        held.case_id == case.id, held.number == first.order_number
    )
    row = (await connection.execute(query)).first()
    return (row.carrier, row.reference, row.carrier_order_id or "") if row else ("", "", "")
