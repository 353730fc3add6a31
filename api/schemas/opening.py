"""The opening body: what a partner sends to open a case, read with all its faults at once (R14)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from copy import deepcopy
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PrivateAttr, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from api.faults import field_error
from api.schemas.base import Body
from api.text import Day, Email, Line, LooseText, Word
from service.refusals import FieldProblem

EXAMPLE: dict[str, Any] = {
    "reference": "order-4711",
    "order_type": "FULL_PORTING",
    "numbers": ["+4989010710X", "+498912345678"],
    "requested_date": "2027-01-20",
    "ivp": True,
    "end_customer": {
        "name": "Muster GmbH",
        "contact_name": "Erika Muster",
        "email": "it@muster.example",
        "address": {
            "street": "Marienplatz", "house_number": "1", "postal_code": "80331", "city": "München",
            "region": "BY", "country": "DE",
        },
    },
    "losing_carrier": {"name": "Deutsche Telekom", "account_number": "5512345678", "contract_end_date": "2027-01-31"},
    "notify": ["porting@reseller.example"],
    "documents": ["DOC-01JH8Z4T9Q3XK"],
}  # fmt: skip


class AddressBody(Body):
    street: Line = ""
    house_number: Line = ""
    postal_code: Line = ""
    city: Line = ""
    region: Line = ""
    country: Line = ""


class EndCustomerBody(Body):
    """Who holds the numbers today, exactly as on the losing carrier's last bill."""

    name: Line = ""
    contact_name: Line = ""
    email: Email | None = None
    address: AddressBody = AddressBody()


class LosingCarrierBody(Body):
    """The carrier that has the numbers today, and how it knows the end customer."""

    name: Line = ""
    account_number: Line = ""
    pin: Line = Field(default="", description="PIN or transfer code. It goes to the carrier and is never shown again.")
    billing_number: Line = ""
    new_billing_number: Line = Field(
        default="",
        exclude_if=lambda given: not given,  # a request without it stays what it was before there was the field
        description="Where the billing number itself is ported while other lines stay at the losing carrier: the one "
        "of those that stay, in E.164, under which they are billed from then on.",
    )
    contract_end_date: Day | None = Field(
        default=None,
        description="When the end customer's contract with the losing carrier ends. It goes to the carrier with the "
        "order and stands on the case. The operator answers for nothing if it is missing or wrong.",
    )


DetailName = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]


class OpeningBody(Body):
    """A porting request. What a country asks for beyond this lists `GET /v1/requirements`; a request that lacks an
    item of it is accepted and waits in MISSING_DATA."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [EXAMPLE]})

    reference: Word = Field(description="Your own name for the request; the same reference again is the same case.")
    numbers: list[str] = Field(
        description="E.164, or a range with X, XX or XXX at its end for 10, 100 or 1,000 numbers.",
        json_schema_extra={"minItems": 1},
    )
    order_type: Literal["FULL_PORTING", "OUTBOUND_ONLY"] = "FULL_PORTING"
    requested_date: Day | None = Field(
        default=None, description="The porting date wished for, which is not guaranteed; without one, the nearest."
    )
    ivp: bool = Field(default=False, description="Ask for a temporary number for each line until the cut-over.")
    end_customer: EndCustomerBody = EndCustomerBody()
    losing_carrier: LosingCarrierBody = LosingCarrierBody()
    details: dict[DetailName, Line] = Field(
        default={}, max_length=30, description="What single countries ask for, like `rio`, `migration_code`, `tax_id`."
    )
    disconnect_remaining: bool = Field(
        default=False, description="US and Canada: disconnect at the losing carrier the lines that stay behind."
    )
    notify: list[Email] = Field(default=[], max_length=20, description="Who gets the mails beside the account's own.")
    documents: list[Word] = Field(default=[], max_length=50, description="Ids from `POST /v1/documents`.")
    comment: LooseText = ""

    _problems: tuple[FieldProblem, ...] = PrivateAttr(())

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """What was wrong with single fields, which then stand here with their defaults."""
        return self._problems

    def as_json(self) -> dict[str, Any]:
        """The body as it is stored and compared: dates as text, defaults filled in."""
        return self.model_dump(mode="json")


# What stands in for a required field that is missing, so that all the others are still looked at.
FILLED: dict[str, Any] = {"reference": "-", "numbers": []}


def _read_all(value: Any, handler: ValidatorFunctionWrapHandler) -> OpeningBody:
    try:
        body: OpeningBody = handler(value)
        return body
    except ValidationError as error:
        faults = error.errors(include_url=False)
        if not isinstance(value, dict) or not all(fault["loc"] for fault in faults):
            raise  # the body as a whole is at fault: nothing is left to look at
        rest = _without(value, [fault["loc"] for fault in faults])
        try:
            body = handler(rest)
        except ValidationError:
            raise error from None
        told = [field_error(fault) for fault in faults]
        body._problems = tuple(FieldProblem(f["pointer"], f["code"], f["message"]) for f in told)
        return body


def _without(value: dict[str, Any], places: Sequence[tuple[int | str, ...]]) -> dict[str, Any]:
    """The body without the fields at fault; numbers keep their positions, which pointers name."""
    rest = deepcopy(value)
    for place in reversed(places):
        if place[0] == "numbers" and len(place) > 1:
            rest["numbers"][int(place[1])] = ""
        else:
            with suppress(KeyError, IndexError):  # gone with what held it
                _drop(rest, place)
    for name, filled in FILLED.items():
        rest.setdefault(name, filled)
    return rest


def _drop(value: Any, place: tuple[int | str, ...]) -> None:
    """Remove what stands there; a step that is no key (like `[key]` of a mapping) takes away what holds it."""
    for step, following in zip(place, [*place[1:], None], strict=True):
        inner = value.get(step) if isinstance(value, dict) else value[step]
        deeper = (isinstance(inner, dict) and following in inner) or (isinstance(inner, list) and following is not None)
        if not deeper:
            del value[step]
            return
        value = inner


Opening = Annotated[OpeningBody, WrapValidator(_read_all)]
