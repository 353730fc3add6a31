"""The exception codes of Telnyx's list with the words that go with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

EXCEPTION_TYPES: Mapping[str, str] = {
    "ACCOUNT_NUMBER_MISMATCH": "Account number does not match that on the CSR",
    "AUTH_PERSON_MISMATCH": "Authorized person does not match that on the CSR",
    "BTN_ATN_MISMATCH": "Billing telephone number does not match that on the CSR",
    "ENTITY_NAME_MISMATCH": "Entity name does not match that on the CSR",
    "FOC_EXPIRED": "The FOC date has expired",
    "FOC_REJECTED": "The requested FOC date was rejected",
    "LOCATION_MISMATCH": "Service address does not match that on the CSR",
    "LSR_PENDING": "Another order for the number is pending at the losing carrier",
    "MAIN_BTN_PORTING": "The main billing number is being ported; a new one is needed for the remaining numbers",
    "OSP_IRRESPONSIVE": "The old service provider does not respond",
    "OTHER": "Please see the comments of the order",
    "PASSCODE_PIN_INVALID": "The passcode or PIN is invalid",
    "PHONE_NUMBER_HAS_SPECIAL_FEATURE": "A feature on the number must be removed before it can be ported",
    "PHONE_NUMBER_MISMATCH": "The phone numbers do not match those of the account",
    "PHONE_NUMBER_NOT_PORTABLE": "The phone number is not portable",
    "PORT_TYPE_INCORRECT": "The port type is incorrect",
    "PORTING_ORDER_SPLIT_REQUIRED": "The order must be split",
    "POSTAL_CODE_MISMATCH": "Postal code does not match that on the CSR",
    "RATE_CENTER_NOT_PORTABLE": "The rate center is not portable",
    "SV_CONFLICT": "The subscription version is in conflict",
    "SV_UNKNOWN_FAILURE": "Activation failed for an unknown reason",
}


def details(codes: Iterable[str], text: str = "") -> list[dict[str, str]]:
    """A status's details. A code off the list is shown as it is: a customer's system must live through that."""
    return [{"code": code, "description": text or EXCEPTION_TYPES.get(code, "See the comments")} for code in codes]
