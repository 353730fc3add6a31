"""Whether numbers can be ported, asked inside a case (R15)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from porting import errors, verbs
from porting.case import Case
from porting.commands import Actor, AskValidation, Role
from porting.events import ValidationAnswered, ValidationAsked
from porting.instructions import Checked, ValidateNumbers
from porting.missing import ItemKind
from porting.portability import Portability, ValidationStatus
from porting.reasons import reason
from porting.status import Status
from tests.examples import MONDAY as NOW
from tests.examples import a_case

PARTNER = Actor(Role.PARTNER, "Acme")
ASK = AskValidation(actor=PARTNER)


def a_case_that_can_ask(*, sent: bool) -> Case:
    """One whose order is out, or one whose order waits."""
    case = a_case()
    order = case.orders[0]
    order.capabilities = replace(order.capabilities, can_validate=True)
    if not sent:
        case.instructions, order.unsent = [], False
    return case


def answered(case: Case, **said: object) -> None:
    verbs.tell(case, ASK, NOW)
    question = next(one for one in case.instructions if isinstance(one, ValidateNumbers))
    answers = tuple(Portability(number=number, **said) for number in question.numbers)  # type: ignore[arg-type]
    verbs.done(case, question, Checked(answers=answers), NOW)


def test_a_validation_goes_beside_the_order_and_holds_it_up_in_nothing() -> None:
    """R15."""
    case = a_case_that_can_ask(sent=True)
    verbs.tell(case, ASK, NOW)
    question = next(one for one in case.instructions if isinstance(one, ValidateNumbers))
    assert question.lane not in {one.lane for one in case.instructions if one is not question}
    validation = case.lines[0].validation
    assert validation is not None and validation.status is ValidationStatus.ASKED
    assert any(isinstance(entry.event, ValidationAsked) for entry in case.fresh)


def test_the_answer_stands_on_the_line_with_its_age() -> None:
    """R15: portable or not, the donor, the moment."""
    case = a_case_that_can_ask(sent=True)
    answered(case, portable=True, donor="Telstra")
    validation = case.lines[0].validation
    assert validation is not None
    assert (validation.status, validation.donor, validation.at) == (ValidationStatus.PORTABLE, "Telstra", NOW)
    assert sum(isinstance(entry.event, ValidationAnswered) for entry in case.fresh) == 1


def test_what_disagrees_before_the_order_is_asked_of_the_partner_as_a_choice() -> None:
    """R15: keep, correct or remove."""
    case = a_case_that_can_ask(sent=False)
    answered(case, portable=False, reason=reason("NAME_MISMATCH"))
    assert case.lines[0].status is Status.MISSING_DATA
    item = case.missing[-1]
    assert (item.kind, item.field, item.code) == (ItemKind.CHOICE, "end_customer.name", "NAME_MISMATCH")


def test_after_the_order_is_out_an_answer_moves_nothing() -> None:
    """R15: the carrier judges the order itself."""
    case = a_case_that_can_ask(sent=True)
    before = case.lines[0].status
    answered(case, portable=False, reason=reason("NAME_MISMATCH"))
    assert case.lines[0].status is before and not case.missing
    assert case.lines[0].validation is not None


def test_a_carrier_that_cannot_be_asked_is_said_plainly() -> None:
    """R15."""
    case = a_case()
    case.orders[0].capabilities = replace(case.orders[0].capabilities, can_validate=False)
    with pytest.raises(errors.ValidationNotSupported):
        verbs.check(case, ASK, NOW)


def test_a_line_is_not_asked_about_twice_at_once() -> None:
    """R15."""
    case = a_case_that_can_ask(sent=True)
    verbs.tell(case, ASK, NOW)
    with pytest.raises(errors.ValidationPending):
        verbs.check(case, ASK, NOW)
