"""A carrier request out of an instruction and the effective request body (R07, R11): the one translation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from carriers.contract import Address, CarrierRequest, Document, EndCustomer, LosingCarrier
from porting.instructions import OrderInstruction


def carrier_request(
    instruction: OrderInstruction, body: Mapping[str, Any], zone: str, documents: tuple[Document, ...] = ()
) -> CarrierRequest:
    """`body` is the opening body as JSON with the accepted answers put in; `zone` is where the numbers stand."""
    customer, losing = _part(body, "end_customer"), _part(body, "losing_carrier")
    return CarrierRequest(
        case_id=instruction.case_id,
        reference=instruction.reference,
        carrier_order_id=instruction.carrier_order_id,
        numbers=instruction.numbers,
        zone=zone,
        requested_date=instruction.requested_date,
        end_customer=EndCustomer(
            name=_text(customer, "name"),
            contact_name=_text(customer, "contact_name"),
            email=_text(customer, "email"),
            address=_address(_part(customer, "address")),
        ),
        losing_carrier=LosingCarrier(
            name=_text(losing, "name"),
            account_number=_text(losing, "account_number"),
            pin=_text(losing, "pin"),
            billing_number=_text(losing, "billing_number"),
            contract_end_date=_date(losing.get("contract_end_date")),
        ),
        details={name: str(value) for name, value in _part(body, "details").items() if value is not None},
        disconnect_remaining=body.get("disconnect_remaining") is True,
        documents=documents,
    )


def _address(address: Mapping[str, Any]) -> Address:
    return Address(
        street=_text(address, "street"),
        house_number=_text(address, "house_number"),
        postal_code=_text(address, "postal_code"),
        city=_text(address, "city"),
        region=_text(address, "region"),
        country=_text(address, "country"),
    )


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(part: Mapping[str, Any], name: str) -> str:
    found = part.get(name)
    return "" if found is None else str(found)


def _date(value: object) -> date | None:
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))
