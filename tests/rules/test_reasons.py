"""The vocabulary of refusals: who can mend each, what it points at, and a carrier's words that are kept (R19)."""

from __future__ import annotations

import pytest

from porting.missing import ItemKind
from porting.outcomes import demands
from porting.reasons import VOCABULARY, Mender, Reason, is_correctable, is_final, reason

RULEBOOK = ("ACCOUNT_MISMATCH", "PIN_INVALID", "NAME_MISMATCH", "ADDRESS_MISMATCH", "NUMBER_INACTIVE", "LOA_INVALID",
            "ALREADY_PORTING", "DATE_NOT_AVAILABLE", "CONTRACT_FROZEN", "NOT_PORTABLE")


@pytest.mark.parametrize("code", RULEBOOK)
def test_the_rulebooks_reasons_are_in_the_vocabulary(code: str) -> None:
    """R19."""
    assert reason(code).code == code and reason(code).text == VOCABULARY[code].text


@pytest.mark.parametrize("code", sorted(VOCABULARY))
def test_a_reason_is_the_partners_or_nobodys_or_somebodys_task_but_never_two_of_these(code: str) -> None:
    given = reason(code)
    assert is_correctable(given) is (VOCABULARY[code].mender is Mender.PARTNER)
    assert is_final(given) is (VOCABULARY[code].mender is Mender.NOBODY)
    assert not (is_correctable(given) and is_final(given))


@pytest.mark.parametrize("code", [code for code, meaning in VOCABULARY.items() if meaning.mender is Mender.PARTNER])
def test_what_the_partner_can_mend_becomes_one_thing_to_give(code: str) -> None:
    """R19: with what to correct."""
    (demand,) = demands([reason(code)])
    assert demand.prompt and demand.field and demand.kind in ItemKind


def test_two_reasons_for_one_field_ask_once() -> None:
    found = demands([Reason("PIN_INVALID", "Wrong.", "A", "losing_carrier.pin"), reason("PIN_INVALID")])
    assert [(demand.field, demand.prompt) for demand in found] == [("losing_carrier.pin", "Wrong.")]


def test_what_others_must_mend_is_not_asked_of_the_partner() -> None:
    assert demands([reason("ALREADY_PORTING"), reason("DONOR_SILENT"), reason("NOT_PORTABLE")]) == []


def test_a_code_that_we_do_not_know_is_kept_beside_other() -> None:
    """R19: the carrier's own code and words."""
    assert reason("MOON_PHASE", "Not today.") == Reason("OTHER", "Not today.", "MOON_PHASE", None)


def test_the_carriers_code_wins_over_the_one_we_made_of_it() -> None:
    assert reason("MOON_PHASE", "", "MP-7").carrier_code == "MP-7"
    assert reason("PIN_INVALID", "", "PASSCODE_PIN_INVALID").carrier_code == "PASSCODE_PIN_INVALID"
    assert reason("PIN_INVALID").carrier_code is None


def test_an_empty_word_of_the_carrier_is_replaced_by_ours() -> None:
    assert reason("PIN_INVALID", "  ").text == VOCABULARY["PIN_INVALID"].text


@pytest.mark.parametrize("meaning", VOCABULARY.values(), ids=VOCABULARY)
def test_every_meaning_is_a_sentence(meaning) -> None:
    assert meaning.text.endswith(".") and meaning.text[0].isupper()
