"""Telnyx's words and ours: statuses, reasons, fields of an order, names of papers.

How a change of a confirmed date is read (R25), the status being foc-date-confirmed all the while:

    asked for        foc_datetime_requested is the new date, foc_datetime_actual the old one, no FOC_REJECTED
    accepted         foc_datetime_actual is the asked date
    declined         FOC_REJECTED among the details; foc_datetime_actual keeps the old date
    countered        as declined, and foc_datetime_requested names a third date: the carrier's proposal

So a snapshot bears `proposed_date` when FOC_REJECTED stands there and the requested date is not the actual one. Should
it be the very date that we asked for, the carrier has left our wish where it was: that is a plain refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from porting.orders import OrderStatus
from porting.reasons import Reason, reason

STATUSES: Mapping[str, OrderStatus] = {
    "draft": OrderStatus.DRAFT,
    "in-process": OrderStatus.RECEIVED,
    "submitted": OrderStatus.ACKNOWLEDGED,
    "exception": OrderStatus.EXCEPTION,
    "foc-date-confirmed": OrderStatus.DATE_CONFIRMED,
    "ported": OrderStatus.PORTED,
    "cancel-pending": OrderStatus.CANCEL_PENDING,
    "cancelled": OrderStatus.CANCELLED,
}

DATE_REJECTED = "FOC_REJECTED"

# The 21 codes of the vendor's list first, then those that only its guides and examples name.
REASONS: Mapping[str, str] = {
    "ACCOUNT_NUMBER_MISMATCH": "ACCOUNT_MISMATCH",
    "AUTH_PERSON_MISMATCH": "AUTH_PERSON_MISMATCH",
    "BTN_ATN_MISMATCH": "BILLING_NUMBER_MISMATCH",
    "ENTITY_NAME_MISMATCH": "NAME_MISMATCH",
    "FOC_EXPIRED": "DATE_EXPIRED",
    "FOC_REJECTED": "DATE_NOT_AVAILABLE",
    "LOCATION_MISMATCH": "ADDRESS_MISMATCH",
    "LSR_PENDING": "DONOR_SILENT",
    "MAIN_BTN_PORTING": "BILLING_NUMBER_MISMATCH",
    "OSP_IRRESPONSIVE": "DONOR_SILENT",
    "OTHER": "OTHER",
    "PASSCODE_PIN_INVALID": "PIN_INVALID",
    "PHONE_NUMBER_HAS_SPECIAL_FEATURE": "SPECIAL_FEATURES",
    "PHONE_NUMBER_MISMATCH": "NUMBER_SET_MISMATCH",
    "PHONE_NUMBER_NOT_PORTABLE": "NOT_PORTABLE",
    "PORT_TYPE_INCORRECT": "WRONG_PORT_TYPE",
    "PORTING_ORDER_SPLIT_REQUIRED": "SPLIT_REQUIRED",
    "POSTAL_CODE_MISMATCH": "POSTAL_CODE_MISMATCH",
    "RATE_CENTER_NOT_PORTABLE": "NOT_PORTABLE",
    "SV_CONFLICT": "REGISTRY_CONFLICT",
    "SV_UNKNOWN_FAILURE": "CARRIER_FAULT",
    "ACCOUNT_NUMBER_REQUIRED": "ACCOUNT_MISMATCH",
    "AUTH_NAME_MISMATCH": "AUTH_PERSON_MISMATCH",
    "BUSINESS_NAME_MISMATCH": "NAME_MISMATCH",
    "DIFFERENT_ACCOUNTS": "NUMBER_SET_MISMATCH",
    "DIFFERENT_RATE_CENTERS": "SPLIT_REQUIRED",
    "ILLEGIBLE_LOA": "LOA_INVALID",
    "LOA_ILLEGIBLE": "LOA_INVALID",
}

# Where the vendor means more than our code: the field that mends it, and what to write there (R10).
FIELDS: Mapping[str, tuple[str, str]] = {
    "MAIN_BTN_PORTING": (
        "losing_carrier.new_billing_number",
        "The main billing number leaves while other lines stay: name one that stays, to bill those under.",
    ),
}

# What a transfer code is called where it is no PIN: the country's prefix, then our field.
TRANSFER_CODES: Mapping[str, str] = {"+33": "details.rio", "+39": "details.migration_code"}

# Where the vendor's 422 points, and which field of ours that is; longer paths first.
POINTERS: tuple[tuple[str, str], ...] = (
    ("end_user/admin/entity_name", "end_customer.name"),
    ("end_user/admin/auth_person_name", "end_customer.contact_name"),
    ("end_user/admin/account_number", "losing_carrier.account_number"),
    ("end_user/admin/pin_passcode", "losing_carrier.pin"),
    ("end_user/admin/billing_phone_number", "losing_carrier.billing_number"),
    ("misc/new_billing_phone_number", "losing_carrier.new_billing_number"),
    ("end_user/admin/tax_identifier", "details.tax_id"),
    ("end_user/admin/business_identifier", "details.siret"),
    ("end_user/location/street_address", "end_customer.address.street"),
    ("end_user/location/postal_code", "end_customer.address.postal_code"),
    ("end_user/location/locality", "end_customer.address.city"),
    ("end_user/location/administrative_area", "end_customer.address.region"),
    ("end_user/location/country_code", "end_customer.address.country"),
    ("end_user/location", "end_customer.address.street"),
    ("documents/loa", "loa"),
    ("documents/invoice", "invoice"),
    ("foc_datetime_requested", "requested_date"),
    ("phone_numbers", "numbers"),
)

# A requirement of the vendor's is told from its name; the value is a field of ours or a kind of document.
REQUIREMENTS: tuple[tuple[str, str], ...] = (
    ("letter of auth", "loa"),
    ("loa", "loa"),
    ("service record", "customer_service_record"),
    ("proof of address", "proof_of_address"),
    ("invoice", "invoice"),
    ("bill", "invoice"),
    ("passport", "identity"),
    ("identity", "identity"),
    ("register", "commercial_register"),
    ("registration", "commercial_register"),
    ("rio", "details.rio"),
    ("migration", "details.migration_code"),
    ("siret", "details.siret"),
    ("fiscal", "details.tax_id"),
    ("tax", "details.tax_id"),
    ("vat", "details.tax_id"),
)

# Details that have a place of their own in an order; the others go along as a comment.
PLACED_DETAILS = frozenset({"rio", "migration_code", "tax_id", "siret"})

# Kinds of papers that the order holds by name, and what the vendor calls the others.
ORDER_PAPERS = frozenset({"loa", "invoice"})
OTHER_PAPERS: Mapping[str, str] = {"customer_service_record": "csr"}


def our_field(pointer: str) -> str | None:
    """The field of ours at which a pointer of the vendor's points (`/end_user/admin/pin_passcode`)."""
    return next((field for path, field in POINTERS if path in pointer), None)


def requirement_field(name: str) -> str | None:
    """What of ours answers a requirement with that name."""
    words = name.lower()
    return next((field for word, field in REQUIREMENTS if word in words), None)


def our_reason(code: str, text: str = "") -> Reason:
    """What one of the vendor's codes says; one that we do not know is OTHER, its raw form kept beside it (R19)."""
    given = reason(REASONS.get(code, "OTHER"), text, code)
    if code not in FIELDS:
        return given
    field, what_to_do = FIELDS[code]
    return replace(given, field=field, text=what_to_do)


def pin_field(number: str) -> str:
    """Where the partner corrects a wrong PIN: in France that is the RIO, in Italy the migration code."""
    return TRANSFER_CODES.get(number[:3]) or reason("PIN_INVALID").field or ""

# There is no call for it: a comment that begins like this makes the carrier's people cut numbers out of an order.
CUT_OUT = "Please cancel these numbers of the order: "
