"""Ports run by hand: tasks, their due times, what news settles, and corrections (R17, R20, R43)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from porting import diary, errors, verbs
from porting.capabilities import Capabilities, Inlet
from porting.case import Case
from porting.commands import Actor, Cancel, EnterNews, FinishTask, NewsKind, Role
from porting.events import AnswerOverdue, DateMoved, NewsEntered, TaskDone, TaskOpened, TaskOverdue
from porting.instructions import Accepted
from porting.reasons import reason
from porting.status import WaitingOn
from porting.tasks import Due, OpenTask, TaskKind
from tests.examples import MONDAY as NOW
from tests.examples import a_case

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
