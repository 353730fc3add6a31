"""The vocabulary of refusals: what each means, who can mend it, and which field it points at (R19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Mender(StrEnum):
    """Who can do something about a reason."""

    PARTNER = "PARTNER"
    CARE = "CARE"
    CARRIER = "CARRIER"
    NOBODY = "NOBODY"


@dataclass(frozen=True)
class Meaning:
    """What a reason says: `text` for the partner, `field` as a path of the opening body or a document's kind."""

    text: str
    mender: Mender
    field: str | None = None
    kind: str = "VALUE"


@dataclass(frozen=True)
class Reason:
    """Why a carrier said no: our code and words, the carrier's own beside them.

    `donor_value` is what the losing carrier has instead of what was given, where it says so.
    """

    code: str
    text: str
    carrier_code: str | None = None
    field: str | None = None
    donor_value: str = ""


_P, _CARE, _K, _X = Mender.PARTNER, Mender.CARE, Mender.CARRIER, Mender.NOBODY

VOCABULARY: Mapping[str, Meaning] = {
    "ACCOUNT_MISMATCH": Meaning(
        "The account number is not the one the losing carrier has.", _P, "losing_carrier.account_number"
    ),
    "NAME_MISMATCH": Meaning("The name differs from the one on the losing carrier's bill.", _P, "end_customer.name"),
    "AUTH_PERSON_MISMATCH": Meaning(
        "The person who signed is not authorised at the losing carrier.", _P, "end_customer.contact_name"
    ),
    "ADDRESS_MISMATCH": Meaning(
        "The service address differs from the losing carrier's record.", _P, "end_customer.address.street"
    ),
    "POSTAL_CODE_MISMATCH": Meaning(
        "The postal code differs from the losing carrier's record.", _P, "end_customer.address.postal_code"
    ),
    "PIN_INVALID": Meaning("The PIN or transfer code is not the right one.", _P, "losing_carrier.pin"),
    "BILLING_NUMBER_MISMATCH": Meaning(
        "The main billing number is not the one of this account.", _P, "losing_carrier.billing_number"
    ),
    "NUMBER_SET_MISMATCH": Meaning(
        "The numbers are not all on this account; say which to keep, correct or remove.", _P, "numbers", "CHOICE"
    ),
    "SPECIAL_FEATURES": Meaning(
        "A service on the line (alarm, DSL, hunt group) must be removed at the losing carrier first.",
        _P, "comment",
    ),
    "LOA_INVALID": Meaning("The letter of authorisation is missing, illegible or too old.", _P, "loa", "DOCUMENT"),
    "INVOICE_INVALID": Meaning("The bill is missing, illegible or too old.", _P, "invoice", "DOCUMENT"),
    "CONTRACT_FROZEN": Meaning(
        "The contract with the losing carrier still runs or a balance is unpaid.",
        _P, "losing_carrier.contract_end_date",
    ),
    "DATA_MISSING": Meaning("The request lacks a detail that this country asks for.", _P),
    "DATA_INVALID": Meaning("The carrier did not accept a detail of the request.", _P),
    "NUMBER_INACTIVE": Meaning("The number is not in service at the losing carrier.", _X),
    "NOT_PORTABLE": Meaning("The number cannot be ported.", _X),
    "CUSTOMER_WITHDREW": Meaning("The end customer withdrew the request at the losing carrier.", _X),
    "ALREADY_PORTING": Meaning("Another carrier's order for the number is open at the losing carrier.", _CARE),
    "WRONG_PORT_TYPE": Meaning("The order was sent as the wrong kind of port.", _CARE),
    "SPLIT_REQUIRED": Meaning("The carrier wants these numbers in separate orders.", _CARE),
    "DATE_NOT_AVAILABLE": Meaning("The losing carrier does not accept the date; name another.", _P, "requested_date"),
    "DATE_EXPIRED": Meaning("The agreed date passed without the port; name another.", _P, "requested_date"),
    "TOO_LATE": Meaning("It is too late for the carrier to do this.", _CARE),
    "DONOR_SILENT": Meaning("The losing carrier has not answered yet.", _K),
    "REGISTRY_CONFLICT": Meaning("The numbering registry holds a conflicting entry.", _K),
    "CARRIER_FAULT": Meaning("The carrier reports a fault of its own.", _K),
    "CANCELLED_BY_CARRIER": Meaning("The carrier cancelled the order.", _X),
    "ACTIVATION_FAILED": Meaning("The number could not be activated at the planned hour.", _CARE),
    "OTHER": Meaning("The carrier gave a reason of its own.", _CARE),
}


def reason(code: str, text: str = "", carrier_code: str | None = None, donor_value: str = "") -> Reason:
    """One reason in our vocabulary; a code that we do not know becomes OTHER, its raw form kept (R19)."""
    known = code if code in VOCABULARY else "OTHER"
    meaning = VOCABULARY[known]
    raw = carrier_code if carrier_code is not None or known == code else code
    return Reason(known, text.strip() or meaning.text, raw, meaning.field, donor_value.strip())


def is_secret(given: Reason) -> bool:
    """Whether what it is about must never be written down outside the request."""
    return given.field == "losing_carrier.pin"


def is_correctable(given: Reason) -> bool:
    """Whether the partner can mend it, so that the line goes to MISSING_DATA and not to REJECTED (R19)."""
    return VOCABULARY[given.code].mender is Mender.PARTNER


def is_final(given: Reason) -> bool:
    """Whether nobody can mend it."""
    return VOCABULARY[given.code].mender is Mender.NOBODY
