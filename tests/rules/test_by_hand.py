"""Ports run by hand: tasks, their due times, what news settles, and corrections (R17, R20, R43)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from porting import diary, errors, verbs
from porting.capabilities import Capabilities, Inlet
from porting.case import Case
from porting.commands import Actor, AnswerItems, AskValidation, Cancel, EnterNews, FinishTask, NewsKind, Role
from porting.events import (
    AnswerOverdue,
    DateMoved,
    LinesResubmitted,
    NewsEntered,
    TaskDone,
    TaskOpened,
    TaskOverdue,
    TaskRenewed,
)
from porting.instructions import Accepted, AmendOrder, CancelOrder, Checked, SubmitOrder, ValidateNumbers
from porting.portability import Portability
from porting.reasons import reason
from porting.request import OrderedLine
from porting.status import Status, WaitingOn
from porting.tasks import Due, OpenTask, TaskKind
from tests.examples import MONDAY as NOW
from tests.examples import PARTNER, a_case, a_line, happened, instructed

CARE = Actor(Role.CARE, "Robin")
BY_HAND = Capabilities(inlets=(Inlet.BY_HAND,), can_validate=True, may_split=False)
DUE = Due(date(2026, 12, 1), datetime(2026, 12, 1, 6, tzinfo=UTC))
ANSWER = Due(date(2026, 12, 3), datetime(2026, 12, 3, 6, tzinfo=UTC))


def a_case_by_hand() -> Case:
    """Submitted: the order became a task for care."""
    case = a_case()
    case.orders[0].capabilities = BY_HAND
    instruction = case.instructions[0]
    numbers = case.numbers(range(len(case.lines)))
    task = OpenTask(id="TK-1", kind=TaskKind.SUBMIT, numbers=numbers, due=DUE)
    verbs.done(case, instruction, Accepted(task=task), NOW)
    return case


SUBMIT = OpenTask(id="TK-1", kind=TaskKind.SUBMIT, numbers=("+498912345678",), due=DUE)
NAME = reason("NAME_MISMATCH")
LATER = Due(date(2026, 12, 8), datetime(2026, 12, 8, 6, tzinfo=UTC))


def a_case_to_pass_on(*lines: OrderedLine) -> Case:
    """Its order is with care, which has yet to pass it on."""
    case = a_case(*lines)
    case.orders[0].capabilities = BY_HAND
    passed_to_care(case)
    return case


def passed_to_care(case: Case, due: Due = DUE) -> SubmitOrder:
    """What goes to the carrier lies with care: one task however often."""
    [instruction] = instructed(case, SubmitOrder)
    task = replace(SUBMIT, numbers=instruction.numbers, due=due)
    verbs.done(case, instruction, Accepted(task=task, passed_on=False), NOW)
    return instruction


def disagrees(case: Case, *numbers: str) -> None:
    """A validation finds another name."""
    verbs.tell(case, AskValidation(actor=PARTNER), NOW)
    [question] = instructed(case, ValidateNumbers)
    wrong = {*numbers} or {*question.numbers}
    answers = [Portability(number=n, portable=False, reasons=(NAME,) if n in wrong else ()) for n in question.numbers]
    verbs.done(case, question, Checked(answers=tuple(answers)), NOW)


def answers(case: Case, *, removed: tuple[str, ...] = ()) -> None:
    items = tuple(item.id for item in case.missing if item.is_open)
    verbs.tell(case, AnswerItems(actor=PARTNER, answer_id="AN-1", items=items, removed=removed), NOW)


def kinds(case: Case) -> list[type[Any]]:
    return [type(entry.event) for entry in case.fresh]


def test_a_case_with_a_task_waits_for_care_and_says_what_for_and_until_when() -> None:
    """R20, R43."""
    case = a_case_by_hand()
    header = case.header(None)
    assert (header.waiting_on, header.deadline, header.work_due_at) == (WaitingOn.CARE, DUE.at, DUE.at)
    assert header.next_step.startswith("Care passes the order for +")
    assert header.next_step.endswith("to the losing side by Tue 1 Dec 2026.")
    assert TaskOpened in kinds(case)


def test_a_task_that_is_done_makes_the_case_wait_for_the_losing_side() -> None:
    """R43: two business days for its acceptance, then care asks there."""
    case = a_case_by_hand()
    verbs.tell(case, FinishTask(actor=CARE, task_id="TK-1", note="By mail.", answer_due=ANSWER), NOW)
    assert (case.waiting_on, case.header(None).deadline) == (WaitingOn.CARRIER, ANSWER.at)
    verbs.ring(case, ANSWER.at)
    assert case.waiting_on is WaitingOn.CARE
    assert "care asks there" in case.header(None).next_step and case.header(None).work_due_at == ANSWER.at
    assert kinds(case).count(AnswerOverdue) == 1


def test_a_task_that_is_late_is_told_once_and_marked() -> None:
    """R20, R43."""
    case = a_case_by_hand()
    assert diary.next_alarm(case) == DUE.at
    verbs.ring(case, DUE.at)
    verbs.ring(case, DUE.at)
    assert kinds(case).count(TaskOverdue) == 1
    assert case.header(None).next_step.startswith("Overdue since Tue 1 Dec 2026: care passes")


def test_news_settles_the_tasks_that_it_answers_and_no_other() -> None:
    """R43: what the losing side answers has been passed on; a message to it may still be open."""
    case = a_case_by_hand()
    tell = OpenTask(id="TK-2", kind=TaskKind.TELL, numbers=case.orders[0].tasks[0].numbers, due=DUE)
    case.orders[0].tasks += (tell,)
    news = EnterNews(actor=CARE, news=NewsKind.ACKNOWLEDGED, answer_due=ANSWER, said_by="Jo")
    verbs.tell(case, news, NOW)
    assert case.orders[0].tasks == (tell,)
    assert case.orders[0].awaited is not None and case.orders[0].awaited.due == ANSWER
    assert TaskDone in kinds(case) and NewsEntered in kinds(case)


def test_a_task_is_done_once() -> None:
    """R43."""
    case = a_case_by_hand()
    verbs.tell(case, FinishTask(actor=CARE, task_id="TK-1"), NOW)
    with pytest.raises(errors.TaskSettled):
        verbs.check(case, FinishTask(actor=CARE, task_id="TK-1"), NOW)


def test_an_order_without_open_lines_has_nothing_left_to_do_by_hand() -> None:
    """R43: and the case ends only when nothing is."""
    case = a_case_by_hand()
    verbs.tell(case, EnterNews(actor=CARE, news=NewsKind.REJECTED, reasons=(reason("NOT_PORTABLE"),)), NOW)
    assert case.closed_at is not None and case.is_over and not case.orders[0].tasks


def test_the_losing_side_may_refuse_to_cancel() -> None:
    """R17, R43: the lines go on as they stand."""
    case = a_case_by_hand()
    verbs.tell(case, Cancel(actor=CARE, reason="changed its mind"), NOW)
    verbs.tell(case, EnterNews(actor=CARE, news=NewsKind.CANCELLATION_REFUSED), NOW)
    assert not any(line.is_being_cancelled for line in case.lines)
    with pytest.raises(errors.MoveNotAllowed):
        verbs.check(case, EnterNews(actor=CARE, news=NewsKind.CANCELLATION_REFUSED), NOW)


def test_a_correction_names_the_entry_that_was_wrong() -> None:
    """R43: a new entry within R17's moves; the wrong one stays where it is."""
    case = a_case_by_hand()
    news = EnterNews(
        actor=CARE, news=NewsKind.MISSING_DATA, reasons=(reason("ACCOUNT_MISMATCH"),), corrects=3
    )
    before = len(case.fresh)
    verbs.tell(case, news, NOW)
    corrected = [entry.event.corrects for entry in case.fresh[before:]]
    assert 3 in corrected and not any(entry.event.corrects for entry in case.fresh[:before])
    assert DateMoved not in kinds(case)


def test_an_order_is_sent_once_care_has_passed_it_on_and_not_before() -> None:
    """R20, R43: until then it is said that care has yet to, and by when."""
    case = a_case_to_pass_on()
    assert not case.orders[0].sent and case.waiting_on is WaitingOn.CARE
    expected = "Care has yet to pass the order for +498912345678 to the losing side, by Tue 1 Dec 2026."
    assert case.header(None).next_step == expected
    verbs.tell(case, FinishTask(actor=CARE, task_id="TK-1", answer_due=ANSWER), NOW)
    assert case.orders[0].sent and case.waiting_on is WaitingOn.CARRIER


def test_before_its_task_is_there_an_order_by_hand_is_said_to_be_on_its_way_to_care() -> None:
    """R20, R43"""
    case = a_case()
    case.orders[0].capabilities = BY_HAND
    assert case.header(None).next_step.startswith("Care gets the order for +498912345678 to pass it to the losing side")


def test_news_of_the_losing_side_proves_that_the_order_was_passed_on() -> None:
    """R43"""
    case = a_case_to_pass_on()
    verbs.tell(case, EnterNews(actor=CARE, news=NewsKind.ACKNOWLEDGED, answer_due=ANSWER), NOW)
    assert case.orders[0].sent and not case.orders[0].tasks


def test_what_a_validation_finds_before_care_passed_the_order_on_is_asked_of_the_partner() -> None:
    """R15, R43: care waits with it, and is not late meanwhile."""
    case = a_case_to_pass_on()
    disagrees(case)
    assert (case.lines[0].status, case.waiting_on) == (Status.MISSING_DATA, WaitingOn.PARTNER)
    assert case.header(None).work_due_at is None and diary.next_alarm(case) != DUE.at
    verbs.ring(case, DUE.at)
    assert TaskOverdue not in kinds(case) and case.orders[0].tasks


def test_what_the_partner_corrects_renews_the_task_and_makes_no_second_one() -> None:
    """R11, R43: due anew, since care could not pass it on before."""
    case = a_case_to_pass_on()
    disagrees(case)
    answers(case)
    assert [event.by_hand for event in happened(case, LinesResubmitted)] == [True]
    assert case.header(None).work_due_at is None, "it is just being renewed"
    assert passed_to_care(case, LATER).answers == ("AN-1",)
    assert [task.due for task in case.orders[0].tasks] == [LATER]
    assert (kinds(case).count(TaskOpened), kinds(case).count(TaskRenewed)) == (1, 1)
    verbs.tell(case, FinishTask(actor=CARE, task_id="TK-1", answer_due=ANSWER), NOW)
    assert case.orders[0].sent and not instructed(case, AmendOrder)


def test_lines_that_are_taken_out_before_care_passed_the_order_on_are_out_at_once() -> None:
    """R03, R43: nobody has to be asked, and what care passes on is what is left."""
    case = a_case_to_pass_on(a_line(), a_line("+498912345679"))
    disagrees(case, "+498912345679")
    answers(case, removed=("M1",))
    assert [line.status for line in case.lines] == [Status.SUBMITTED, Status.TERMINATED]
    assert not instructed(case, CancelOrder)
    assert passed_to_care(case).numbers == ("+498912345678",)
    verbs.tell(case, Cancel(actor=PARTNER, reason="changed its mind"), NOW)
    assert case.is_over and not instructed(case, CancelOrder)


def test_what_care_passed_on_while_it_was_being_renewed_is_corrected_afterwards() -> None:
    """R19, R43: neither the order nor the correction is lost, and neither goes twice."""
    case = a_case_to_pass_on()
    disagrees(case)
    answers(case)
    verbs.tell(case, FinishTask(actor=CARE, task_id="TK-1", answer_due=ANSWER), NOW)
    passed_to_care(case)
    assert case.orders[0].sent and not case.orders[0].tasks
    assert [one.answers for one in instructed(case, AmendOrder)] == [("AN-1",)]


AMEND = replace(SUBMIT, id="TK-2", kind=TaskKind.AMEND)


def a_case_whose_correction_is_being_renewed() -> tuple[Case, AmendOrder]:
    """Care has the task to correct what it passed on, and the partner has just corrected it once more."""
    case = a_case_to_pass_on()
    verbs.tell(case, FinishTask(actor=CARE, task_id="TK-1", answer_due=ANSWER), NOW)
    entered(case, NewsKind.MISSING_DATA)
    answers(case)
    [first] = instructed(case, AmendOrder)
    entered(case, NewsKind.MISSING_DATA)
    verbs.done(case, first, Accepted(task=AMEND), NOW)
    answers(case)
    [second] = instructed(case, AmendOrder)
    return case, second


def entered(case: Case, news: NewsKind) -> None:
    verbs.tell(case, EnterNews(actor=CARE, news=news, reasons=(reason("ACCOUNT_MISMATCH"),)), NOW)


def renewed(case: Case, instruction: AmendOrder) -> None:
    """Storage found the task open and wrote the correction into it."""
    verbs.done(case, instruction, Accepted(task=replace(AMEND, renewed=True)), NOW)


def test_a_correction_that_is_renewed_stays_one_task() -> None:
    """R43"""
    case, second = a_case_whose_correction_is_being_renewed()
    renewed(case, second)
    assert [task.id for task in case.orders[0].tasks] == ["TK-2"] and not instructed(case, AmendOrder)
    assert kinds(case).count(TaskRenewed) == 1


def test_a_correction_that_care_finished_while_it_was_renewed_follows_in_a_task_of_its_own() -> None:
    """R19, R43: the finished one does not come back, what changed is passed on, and the case can end."""
    case, second = a_case_whose_correction_is_being_renewed()
    case.announce(None)
    verbs.tell(case, FinishTask(actor=CARE, task_id="TK-2", answer_due=ANSWER), NOW)
    renewed(case, second)
    assert not case.orders[0].tasks
    [third] = instructed(case, AmendOrder)
    assert third.version == case.version + 1, "the step that shows the finished one as done"
    verbs.done(case, third, Accepted(task=replace(AMEND, id="TK-3")), NOW)
    assert case.waiting_on is WaitingOn.CARE and [task.id for task in case.orders[0].tasks] == ["TK-3"]
    verbs.tell(case, FinishTask(actor=CARE, task_id="TK-3", answer_due=ANSWER), NOW)
    entered(case, NewsKind.REJECTED)
    assert case.is_over


def test_what_changed_follows_although_the_losing_side_goes_on_or_asks_again_meanwhile() -> None:
    """R19, R43: its word settles the task as care's does; what it asks the partner comes first."""
    case, second = a_case_whose_correction_is_being_renewed()
    entered(case, NewsKind.ACKNOWLEDGED)
    renewed(case, second)
    assert case.status is Status.PENDING_APPROVAL and len(instructed(case, AmendOrder)) == 1
    case, second = a_case_whose_correction_is_being_renewed()
    entered(case, NewsKind.MISSING_DATA)
    renewed(case, second)
    assert not instructed(case, AmendOrder)
    answers(case)
    assert len(instructed(case, AmendOrder)) == 1


def test_a_finished_correction_does_not_come_back_to_an_order_that_is_over() -> None:
    """R43"""
    case, second = a_case_whose_correction_is_being_renewed()
    entered(case, NewsKind.REJECTED)
    renewed(case, second)
    assert case.is_over and not case.orders[0].tasks


def test_what_was_never_passed_on_needs_no_cancelling_at_the_losing_side() -> None:
    """R43: not even if it was asked for while the task was being opened."""
    case = a_case()
    case.orders[0].capabilities = BY_HAND
    verbs.tell(case, Cancel(actor=PARTNER, reason="changed its mind"), NOW)
    passed_to_care(case)
    cancel = OpenTask(id="TK-9", kind=TaskKind.CANCEL, numbers=SUBMIT.numbers, due=DUE)
    verbs.done(case, instructed(case, CancelOrder)[0], Accepted(task=cancel), NOW)
    assert case.status is Status.TERMINATED and case.is_over


def test_of_a_silent_partners_order_that_was_never_passed_on_nothing_is_left_to_do() -> None:
    """R28, R29, R43"""
    case = a_case_to_pass_on()
    disagrees(case)
    verbs.ring(case, NOW + timedelta(days=31))
    assert case.status is Status.OUTBOUND and not case.orders[0].tasks and not instructed(case, CancelOrder)


def test_a_case_of_before_counts_as_sent_while_its_task_is_open() -> None:
    """R43: what was recorded then is carried on as it was begun."""
    case = a_case_by_hand()
    disagrees(case)
    assert case.orders[0].sent and case.lines[0].status is Status.SUBMITTED and not case.missing
    assert case.header(None).work_due_at == DUE.at
