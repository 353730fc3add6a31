"""What a carrier is sent: an instruction's lines, and from storage the request with the answers given since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from carriers.contract import Address, CarrierRequest, Document, EndCustomer, LosingCarrier
from geography.places import place_of
from porting.instructions import ActivateOrder, OrderInstruction
from porting.numbers import NumberRange
from storage import documents
from storage.database import Database
from storage.requests import effective_request


async def carrier_request(database: Database, instruction: OrderInstruction) -> CarrierRequest:
    """The order in full; documents are fetched only when the carrier needs their bytes."""
    async with database.read() as connection:
        body = await effective_request(connection, instruction.case_id, instruction.answers)
    return CarrierRequest(
        case_id=instruction.case_id,
        reference=instruction.reference,
        instruction=instruction.id,
        carrier_order_id=instruction.carrier_order_id,
        numbers=instruction.numbers,
        zone=place_of(NumberRange.parse(instruction.numbers[0])).time_zone,
        requested_date=instruction.requested_date,
        end_customer=_end_customer(body.get("end_customer") or {}),
        losing_carrier=_losing_carrier(body.get("losing_carrier") or {}),
        details={key: str(value) for key, value in (body.get("details") or {}).items()},
        disconnect_remaining=bool(body.get("disconnect_remaining")),
        cutover_at=instruction.cutover_at if isinstance(instruction, ActivateOrder) else None,
        documents=tuple(_document(database, row) for row in body["documents"]),
    )


def _text(source: Mapping[str, Any], name: str) -> str:
    return str(source.get(name) or "")


def _end_customer(given: Mapping[str, Any]) -> EndCustomer:
    where = given.get("address") or {}
    return EndCustomer(
        name=_text(given, "name"),
        contact_name=_text(given, "contact_name"),
        email=_text(given, "email"),
        address=Address(
            street=_text(where, "street"),
            house_number=_text(where, "house_number"),
            postal_code=_text(where, "postal_code"),
            city=_text(where, "city"),
            region=_text(where, "region"),
            country=_text(where, "country"),
        ),
    )


def _losing_carrier(given: Mapping[str, Any]) -> LosingCarrier:
    ends = given.get("contract_end_date")
    return LosingCarrier(
        name=_text(given, "name"),
        account_number=_text(given, "account_number"),
        pin=_text(given, "pin"),
        billing_number=_text(given, "billing_number"),
        new_billing_number=_text(given, "new_billing_number"),
        contract_end_date=date.fromisoformat(str(ends)) if ends else None,
    )


def _document(database: Database, row: Mapping[str, Any]) -> Document:
    async def load() -> bytes:
        async with database.read() as connection:
            found = await documents.content(connection, row["id"])
        return found.content if found else b""

    return Document(id=row["id"], kind=row["kind"], name=row["name"], media_type=row["media_type"], load=load)
