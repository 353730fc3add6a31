"""Whether numbers can be ported, asked inside a case (R15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from porting import errors, verbs
from porting.case import Case
from porting.commands import Actor, AnswerItems, AskValidation, Role
from porting.events import DataMissing, ValidationAnswered, ValidationAsked
from porting.instructions import Checked, SubmitOrder, ValidateNumbers
from porting.missing import ItemKind
from porting.portability import Portability, ValidationStatus, has_lapsed
from porting.reasons import is_secret, reason
from porting.status import Status
from tests.examples import LOA_DEMAND, a_case, a_line, happened, instructed
from tests.examples import MONDAY as NOW

PARTNER = Actor(Role.PARTNER, "Acme")
ASK = AskValidation(actor=PARTNER)


NAME, POSTAL = reason("NAME_MISMATCH", donor_value="Example Pty Ltd"), reason("POSTAL_CODE_MISMATCH")
LINES = ("+498912345678", "+498912345679", "+498912345670")


def a_case_that_can_ask(*, sent: bool, lines: int = 1) -> Case:
    """One whose order is out, or one whose order waits."""
    case = a_case(*(a_line(number) for number in LINES[:lines]))
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


def said(case: Case, *answers: Portability) -> None:
    """The carrier answers about each line in its own way."""
    verbs.tell(case, ASK, NOW)
    verbs.done(case, instructed(case, ValidateNumbers)[0], Checked(answers=answers), NOW)


def test_each_field_that_disagrees_is_an_item_of_its_own() -> None:
    """R15: with what the losing carrier has, where it says so."""
    case = a_case_that_can_ask(sent=False)
    answered(case, portable=False, reasons=(NAME, POSTAL))
    assert [(item.field, item.kind) for item in case.missing] == [
        ("end_customer.name", ItemKind.CHOICE), ("end_customer.address.postal_code", ItemKind.CHOICE),
    ]  # fmt: skip
    assert "The losing carrier has: Example Pty Ltd." in case.missing[0].prompt
    assert case.lines[0].reasons == (NAME, POSTAL)
    validation = case.lines[0].validation
    assert validation is not None and (validation.reason, validation.objections) == (NAME, (NAME, POSTAL))


def test_the_order_goes_out_once_all_that_disagrees_is_settled_and_not_before() -> None:
    """R11, R15."""
    case = a_case_that_can_ask(sent=False)
    answered(case, portable=False, reasons=(NAME, POSTAL))
    for answer, item in enumerate(("M1", "M2"), 1):
        assert not instructed(case, SubmitOrder)
        verbs.tell(case, AnswerItems(actor=PARTNER, answer_id=f"AN-{answer}", items=(item,)), NOW)
    [order] = instructed(case, SubmitOrder)
    assert (order.answers, case.lines[0].status, case.lines[0].reasons) == (("AN-1", "AN-2"), Status.SUBMITTED, ())


def test_an_item_concerns_those_lines_alone_of_which_it_is_said() -> None:
    """R15: taking the numbers of one item out leaves the others in the request."""
    case = a_case_that_can_ask(sent=False, lines=3)
    said(
        case, Portability(number=LINES[0], portable=True, donor="Telstra"),
        Portability(number=LINES[1], portable=False, reasons=(NAME,), donor="Optus"),
        Portability(number=LINES[2], portable=False, reasons=(POSTAL, NAME), donor="Telstra"),
    )  # fmt: skip
    assert [(item.field, item.numbers) for item in case.missing] == [
        ("end_customer.name", LINES[1:]), ("end_customer.address.postal_code", LINES[2:]),
    ]  # fmt: skip
    assert [event.numbers for event in happened(case, DataMissing)] == [LINES[1:], LINES[2:]]
    assert [line.status for line in case.lines] == [Status.SUBMITTED, Status.MISSING_DATA, Status.MISSING_DATA]
    assert case.lines[2].reasons == (POSTAL, NAME) and case.lines[1].reasons == (NAME,)
    verbs.tell(case, AnswerItems(actor=PARTNER, answer_id="AN-1", items=("M2",), removed=("M2",)), NOW)
    assert [line.status for line in case.lines] == [Status.SUBMITTED, Status.MISSING_DATA, Status.TERMINATED]
    verbs.tell(case, AnswerItems(actor=PARTNER, answer_id="AN-2", items=("M1",)), NOW)
    assert [line.status for line in case.lines] == [Status.SUBMITTED, Status.SUBMITTED, Status.TERMINATED]


def test_lines_of_an_item_can_be_taken_out_by_name() -> None:
    """R11, R19: a carrier that says only that the list is wrong asks about all lines at once."""
    case = a_case_that_can_ask(sent=False, lines=3)
    answered(case, portable=False, reasons=(reason("NUMBER_SET_MISMATCH"),))
    wanted = AnswerItems(actor=PARTNER, answer_id="AN-1", items=("M1",), removed_numbers=LINES[1:2])
    verbs.tell(case, wanted, NOW)
    assert [line.status for line in case.lines] == [Status.SUBMITTED, Status.TERMINATED, Status.SUBMITTED]


def test_what_was_missing_before_is_still_said_beside_what_disagrees() -> None:
    """R15, R19."""
    case = a_case(a_line(demands=(LOA_DEMAND,)))
    case.orders[0].capabilities = replace(case.orders[0].capabilities, can_validate=True)
    answered(case, portable=False, reasons=(POSTAL,))
    assert [one.code for one in case.lines[0].reasons] == ["DATA_MISSING", "POSTAL_CODE_MISMATCH"]
    assert [item.field for item in case.missing if item.is_open] == ["loa", "end_customer.address.postal_code"]


def test_an_answer_of_the_older_form_is_read_as_one_of_one_field() -> None:
    """R15: cases that are open keep what they were answered."""
    case = a_case_that_can_ask(sent=False, lines=2)
    said(
        case, Portability(number=LINES[0], portable=False, reason=NAME, donor="Optus"),
        Portability(number=LINES[1], portable=False, reason=NAME, donor="Telstra"),
    )  # fmt: skip
    assert [(item.id, item.numbers) for item in case.missing] == [("M1", LINES[:1]), ("M2", LINES[1:2])]
    assert case.lines[0].validation is not None and case.lines[0].validation.objections == (NAME,)


def test_of_an_order_that_is_out_the_disagreement_is_told_and_said_to_hold_up_nothing() -> None:
    """R15: the line shows it, the partner is told, the carrier decides."""
    case = a_case_that_can_ask(sent=True)
    answered(case, portable=False, reasons=(NAME, POSTAL))
    [event] = happened(case, ValidationAnswered)
    assert event.is_out and event.objections == (NAME, POSTAL) and not case.missing
    assert case.lines[0].validation is not None and case.lines[0].validation.objections == (NAME, POSTAL)


@pytest.mark.parametrize(
    ("last_day", "lapsed"), [(None, False), (date(2026, 11, 30), False), (date(2026, 11, 29), True)]
)
def test_an_answer_has_lapsed_once_its_last_day_is_over_where_the_number_is(
    last_day: date | None, lapsed: bool
) -> None:
    """R15"""
    assert has_lapsed(last_day, datetime(2026, 11, 30, 22, 59, tzinfo=UTC), "Europe/Berlin") is lapsed
    assert has_lapsed(date(2026, 11, 30), datetime(2026, 11, 30, 23, 0, tzinfo=UTC), "Europe/Berlin")


def test_what_a_pin_should_be_is_a_secret_and_a_name_is_none() -> None:
    """R15: no right PIN is ever written down."""
    assert is_secret(reason("PIN_INVALID")) and not is_secret(NAME)
