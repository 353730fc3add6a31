"""Each of the vendor's codes leads where it must: who can mend it, where, and in words that say what to do (R19)."""

from __future__ import annotations

import pytest

from carriers.telnyx_words import FIELDS, REASONS, our_reason
from porting.reasons import VOCABULARY, Mender, is_correctable, is_final

P, CARE, CARRIER, NOBODY = Mender.PARTNER, Mender.CARE, Mender.CARRIER, Mender.NOBODY

CODES = {
    "ACCOUNT_NUMBER_MISMATCH": (P, "losing_carrier.account_number"),
    "AUTH_PERSON_MISMATCH": (P, "end_customer.contact_name"),
    "BTN_ATN_MISMATCH": (P, "losing_carrier.billing_number"),
    "ENTITY_NAME_MISMATCH": (P, "end_customer.name"),
    "FOC_EXPIRED": (P, "requested_date"),
    "FOC_REJECTED": (P, "requested_date"),
    "LOCATION_MISMATCH": (P, "end_customer.address.street"),
    "LSR_PENDING": (CARRIER, None),
    "MAIN_BTN_PORTING": (P, "losing_carrier.new_billing_number"),
    "OSP_IRRESPONSIVE": (CARRIER, None),
    "OTHER": (CARE, None),
    "PASSCODE_PIN_INVALID": (P, "losing_carrier.pin"),
    "PHONE_NUMBER_HAS_SPECIAL_FEATURE": (P, "comment"),
    "PHONE_NUMBER_MISMATCH": (P, "numbers"),
    "PHONE_NUMBER_NOT_PORTABLE": (NOBODY, None),
    "PORT_TYPE_INCORRECT": (CARE, None),
    "PORTING_ORDER_SPLIT_REQUIRED": (CARE, None),
    "POSTAL_CODE_MISMATCH": (P, "end_customer.address.postal_code"),
    "RATE_CENTER_NOT_PORTABLE": (NOBODY, None),
    "SV_CONFLICT": (CARRIER, None),
    "SV_UNKNOWN_FAILURE": (CARRIER, None),
}


@pytest.mark.parametrize("code", CODES)
def test_a_code_of_the_vendor_names_its_field_and_who_can_mend_it(code: str) -> None:
    mender, field = CODES[code]
    given = our_reason(code)
    assert (VOCABULARY[given.code].mender, given.field, given.carrier_code) == (mender, field, code)
    assert (is_correctable(given), is_final(given)) == (mender is P, mender is NOBODY)
    assert given.text == (FIELDS[code][1] if code in FIELDS else VOCABULARY[given.code].text)


def test_the_vendors_list_is_whole() -> None:
    assert len(CODES) == 21
    assert CODES.keys() <= REASONS.keys()
